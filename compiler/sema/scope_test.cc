#include "compiler/sema/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "compiler/diag/cat.h"
#include "compiler/syntax/parse.h"

namespace pol::sema {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Constants are the attributes of a file; the last one is resolved.
class ScopeTest : public testing::Test {
 protected:
  const syntax::Expression* ResolveLast(const std::string& text) {
    sources_.Add("a.pol", text);
    ast_ = syntax::Parse(0, sources_, sink_);
    for (const auto& attribute : ast_.body.attributes) {
      scope_.DeclareLocal(attribute);
    }
    for (const auto& block : ast_.body.blocks) {
      scope_.Declare(Noun::kIdentity, block);
    }
    scope_.CheckLocals();
    return scope_.Resolve(ast_.body.attributes.back().value);
  }
  std::vector<std::string> Messages() const {
    std::vector<std::string> messages;
    for (const auto& diagnostic : sink_.Sorted()) {
      messages.push_back(diagnostic.message);
    }
    return messages;
  }

  support::SourceSet sources_;
  diag::Sink sink_;
  syntax::Ast ast_;
  Scope scope_{sources_, sink_};
};

TEST_F(ScopeTest, FollowsConstantsAndSteps) {
  const auto* value = ResolveLast(
      "a = 5\nb = local.a\nc = { x = [local.b] }\nd = local.c\n"
      "e = local.d.x[0]\n");
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(std::get<int64_t>(value->value), 5);
}

TEST_F(ScopeTest, StopsAtOtherReferences) {
  const auto* value =
      ResolveLast("identity \"x\" {}\na = identity.x\nb = local.a\n");
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(std::get<syntax::Traversal>(value->value).root, "identity");
  EXPECT_THAT(Messages(), IsEmpty());
}

TEST_F(ScopeTest, CyclesAreToldOnceWithTheirPath) {
  EXPECT_EQ(ResolveLast("a = [local.b]\nb = { x = local.c }\nc = local.a\n"
                        "d = local.a\n"),
            nullptr);
  EXPECT_THAT(Messages(), ElementsAre("local `a` is defined by itself"));
  EXPECT_THAT(sink_.Sorted()[0].notes,
              ElementsAre("the way round: local.a → local.b → local.c → "
                          "local.a"));
}

TEST_F(ScopeTest, UnknownNamesGetTheNearest) {
  EXPECT_EQ(ResolveLast("first = 1\nforest = 2\nb = local.frst\n"), nullptr);
  ASSERT_THAT(Messages(), ElementsAre("unknown local `frst`"));
  EXPECT_THAT(sink_.Sorted()[0].fixes[0].title,
              "did you mean `first`? declared at a.pol:1:1");
}

TEST_F(ScopeTest, ChainsHaveALimit) {
  std::string text;
  for (int i = 0; i < 1500; ++i) {
    text += diag::Cat("a", i, " = local.a", i + 1, "\n");
  }
  EXPECT_EQ(ResolveLast(text + "a1500 = 1\nz = local.a0\n"), nullptr);
  EXPECT_THAT(Messages(),
              ElementsAre("this constant leads through more than 1000 others"));
}

TEST_F(ScopeTest, NamesAreDeclaredOnce) {
  EXPECT_NE(ResolveLast("identity \"x\" {}\nidentity \"x\" {}\na = 1\n"),
            nullptr);
  EXPECT_THAT(Messages(), ElementsAre("identity `x` is declared twice"));
  EXPECT_EQ(sink_.Sorted()[0].labels.size(), 1u);
}

}  // namespace
}  // namespace pol::sema
