#include "compiler/driver/variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "compiler/diag/render.h"
#include "compiler/support/files.h"

namespace pol::driver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Files = std::map<std::string, std::string>;

struct Gathered {
  support::SourceSet sources;
  absl::Status status;
  std::vector<VariableValue> values;
  std::vector<diag::Diagnostic> diagnostics;

  Gathered(const Files& files, const std::vector<VariableFlag>& flags) {
    diag::Sink sink;
    const MemoryReader reader(files);
    auto gathered = GatherVariables(reader, flags, sources, sink);
    status = gathered.status();
    if (gathered.ok()) values = *std::move(gathered);
    diagnostics = sink.Sorted();
  }

  // "name=value" as written, in order.
  std::vector<std::string> Written() const {
    std::vector<std::string> written;
    for (const VariableValue& value : values) {
      EXPECT_EQ(sources.Text(value.name_span), value.name);
      written.push_back(value.name + "=" +
                        std::string(sources.Text(value.span)));
    }
    return written;
  }

  std::string Text() const {
    return diag::RenderText(diagnostics, sources, {});
  }
};

VariableFlag Var(const std::string& text) { return {false, text}; }

TEST(VariablesTest, OrderIsPrecedence) {
  std::string path = testing::TempDir() + "variables_test.XXXXXX";
  path = mkdtemp(path.data());
  const std::string file = path + "/site.polvars";
  ASSERT_TRUE(support::WriteFile(file, "c = 3\nd = [4]\n", 0644).ok());
  const Gathered run({{"b.auto.polvars", "b = 2\n"},
                      {"a.auto.polvars", "a = 1\nb = \"x\"\n"},
                      {"other.polvars", "e = 5\n"},
                      {"net/z.auto.polvars", "f = 6\n"}},
                     {Var("c=7"), {true, file}, Var("a=8")});
  std::filesystem::remove_all(path);
  ASSERT_TRUE(run.status.ok()) << run.status;
  EXPECT_THAT(run.diagnostics, IsEmpty()) << run.Text();
  EXPECT_THAT(run.Written(), ElementsAre("a=1", "b=\"x\"", "b=2", "c=7", "c=3",
                                         "d=[4]", "a=8"));
}

TEST(VariablesTest, FlagIsTextAndPerhapsAnExpression) {
  const Gathered run({}, {Var("n=80"), Var("s=two words"), Var("l=[1, 2]"),
                          Var("e="), Var("q=\"x\""), Var("r=local.x"),
                          Var("two=1\nb = 2"), Var("eq=a=b")});
  ASSERT_TRUE(run.status.ok()) << run.status;
  EXPECT_THAT(run.diagnostics, IsEmpty()) << run.Text();
  ASSERT_EQ(run.values.size(), 8u);
  const auto expression = [&](size_t i) {
    return run.values[i].expression.value;
  };
  const auto invalid = [&](size_t i) {
    return std::holds_alternative<syntax::Invalid>(expression(i));
  };
  EXPECT_EQ(std::get<int64_t>(expression(0)), 80);
  EXPECT_EQ(run.values[0].text, "80");
  EXPECT_TRUE(invalid(1));
  EXPECT_EQ(run.values[1].text, "two words");
  EXPECT_EQ(std::get<syntax::List>(expression(2)).elements.size(), 2u);
  EXPECT_TRUE(invalid(3));
  EXPECT_EQ(run.values[3].text, "");
  EXPECT_EQ(std::get<std::string>(expression(4)), "x");
  EXPECT_EQ(run.values[4].text, "\"x\"");
  EXPECT_TRUE(invalid(5));  // a reference is nothing that a flag can give
  EXPECT_TRUE(invalid(6));  // one flag gives one value
  EXPECT_EQ(run.values[6].text, "1\nb = 2");
  EXPECT_EQ(run.values[7].text, "a=b");
  EXPECT_EQ(run.sources.file(run.values[0].span.file).name(), "--var n");
}

TEST(VariablesTest, FlagHasAForm) {
  for (const char* flag : {"", "x", "=1", "a b=1", "1=2", "a.b=1", "x {}=1"}) {
    const Gathered run({}, {Var(flag)});
    EXPECT_EQ(run.status.code(), absl::StatusCode::kInvalidArgument) << flag;
    EXPECT_THAT(std::string(run.status.message()), HasSubstr("NAME=VALUE"));
  }
}

TEST(VariablesTest, FileThatIsMissing) {
  const Gathered run({}, {{true, "/nowhere/x.polvars"}});
  EXPECT_EQ(run.status.code(), absl::StatusCode::kNotFound);
}

TEST(VariablesTest, FilesHoldConstantsAlone) {
  const Gathered run({{"a.auto.polvars",
                       "a = 1\n"
                       "b = [1, local.x]\n"
                       "a = 2\n"
                       "c = { k = [var.y] }\n"
                       "block \"x\" {\n}\n"
                       "d = { k = [null, true, -1.5, -2], \"l\" = 3 }\n"
                       "e = { (local.k) = 1 }\n"
                       "f = 1 + 1\n"
                       "g = \"${local.x}\"\n"}},
                     {});
  ASSERT_TRUE(run.status.ok()) << run.status;
  std::vector<std::string> found;
  for (const diag::Diagnostic& diagnostic : run.diagnostics) {
    found.push_back(diag::Place(run.sources, diagnostic.span) + " " +
                    diagnostic.code->Name());
  }
  EXPECT_THAT(
      found,
      ElementsAre("a.auto.polvars:2:9 P2213", "a.auto.polvars:3:1 P2212",
                  "a.auto.polvars:4:12 P2213", "a.auto.polvars:5:1 P2211",
                  "a.auto.polvars:8:7 P2213", "a.auto.polvars:9:5 P2213",
                  "a.auto.polvars:10:5 P2213"))
      << run.Text();
  ASSERT_EQ(run.values.size(), 7u);
  EXPECT_TRUE(
      std::holds_alternative<syntax::Invalid>(run.values[1].expression.value));
}

}  // namespace
}  // namespace pol::driver
