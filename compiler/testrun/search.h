// Where a change of a rule shows.
#ifndef POL_COMPILER_TESTRUN_SEARCH_H_
#define POL_COMPILER_TESTRUN_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/ir/decide.h"
#include "compiler/ir/decision_index.h"
#include "compiler/ir/rule_set.h"
#include "compiler/testrun/change.h"
#include "compiler/testrun/tell_apart.h"
#include "compiler/testrun/trial.h"

namespace pol::testrun {

// A trial with what the rules as they are say of it.
struct Setting {
  Trial trial;
  std::vector<size_t> matching;  // enforced rules, ascending
  bool governed = false;
  Outcome outcome;
};

// Not for use by several threads at once.
class Search {
 public:
  // `rules` stays where it is, unchanged, while the search is used.
  explicit Search(const ir::RuleSet& rules);
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  const ir::RuleSet& rules() const { return index_.rules(); }
  const ir::IdentityClasses& classes() const { return index_.classes(); }

  Setting Place(const Trial& trial) const;
  // As ir::Decide().
  ir::Decision Decide(const ir::Connection& connection) const {
    return index_.Decide(connection);
  }

  // What comes out of a trial with a rule changed.
  Outcome Under(const Change& change, const Setting& setting);

  bool Shows(const Change& change, const Setting& setting);

  // A trial at which the change shows; unset when there is none. Exact: one
  // trial for each way in which the rules can see the connections of the box
  // is looked at. Prefers identities that somebody bears, and two different
  // ends.
  std::optional<Trial> Find(const Change& change);

 private:
  // Identities of one end of a box that no rule with a share in it tells apart.
  struct Group {
    ir::IdentityNumber first = 0;   // the one to be preferred
    ir::IdentityNumber second = 0;  // another one, or the same again
    bool governed = false;
    std::vector<uint32_t> of;  // positions in relevant_, ascending
  };

  // Rules that could match a connection near `rule`.
  const std::vector<size_t>& Neighbours(const Change& change);
  std::optional<Trial> FindOn(values::Protocol protocol, const Change& change);
  void Relate(values::Protocol protocol, const Change& change);
  std::optional<Trial> TryPair(const Change& change, const Group& source,
                               const Group& target, values::Protocol protocol,
                               const std::vector<uint16_t>& ports);
  void MarkClasses(const Side& side, bool source);
  std::vector<Group> Groups(bool source);
  std::optional<Encryption> Check(const Change& change,
                                  const std::vector<size_t>& matching,
                                  bool governed);
  ir::Decision DecideUnder(const Change& change, std::vector<size_t> matching,
                           bool governed);
  // Lower is better.
  uint32_t Rank(ir::IdentityNumber identity) const;
  auto Preferred() const {
    return [this](ir::IdentityNumber a, ir::IdentityNumber b) {
      return place_[a] < place_[b];
    };
  }

  ir::DecisionIndex index_;
  ir::RuleSet scratch_;  // its rules only; one of them changed for a moment
  std::vector<uint32_t> place_;  // by identity: among all, the best first
  // By class: its members, the preferred one first.
  std::vector<ir::IdentitySet> members_;

  // Of the last change that Neighbours() was asked about.
  std::optional<size_t> neighbours_of_;
  std::vector<size_t> neighbours_;

  // Of the current Find().
  std::vector<size_t> relevant_;  // other rules with a share in the box
  struct Marks {
    std::vector<ir::IdentityClass> classes;  // in the box
    std::vector<bool> marked;                // by class
    std::vector<std::vector<uint32_t>> of;   // by class: see Group
    const ir::IdentitySet* only = nullptr;
  };
  Marks marks_[2];  // targets, sources
};

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_SEARCH_H_
