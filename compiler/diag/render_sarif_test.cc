#include "compiler/diag/render_sarif.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "compiler/diag/sink.h"

namespace pol::diag {
namespace {

using Json = nlohmann::json;

constexpr Code kUnknown{2003, Severity::kError, "unknown name"};
constexpr Code kMild{2020, Severity::kWarning, "never used"};
constexpr Code kRemark{4103, Severity::kNote, "in part denied"};

std::string Help(const Code& code) { return code.number == 2003 ? "{…}" : ""; }

std::string Render(const Sink& sink, const support::SourceSet& sources,
                   SarifOptions options = {}) {
  options.version = "1.2.3";
  return RenderSarif(sink.Sorted(), sources, options, Help);
}

// A report in which everything occurs that a report can have.
struct Rich {
  support::SourceSet sources;
  Sink sink;

  Rich() {
    sources.Add("a b.pol", "é = \xFF\nx\n");
    sources.Add("net/b:c.pol", "x {\n  y\n}\n");
    sink.Report(kUnknown, {0, 5, 6}, "bad \xFF of `${x}`")
        .Mark("not here")
        .Also({1, 0, 7}, "but {there}")
        .Also({0, 0, 2}, "and here")
        .Note("a note")
        .Help("a help")
        .Suggest("take `r`?",
                 {{{0, 5, 6}, "r"}, {{1, 2, 2}, "{"}, {{0, 0, 0}, "z"}},
                 Certainty::kPossible);
    sink.Report(kMild, {0, 0, 2}, "w");
    sink.Report(kUnknown, {0, 9, 9}, "at the end");
    sink.Report(kRemark, {1, 0, 1}, "by the way");
  }

