// Decide() for many questions about one RuleSet, from an index instead of a
// scan.
//
// Each class of identities knows the sets that hold it, each set the rules that
// it is the sources or the targets of. A question walks the shorter of the two
// lists and looks at the other end, the protocol and the ports of each rule.
// The index is as large as the sets of the RuleSet and its rules together,
// however many identities a pattern matches.
#ifndef POL_COMPILER_IR_DECISION_INDEX_H_
#define POL_COMPILER_IR_DECISION_INDEX_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "compiler/ir/decide.h"
#include "compiler/ir/identity_classes.h"
#include "compiler/ir/rule_set.h"

namespace pol::ir {

// Const members may be called by several threads at once.
class DecisionIndex {
 public:
  // `rules` stays where it is, unchanged, while the index is used.
  explicit DecisionIndex(const RuleSet& rules);
  // With classes that are finer than those of `rules` need be.
  DecisionIndex(const RuleSet& rules, IdentityClasses classes);

  DecisionIndex(const DecisionIndex&) = delete;
  DecisionIndex& operator=(const DecisionIndex&) = delete;

  // Equal to ir::Decide() on every connection.
  Decision Decide(const Connection& connection,
                  AuditRules audit = AuditRules::kIgnored) const;

  // Replaces `out` by the positions of the rules that match a connection
  // between identities of two classes, of whatever mode, ascending.
  void Matching(IdentityClass source, IdentityClass target,
                values::Protocol protocol, uint16_t port,
                std::vector<size_t>& out) const;

  const IdentityClasses& classes() const { return classes_; }
  const RuleSet& rules() const { return rules_; }

  // Whether a class is in a set.
  bool Contains(SetNumber set, IdentityClass number) const;

 private:
  // One rule, seen from one of its ends.
  struct Entry {
    uint32_t rule;
    SetNumber other;       // the set of the other end
    IdentityClass single;  // its only member, or kSeveral
    uint16_t first_port;   // of the smallest range that holds all of its ports
    uint16_t last_port;
    values::Protocol protocol;
    bool one_range;
  };
  static constexpr IdentityClass kSeveral = UINT32_MAX;

  // The entries of the rules that a set is the sources (or the targets) of.
  struct Side {
    std::vector<uint32_t> starts;  // by set, one behind the last
    std::vector<Entry> entries;
    std::vector<uint32_t> weight;  // by class: how many entries it leads to
  };

  Side BuildSide(bool sources) const;
  void Walk(const Side& side, IdentityClass here, IdentityClass other,
            values::Protocol protocol, uint16_t port,
            std::vector<size_t>& out) const;

  const RuleSet& rules_;
  IdentityClasses classes_;
  // By set: where its bits start in bits_, or kNoBits. Only of sets so large
  // that bits are no longer than numbers.
  std::vector<uint32_t> bits_of_;
  std::vector<uint64_t> bits_;
  Side sources_;
  Side targets_;
};

}  // namespace pol::ir

#endif  // POL_COMPILER_IR_DECISION_INDEX_H_
