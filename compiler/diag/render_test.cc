#include "compiler/diag/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "compiler/diag/sink.h"

namespace pol::diag {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Code kUnknown{2003, Severity::kError, "unknown name"};
constexpr Code kMild{2020, Severity::kWarning, "never used"};

std::string Render(const std::string& text, Span span, bool color = false) {
  support::SourceSet sources;
  sources.Add("a.pol", text);
  Sink sink;
  sink.Report(kUnknown, span, "unknown").Mark("here");
  return RenderText(sink.Sorted(), sources, {.color = color});
}

TEST(RenderTextTest, LooksLikeTheDesign) {
  support::SourceSet sources;
  sources.Add("db.pol", std::string(11, '\n') + "  target = workload.gres\n");
  sources.Add("b.pol", "x\n\tworkload \"pg\"\n");
  Sink sink;
  sink.Report(kUnknown, {0, 31, 35}, "unknown workload `gres`")
      .Mark("not declared in this module")
      .Also({1, 12, 16}, "declared here")
      .Note("a note")
      .Help("a help")
      .Suggest("did you mean `pg`?", {{{0, 31, 35}, "pg"}},
               Certainty::kPossible);
  sink.Report(kMild, {1, 0, 1}, "never used");
  EXPECT_EQ(RenderText(sink.Sorted(), sources, {}),
            R"(error[P2003]: unknown workload `gres`
  --> db.pol:12:21
12 |   target = workload.gres
   |                     ^^^^ not declared in this module
  ::: b.pol:2:11
 2 |     workload "pg"
   |              ---- declared here
   = note: a note
   = help: a help
   = help: did you mean `pg`?

warning[P2020]: never used
  --> b.pol:1:1
 1 | x
   | ^
)");
}

TEST(RenderTextTest, NothingForNothing) {
  EXPECT_EQ(RenderText({}, support::SourceSet(), {}), "");
}

TEST(RenderTextTest, CaretsStandUnderWideCharacters) {
  EXPECT_THAT(Render("日本 x\n", {0, 7, 8}),
              HasSubstr("a.pol:1:4\n 1 | 日本 x\n   |      ^ here\n"));
  EXPECT_THAT(Render("日本 x\n", {0, 3, 6}),
              HasSubstr("a.pol:1:2\n 1 | 日本 x\n   |   ^^ here\n"));
}

TEST(RenderTextTest, SpanOverSeveralLinesEndsWithTheFirst) {
  EXPECT_THAT(Render("ab\ncd\n", {0, 1, 5}),
              HasSubstr(" 1 | ab\n   |  ^ here\n"));
}

TEST(RenderTextTest, EndOfFileCanBePointedAt) {
  EXPECT_THAT(Render("ab\n", {0, 3, 3}), HasSubstr(" 2 |\n   | ^ here\n"));
  EXPECT_THAT(Render("", {0, 0, 0}), HasSubstr(" 1 |\n   | ^ here\n"));
}

TEST(RenderTextTest, LongLinesAreCut) {
  const std::string line = std::string(500, 'x') + "!" + std::string(500, 'y');
  const std::string report = Render(line, {0, 500, 501});
  EXPECT_THAT(report, HasSubstr("1 | …xxx"));
  EXPECT_THAT(report, HasSubstr("yyy…\n"));
  EXPECT_THAT(report, HasSubstr("\n   | " + std::string(61, ' ') + "^ here\n"));
  EXPECT_LT(report.size(), 400u);
}

TEST(RenderTextTest, ColorIsAskedFor) {
  EXPECT_THAT(Render("x", {0, 0, 1}), Not(HasSubstr("\033")));
  EXPECT_THAT(Render("x", {0, 0, 1}, true),
              HasSubstr("\033[1;31merror[P2003]\033[0m: "));
}

TEST(RenderJsonTest, HasEverything) {
  support::SourceSet sources;
  sources.Add("a.pol", "é = \xFF\n");
  Sink sink;
  sink.Report(kUnknown, {0, 5, 6}, "bad \xFF")
      .Mark("m")
      .Also({0, 0, 2}, "l")
      .Note("n")
      .Help("h")
      .Suggest("t", {{{0, 5, 6}, "r"}}, Certainty::kCertain);
  sink.Report(kMild, {0, 0, 2}, "w");
  const auto report = nlohmann::json::parse(RenderJson(sink.Sorted(), sources));
  EXPECT_EQ(report["format_version"], "1.1");
  EXPECT_EQ(report["errors"], 1);
  EXPECT_EQ(report["warnings"], 1);
  const auto& first = report["diagnostics"][0];
  EXPECT_EQ(first["severity"], "warning");
  const auto& second = report["diagnostics"][1];
  EXPECT_EQ(second["code"], "P2003");
  EXPECT_EQ(second["message"], "bad \uFFFD");
  EXPECT_EQ(second["span"]["file"], "a.pol");
  EXPECT_EQ(second["span"]["start"]["line"], 1);
  EXPECT_EQ(second["span"]["start"]["column"], 5);
  EXPECT_EQ(second["span"]["start"]["offset"], 5);
  EXPECT_EQ(second["span"]["end"]["offset"], 6);
  EXPECT_EQ(second["labels"][0]["text"], "l");
  EXPECT_EQ(second["fixes"][0]["certainty"], "certain");
  EXPECT_EQ(second["fixes"][0]["edits"][0]["replacement"], "r");
}

}  // namespace
}  // namespace pol::diag
