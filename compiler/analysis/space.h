// The connections of one RuleSet as a space of boxes, and the exact question
// that all of the analysis comes down to: is a box covered?
#ifndef POL_COMPILER_ANALYSIS_SPACE_H_
#define POL_COMPILER_ANALYSIS_SPACE_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "absl/functional/function_ref.h"
#include "compiler/analysis/box.h"
#include "compiler/ir/decide.h"
#include "compiler/ir/decision_index.h"
#include "compiler/ir/rule_set.h"

namespace pol::analysis {

// One connection between members of two classes.
struct Point {
  ir::IdentityClass source = 0;
  ir::IdentityClass target = 0;
  values::Protocol protocol = values::Protocol::kTcp;
  uint16_t port = 0;
};

// Until when a rule holds, in Unix seconds; kForever without a date.
inline constexpr int64_t kForever = std::numeric_limits<int64_t>::max();
inline int64_t Until(const ir::Rule& rule) {
  return rule.not_after.value_or(kForever);
}

// A connection that shows something.
struct Witness {
  ir::Connection connection;
  // When: with the rules that hold until this moment at least (see LiveAt).
  int64_t at = kForever;
  // The last rule that would have had a say has ended by then at this time.
  std::optional<int64_t> after = std::nullopt;
  ir::Decision decision = {};  // of the rules that hold then
};

// Not for use by several threads at once.
class Space {
 public:
  // `rules` stays where it is, unchanged, while the space is used.
  explicit Space(const ir::RuleSet& rules);
  // Tells identities of different colours apart too.
  Space(const ir::RuleSet& rules, absl::Span<const uint32_t> colours);

  const ir::RuleSet& rules() const { return index_.rules(); }
  const ir::Rule& rule(size_t number) const { return rules().rules[number]; }
  const ir::DecisionIndex& index() const { return index_; }
  const ir::IdentityClasses& classes() const { return index_.classes(); }

  Box BoxOf(const ir::Rule& rule) const;
  const ClassSet& ClassesOf(ir::SetNumber set) const {
    return classes().sets[set];
  }

  // Some point of a box that is not empty.
  Point SomePoint(const Box& box) const;
  ir::Connection ConnectionAt(const Point& point) const;
  Witness Show(const Point& point, int64_t at) const;

  // Rules that share a connection with a box, in no particular order, until
  // `visit` gives false. Audited rules and empty ones are not among them.
  enum class Kind { kAllow, kDeny };
  void ForEachOverlapping(Kind kind, const Box& box,
                          absl::FunctionRef<bool(size_t)> visit) const;

  // Judges one connection from the enforced rules that match it: whether it is
  // covered, and by which of them. These must be so chosen that every
  // connection that they all match is covered too; at least one.
  using Judge = absl::FunctionRef<bool(const Point& point,
                                       const std::vector<size_t>& matching,
                                       std::vector<size_t>& because)>;

  // A point of `box` that `judge` does not find covered; unset when there is
  // none. Adds to `used` the rules that cover what was looked at.
  std::optional<Point> FindUncovered(Box box, Judge judge,
                                     std::set<size_t>* used = nullptr) const;

  // How many connections between classes a rule matches, ports left out.
  uint64_t Area(size_t rule) const;

  // The classes whose connections out (in) need an allow, and the others.
  const ClassSet& governed_egress() const { return governed_egress_; }
  const ClassSet& free_egress() const { return free_egress_; }
  const ClassSet& free_ingress() const { return free_ingress_; }
  const ClassSet& governed_ingress() const { return governed_ingress_; }

 private:
  // The enforced rules of one kind by the sets they name.
  struct Postings {
    std::vector<size_t> rules;
    std::vector<std::vector<uint32_t>> by_sources;  // by set
    std::vector<std::vector<uint32_t>> by_targets;
    std::vector<uint32_t> source_weight;  // by class
    std::vector<uint32_t> target_weight;
  };

  Postings MakePostings(ir::Effect effect) const;
  bool Overlaps(const ir::Rule& rule, const Box& box) const;

  ir::DecisionIndex index_;
  ClassSet governed_egress_, free_egress_;
  ClassSet governed_ingress_, free_ingress_;
  Postings allows_;
  Postings denies_;
  // The sets that the current walk has seen are stamped with its number.
  mutable std::vector<uint32_t> seen_set_;
  mutable uint32_t walk_ = 0;
};

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_SPACE_H_
