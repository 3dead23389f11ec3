#include "compiler/lsp/symbols.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "compiler/diag/sink.h"
#include "compiler/syntax/parse.h"

namespace pol::lsp {
namespace {

class SymbolsTest : public testing::Test {
 protected:
  // "line:column" of every mention of what stands at the first `text`, `*`
  // behind a declaration.
  std::string MentionsOf(const std::string& source, std::string_view text) {
    sources_ = support::SourceSet();
    const support::FileId file = sources_.Add("a.pol", source);
    diag::Sink sink;
    const syntax::Ast ast = syntax::Parse(file, sources_, sink);
    EXPECT_FALSE(sink.HasErrors()) << sink.Sorted()[0].message;
    const Symbols symbols(absl::MakeConstSpan(&ast, 1));
    const Mention* at =
        symbols.At(file, static_cast<uint32_t>(source.find(text)));
    if (at == nullptr) return "nothing";
    std::string all;
    for (const Mention* mention : symbols.Of(at->symbol)) {
      const auto place = sources_.Locate(mention->span);
      absl::StrAppend(&all, all.empty() ? "" : " ", place.line, ":",
                      place.column, mention->declares ? "*" : "");
    }
    return all;
  }
  support::SourceSet sources_;
};

TEST_F(SymbolsTest, LabelsAndTraversals) {
  const std::string text =
      "workload \"pg\" {\n  identity = identity.pg\n}\n"
      "identity \"pg\" {\n}\n"
      "policy \"a\" {\n  source = [workload.pg, workload[\"pg\"]]\n}\n";
  EXPECT_EQ(MentionsOf(text, "\"pg\" {\n  id"), "1:10* 7:22 7:35");
  EXPECT_EQ(MentionsOf(text, "pg\n}"), "2:23 4:10*");
  EXPECT_EQ(MentionsOf(text, "source"), "nothing");
}

TEST_F(SymbolsTest, HostAndEndpointShareNames) {
  EXPECT_EQ(
      MentionsOf("host \"h\" {\n}\na {\n  b = endpoint.h\n  c = host.h\n}\n",
                 "\"h\""),
      "1:6* 4:16 5:12");
}

TEST_F(SymbolsTest, Constants) {
  const std::string text =
      "locals {\n  a = 1\n  b = [local.a, \"x${local.a + 1}\"]\n}\n"
      "variable \"a\" {\n  type = list(string)\n}\n";
  EXPECT_EQ(MentionsOf(text, "a = 1"), "2:3* 3:14 3:27");
  EXPECT_EQ(MentionsOf(text, "list("), "nothing");
}

TEST_F(SymbolsTest, FunctionsAndTheirParameters) {
  const std::string text =
      "function \"f\" {\n  params = [p]\n  result = p + local.p\n}\n"
      "locals {\n  p = f(1)\n}\n";
  EXPECT_EQ(MentionsOf(text, "\"f\""), "1:10* 6:7");
  EXPECT_EQ(MentionsOf(text, "p]"), "2:13* 3:12");
  EXPECT_EQ(MentionsOf(text, "p = f"), "3:22 6:3*");
}

// What a for expression binds hides what has that name outside.
TEST_F(SymbolsTest, ForBindsNames) {
  const std::string text =
      "locals {\n"
      "  a = 1\n"
      "  b = [for local in local.a : local.a]\n"
      "  c = {for k, v in local.b : k => [for k in v : k]}\n"
      "}\n";
  EXPECT_EQ(MentionsOf(text, "a = 1"), "2:3* 3:27");
  EXPECT_EQ(MentionsOf(text, "local in"), "3:12* 3:31");
  EXPECT_EQ(MentionsOf(text, "k,"), "4:12* 4:30");
  EXPECT_EQ(MentionsOf(text, "k in"), "4:40* 4:49");
}

}  // namespace
}  // namespace pol::lsp