  Json Log(SarifOptions options = {}) const {
    return Json::parse(Render(sink, sources, options));
  }
};

// Rules of SARIF 2.1.0 for what we write, by the numbers of its sections.
void CheckText(const Json& message) {  // §3.11
  const std::string text = message.at("text");
  EXPECT_FALSE(text.empty());
  for (size_t i = 0; i < text.size(); ++i) {  // §3.11.5
    if (text[i] != '{' && text[i] != '}') continue;
    ASSERT_LT(i + 1, text.size()) << text;
    EXPECT_EQ(text[i + 1], text[i]) << text;
    ++i;
  }
}

void CheckRegion(const Json& region) {  // §3.30
  EXPECT_GE(region.at("startLine"), 1);
  EXPECT_GE(region.at("startColumn"), 1);
  EXPECT_GE(region.at("endLine"), region.at("startLine"));
  EXPECT_GE(region.at("endColumn"), 1);
  if (region.at("byteLength") == 0) {
    EXPECT_EQ(region.at("endLine"), region.at("startLine"));
    EXPECT_EQ(region.at("endColumn"), region.at("startColumn"));
  } else if (region.at("endLine") == region.at("startLine")) {
    EXPECT_GT(region.at("endColumn"), region.at("startColumn"));
  }
  EXPECT_GE(region.at("byteOffset"), 0);
  EXPECT_GE(region.at("byteLength"), 0);
  EXPECT_EQ(region.size(), 6u);
}

void CheckArtifactLocation(const Json& location, const Json& run) {  // §3.4
  const std::string uri = location.at("uri");
  EXPECT_EQ(uri.find_first_of(" :\\\"<>{}"), uri.npos) << uri;
  EXPECT_FALSE(uri.empty() || uri.front() == '/') << uri;
  const size_t index = location.at("index");
  ASSERT_LT(index, run.at("artifacts").size());
  EXPECT_EQ(run.at("artifacts")[index].at("location").at("uri"), uri);
}

void CheckPhysicalLocation(const Json& location, const Json& run) {  // §3.29
  CheckArtifactLocation(location.at("artifactLocation"), run);
  CheckRegion(location.at("region"));
}

void CheckResult(const Json& result, const Json& run) {  // §3.27
  const Json& rules = run.at("tool").at("driver").at("rules");
  const size_t rule = result.at("ruleIndex");
  ASSERT_LT(rule, rules.size());
  EXPECT_EQ(rules[rule].at("id"), result.at("ruleId"));
  EXPECT_EQ(rules[rule].at("defaultConfiguration").at("level"),
            result.at("level"));
  CheckText(result.at("message"));
  ASSERT_EQ(result.at("locations").size(), 1u);
  CheckPhysicalLocation(result.at("locations")[0].at("physicalLocation"), run);
  std::set<int> ids;
  for (const Json& related : result.value("relatedLocations", Json::array())) {
    EXPECT_TRUE(ids.insert(related.at("id").get<int>()).second);  // §3.28.2
    CheckPhysicalLocation(related.at("physicalLocation"), run);
    CheckText(related.at("message"));
  }
  for (const Json& fix : result.value("fixes", Json::array())) {  // §3.55
    CheckText(fix.at("description"));
    EXPECT_GE(fix.at("artifactChanges").size(), 1u);
    for (const Json& change : fix.at("artifactChanges")) {  // §3.56
      CheckArtifactLocation(change.at("artifactLocation"), run);
      EXPECT_GE(change.at("replacements").size(), 1u);
      for (const Json& replacement : change.at("replacements")) {  // §3.57
        CheckRegion(replacement.at("deletedRegion"));
        EXPECT_TRUE(replacement.at("insertedContent").at("text").is_string());
      }
    }
  }
}

void CheckLog(const Json& log) {  // §3.13
  EXPECT_EQ(log.at("version"), "2.1.0");
  const std::string schema = log.at("$schema");
  EXPECT_TRUE(schema.starts_with("https://") &&
              schema.ends_with("/sarif-schema-2.1.0.json"))
      << schema;
  ASSERT_EQ(log.at("runs").size(), 1u);
  const Json& run = log.at("runs")[0];  // §3.14
  const Json& driver = run.at("tool").at("driver");
  EXPECT_EQ(driver.at("name"), "polc");
  std::set<std::string> ids;
  for (const Json& rule : driver.at("rules")) {  // §3.49
    EXPECT_TRUE(ids.insert(rule.at("id").get<std::string>()).second);
    CheckText(rule.at("shortDescription"));
    if (rule.contains("help")) CheckText(rule.at("help"));
    const std::string level = rule.at("defaultConfiguration").at("level");
    EXPECT_TRUE(level == "error" || level == "warning" || level == "note")
        << level;
  }
  EXPECT_EQ(run.at("columnKind"), "unicodeCodePoints");
  EXPECT_TRUE(run.at("invocations")[0].at("executionSuccessful"));
  ASSERT_TRUE(run.at("results").is_array());
  for (const Json& result : run.at("results")) CheckResult(result, run);
}

TEST(RenderSarifTest, KeepsTheRulesOfTheStandard) {
  CheckLog(Rich().Log());
  CheckLog(Rich().Log({.folder = "policies/web/"}));
  CheckLog(Rich().Log({.left_out = 3}));
  support::SourceSet sources;
  CheckLog(Json::parse(Render(Sink(), sources)));
}

TEST(RenderSarifTest, HasEverything) {
  const Json log = Rich().Log();
  const Json& run = log["runs"][0];
  const Json& rules = run["tool"]["driver"]["rules"];
  ASSERT_EQ(rules.size(), 3u);
  EXPECT_EQ(rules[0]["shortDescription"]["text"], "unknown name");
  EXPECT_EQ(rules[0]["help"]["markdown"], "{{…}}");
  EXPECT_FALSE(rules[1].contains("help"));
  ASSERT_EQ(run["results"].size(), 4u);
  EXPECT_EQ(run["results"][0]["level"], "warning");
  EXPECT_EQ(run["results"][3]["level"], "note");
  const Json& result = run["results"][1];
  EXPECT_EQ(result["ruleId"], "P2003");
  EXPECT_EQ(result["message"]["text"],
            "bad \uFFFD of `${{x}}`: not here\nnote: a note\nhelp: a help");
  const Json& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "a%20b.pol");
  EXPECT_EQ(place["region"],
            Json::parse(R"({"startLine": 1, "startColumn": 5, "endLine": 1,
                            "endColumn": 6, "byteOffset": 5,
                            "byteLength": 1})"));
  ASSERT_EQ(result["relatedLocations"].size(), 2u);
  EXPECT_EQ(result["relatedLocations"][0]["physicalLocation"]
                  ["artifactLocation"]["uri"],
            "net/b%3Ac.pol");
  EXPECT_EQ(
      result["relatedLocations"][0]["physicalLocation"]["region"]["endLine"],
      2);
  const Json& changes = result["fixes"][0]["artifactChanges"];
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0]["replacements"].size(), 2u);
  EXPECT_EQ(changes[1]["replacements"][0]["insertedContent"]["text"], "{");
  // The end of a file is a place, of no length.
  const Json& end = run["results"][2]["locations"][0]["physicalLocation"];
  EXPECT_EQ(end["region"]["startLine"], 3);
  EXPECT_EQ(end["region"]["byteLength"], 0);
}

TEST(RenderSarifTest, FilesAreNamedFromWhereTheProgramRuns) {
  const auto uri = [](std::string_view folder) -> std::string {
    return Rich().Log(
        {.folder = folder})["runs"][0]["artifacts"][0]["location"]["uri"];
  };
  EXPECT_EQ(uri(""), "a%20b.pol");
  EXPECT_EQ(uri("."), "a%20b.pol");
  EXPECT_EQ(uri("./"), "a%20b.pol");
  EXPECT_EQ(uri("./policies//"), "policies/a%20b.pol");
  EXPECT_EQ(uri("../x"), "../x/a%20b.pol");
  EXPECT_EQ(uri("/etc/pol"), "file:///etc/pol/a%20b.pol");
}

TEST(RenderSarifTest, SaysWhatIsLeftOut) {
  const Json log = Rich().Log({.left_out = 7});
  EXPECT_EQ(log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]
               ["message"]["text"],
            "7 more results are left out");
}

TEST(RenderSarifTest, IsTheSameEveryTime) {
  std::set<std::string> reports;
  for (int i = 0; i < 20; ++i) {
    const Rich rich;
    reports.insert(Render(rich.sink, rich.sources));
  }
  EXPECT_EQ(reports.size(), 1u);
}

}  // namespace
}  // namespace pol::diag
