#include "compiler/testrun/mutation.h"

#include <algorithm>
#include <utility>

#include "compiler/testrun/near.h"
#include "compiler/testrun/run_tests.h"

namespace pol::testrun {
namespace {

enum class Noticed { kNot, kByName, kByVerdict };

class Measurement {
 public:
  Measurement(absl::Span<const ir::ConnectTest* const> tests,
              absl::Span<const Setting> settings, const MutantMaker& maker,
              Search& search, MutationScore& score)
      : tests_(tests),
        settings_(settings),
        maker_(maker),
        search_(search),
        score_(score) {}

  void Try(Mutant mutant, const std::vector<size_t>& near) {
    if (mutant.more != Mutant::More::kNone) {
      const std::optional<Trial> other = search_.Find(mutant.change);
      if (!other) {
        ++score_.equivalent;
        return;
      }
      const ir::Connection& connection = other->connection;
      maker_.LetIn(mutant.more == Mutant::More::kSource ? connection.source
                                                        : connection.target,
                   mutant);
    }
    const Noticed noticed = Notice(mutant.change, near);
    if (noticed == Noticed::kByVerdict) {
      score_.share += {1, 1};
      return;
    }
    // Who is named as the one that decides is not what a policy does.
    const std::optional<Trial> trial = search_.Find(mutant.change);
    if (!trial) {
      ++score_.equivalent;
    } else if (noticed == Noticed::kByName) {
      score_.share += {1, 1};
    } else {
      score_.share += {0, 1};
      score_.survivors.push_back({std::move(mutant), *trial});
    }
  }

 private:
  Noticed Notice(const Change& change, const std::vector<size_t>& near) {
    Noticed noticed = Noticed::kNot;
    for (size_t i : near) {
      const Outcome& was = settings_[i].outcome;
      const Outcome is = search_.Under(change, settings_[i]);
      if (Passes(*tests_[i], was) == Passes(*tests_[i], is)) continue;
      if (was.verdict != is.verdict) return Noticed::kByVerdict;
      noticed = Noticed::kByName;
    }
    return noticed;
  }

  absl::Span<const ir::ConnectTest* const> tests_;
  absl::Span<const Setting> settings_;
  const MutantMaker& maker_;
  Search& search_;
  MutationScore& score_;
};

}  // namespace

MutationScore MeasureMutation(const Units& units, const Names& names,
                              absl::Span<const ir::ConnectTest* const> tests,
                              absl::Span<const Setting> settings,
                              Search& search, const MutationOptions& options) {
  const ir::RuleSet& rules = search.rules();
  MutantMaker maker{rules, units, names};
  MutationScore score;
  std::vector<std::vector<Mutant>> mutants;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    mutants.push_back(maker.OfRule(i));
    score.all += mutants.back().size();
  }
  score.sampled = maker.sampled;
  score.step =
      std::max<size_t>(1, (score.all + options.limit - 1) / options.limit);
  Measurement measurement(tests, settings, maker, search, score);
  size_t number = 0;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    const std::vector<size_t> near = Near(rules, i, settings);
    for (Mutant& mutant : mutants[i]) {
      if (number++ % score.step == 0) measurement.Try(std::move(mutant), near);
    }
    mutants[i].clear();
  }
  return score;
}

}  // namespace pol::testrun
