#include <nlohmann/json.hpp>

#include "compiler/testrun/render.h"

namespace pol::testrun {
namespace {

using Json = nlohmann::ordered_json;

void PutOrigin(const ir::Origin& origin, Json& json) {
  if (origin.line == 0) return;
  json["file"] = origin.file;
  json["line"] = origin.line;
}

Json AnswerJson(const Answer& answer) {
  Json json = {{"verdict", answer.verdict}};
  if (!answer.by.empty()) json["by"] = answer.by;
  if (answer.default_deny) json["default_deny"] = true;
  PutOrigin(answer.origin, json);
  return json;
}

Json TestJson(const TestResult& result) {
  Json json = {{"name", result.name}, {"passed", result.passed}};
  PutOrigin(result.origin, json);
  json["subject"] = result.subject;
  json["expected"] = AnswerJson(result.expected);
  json["got"] = AnswerJson(result.got);
  if (!result.reason.empty()) json["reason"] = result.reason;
  return json;
}

Json CoverageJson(const Names& names, const Coverage& coverage) {
  Json items = Json::array();
  for (const CoverageItem& item : coverage.items) {
    Json json = {{"name", item.name}};
    PutOrigin(item.origin, json);
    json["audit"] = item.audit;
    json["covered"] = item.share.part;
    json["edges"] = item.share.whole;
    json["percent"] = item.share.Percent();
    Json list = Json::array();
    for (const MissingEdge& missing : item.missing) {
      Json edge = {{"edge", missing.edge.words},
                   {"connection", names.Text(missing.trial)}};
      PutOrigin(missing.edge.origin, edge);
      list.push_back(std::move(edge));
    }
    json["missing"] = std::move(list);
    items.push_back(std::move(json));
  }
  return {{"percent", coverage.total.Percent()},
          {"covered", coverage.total.part},
          {"edges", coverage.total.whole},
          {"sampled", coverage.sampled},
          {"items", std::move(items)}};
}

Json MutationJson(const ir::RuleSet& rules, const Names& names,
                  const MutationScore& score) {
  Json survivors = Json::array();
  for (const Survivor& survivor : score.survivors) {
    Json json = {{"rule", rules.rules[survivor.mutant.change.rule].name},
                 {"mutant", survivor.mutant.words},
                 {"connection", names.Text(survivor.trial)}};
    PutOrigin(survivor.mutant.origin, json);
    survivors.push_back(std::move(json));
  }
  return {{"percent", score.share.Percent()},
          {"killed", score.share.part},
          {"mutants", score.share.whole},
          {"equivalent", score.equivalent},
          {"step", score.step},
          {"sampled", score.sampled},
          {"survivors", std::move(survivors)}};
}

}  // namespace

std::string RenderJson(const ir::RuleSet& rules, const Names& names,
                       const Report& report) {
  Json tests = Json::array();
  for (const TestResult& result : report.run.results)
    tests.push_back(TestJson(result));
  Json json = {{"format_version", "1.0"},
               {"tests", std::move(tests)},
               {"passed", report.run.passed},
               {"failed", report.run.failed},
               {"left_out", report.left_out}};
  if (report.coverage) json["coverage"] = CoverageJson(names, *report.coverage);
  if (report.mutation)
    json["mutation"] = MutationJson(rules, names, *report.mutation);
  if (report.suggestions) {
    Json suggestions = Json::array();
    for (const Suggestion& suggestion : *report.suggestions) {
      suggestions.push_back(
          {{"name", suggestion.test.name}, {"text", suggestion.text}});
    }
    json["suggestions"] = std::move(suggestions);
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pol::testrun
