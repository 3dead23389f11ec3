#include "compiler/testrun/suggest.h"

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/ir/decide.h"
#include "compiler/support/check.h"
#include "compiler/testrun/cover.h"
#include "compiler/testrun/near.h"
#include "compiler/testrun/run_tests.h"
#include "compiler/testrun/test_block.h"

namespace pol::testrun {
namespace {

struct Goal {
  const Change* change;
  const Trial* trial;  // that reaches it
  bool mutant;         // or else an edge
};

std::vector<Goal> GoalsOf(const Coverage& coverage,
                          const MutationScore& score) {
  std::vector<Goal> goals;
  for (const CoverageItem& item : coverage.items) {
    for (const MissingEdge& missing : item.missing)
      goals.push_back({&missing.edge.change, &missing.trial, false});
  }
  for (const Survivor& survivor : score.survivors)
    goals.push_back({&survivor.mutant.change, &survivor.trial, true});
  return goals;
}

auto Key(const Trial& trial) {
  const ir::Connection& connection = trial.connection;
  const ir::SeenTls seen = trial.seen.value_or(ir::SeenTls());
  return std::tuple(connection.source, connection.target, connection.protocol,
                    connection.port, trial.seen.has_value(), seen.version,
                    seen.server_name, seen.alpn, seen.group, seen.cipher_suite,
                    seen.starttls);
}

// The trials of all goals, each once, placed.
std::vector<Setting> Candidates(const std::vector<Goal>& goals,
                                const Search& search) {
  std::vector<Setting> candidates;
  std::set<decltype(Key(std::declval<Trial>()))> known;
  for (const Goal& goal : goals) {
    if (known.insert(Key(*goal.trial)).second)
      candidates.push_back(search.Place(*goal.trial));
  }
  return candidates;
}

// The rule that a suggested test names as the one that decides.
std::optional<size_t> By(const Setting& setting, const ir::RuleSet& rules) {
  const std::optional<size_t>& rule = setting.outcome.rule;
  if (rule && !IsPlainName(rules.rules[*rule].name)) return std::nullopt;
  return rule;
}

bool Reaches(const Setting& setting, const Goal& goal, Search& search) {
  if (!goal.mutant) return search.Shows(*goal.change, setting);
  const Outcome changed = search.Under(*goal.change, setting);
  return changed.verdict != setting.outcome.verdict ||
         (By(setting, search.rules()) && changed.rule != setting.outcome.rule);
}

// Which goals each candidate reaches.
std::vector<std::vector<uint32_t>> Reach(const std::vector<Goal>& goals,
                                         const std::vector<Setting>& candidates,
                                         Search& search) {
  std::vector<std::vector<uint32_t>> reach(candidates.size());
  std::map<size_t, std::vector<size_t>> near;  // by rule
  for (size_t goal = 0; goal < goals.size(); ++goal) {
    const Change& change = *goals[goal].change;
    auto try_one = [&](size_t candidate) {
      if (Reaches(candidates[candidate], goals[goal], search))
        reach[candidate].push_back(static_cast<uint32_t>(goal));
    };
    if (change.kind == Change::Kind::kDefault) {
      for (size_t i = 0; i < candidates.size(); ++i) try_one(i);
      continue;
    }
    auto [entry, is_new] = near.try_emplace(change.rule);
    if (is_new) entry->second = Near(search.rules(), change.rule, candidates);
    for (size_t candidate : entry->second) try_one(candidate);
  }
  return reach;
}

ir::ConnectTest TestFor(const Setting& setting, const ir::RuleSet& rules) {
  const ir::Connection& connection = setting.trial.connection;
  ir::ConnectTest test;
  test.source = connection.source;
  test.target = connection.target;
  test.protocol = connection.protocol;
  test.port = connection.port;
  test.seen = setting.trial.seen;
  const Outcome decided = Judge(ir::Decide(rules, connection), test.seen);
  POL_CHECK(decided == setting.outcome) << "the index decides otherwise";
  test.expect = decided.verdict;
  test.by = By(setting, rules);
  return test;
}

std::string Unused(const std::string& name, std::set<std::string>& used) {
  std::string free = name;
  for (int i = 2; !used.insert(free).second; ++i)
    free = diag::Cat(name, " (", i, ")");
  return free;
}

}  // namespace

std::vector<Suggestion> Suggest(const Coverage& coverage,
                                const MutationScore& score, const Names& names,
                                Search& search) {
  const ir::RuleSet& rules = search.rules();
  const std::vector<Goal> goals = GoalsOf(coverage, score);
  const std::vector<Setting> candidates = Candidates(goals, search);
  std::set<std::string> used;
  for (const ir::ConnectTest& test : rules.tests) used.insert(test.name);
  for (const ir::PathTest& test : rules.path_tests) used.insert(test.name);
  std::vector<Suggestion> suggestions;
  for (size_t i : Cover(Reach(goals, candidates, search), goals.size())) {
    Suggestion& suggestion = suggestions.emplace_back();
    suggestion.test = TestFor(candidates[i], rules);
    suggestion.test.name = Unused(TestName(names, suggestion.test), used);
    suggestion.text = TestBlock(rules, names, suggestion.test);
  }
  return suggestions;
}

std::string FileText(const std::vector<Suggestion>& suggestions) {
  std::string text;
  for (const Suggestion& suggestion : suggestions) {
    if (!text.empty()) text += "\n";
    text += suggestion.text;
  }
  return text;
}

}  // namespace pol::testrun
