#include "compiler/ir/decision_index.h"

#include <algorithm>
#include <utility>

#include "compiler/support/check.h"

namespace pol::ir {
namespace {

constexpr uint32_t kNoBits = UINT32_MAX;
constexpr size_t kWord = 64;

}  // namespace

DecisionIndex::DecisionIndex(const RuleSet& rules)
    : DecisionIndex(rules, BuildIdentityClasses(rules)) {}

DecisionIndex::DecisionIndex(const RuleSet& rules, IdentityClasses classes)
    : rules_(rules), classes_(std::move(classes)) {
  const size_t words = (classes_.size() + kWord - 1) / kWord;
  bits_of_.assign(classes_.sets.size(), kNoBits);
  for (SetNumber number = 0; number < classes_.sets.size(); ++number) {
    const ClassSet& set = classes_.sets[number];
    // A number takes half a word; a set of one is never asked.
    if (set.size() < 2 || set.size() < 2 * words) continue;
    bits_of_[number] = static_cast<uint32_t>(bits_.size());
    bits_.resize(bits_.size() + words);
    uint64_t* bits = &bits_[bits_of_[number]];
    for (IdentityClass c : set) bits[c / kWord] |= uint64_t{1} << (c % kWord);
  }
  sources_ = BuildSide(true);
  targets_ = BuildSide(false);
}

DecisionIndex::Side DecisionIndex::BuildSide(bool sources) const {
  Side side;
  side.starts.assign(classes_.sets.size() + 1, 0);
  auto here = [sources](const Rule& rule) {
    return sources ? rule.sources : rule.targets;
  };
  for (const Rule& rule : rules_.rules) {
    if (!rule.ports.empty()) ++side.starts[here(rule) + 1];
  }
  for (size_t i = 1; i < side.starts.size(); ++i)
    side.starts[i] += side.starts[i - 1];
  side.entries.resize(side.starts.back());
  std::vector<uint32_t> next(side.starts.begin(), side.starts.end() - 1);
  for (uint32_t i = 0; i < rules_.rules.size(); ++i) {
    const Rule& rule = rules_.rules[i];
    if (rule.ports.empty()) continue;
    const SetNumber other = sources ? rule.targets : rule.sources;
    const ClassSet& others = classes_.sets[other];
    side.entries[next[here(rule)]++] = {
        i,
        other,
        others.size() == 1 ? others.front() : kSeveral,
        rule.ports.front().first,
        rule.ports.back().last,
        rule.protocol,
        rule.ports.size() == 1};
  }
  side.weight.assign(classes_.size(), 0);
  for (SetNumber number = 0; number < classes_.sets.size(); ++number) {
    const uint32_t rules = side.starts[number + 1] - side.starts[number];
    // Looking at a set costs too.
    for (IdentityClass c : classes_.sets[number]) side.weight[c] += 1 + rules;
  }
  return side;
}

bool DecisionIndex::Contains(SetNumber set, IdentityClass number) const {
  if (bits_of_[set] == kNoBits) {
    const ClassSet& members = classes_.sets[set];
    return std::binary_search(members.begin(), members.end(), number);
  }
  return (bits_[bits_of_[set] + number / kWord] >> (number % kWord) & 1) != 0;
}

void DecisionIndex::Walk(const Side& side, IdentityClass here,
                         IdentityClass other, values::Protocol protocol,
                         uint16_t port, std::vector<size_t>& out) const {
  for (SetNumber set : classes_.Containing(here)) {
    for (uint32_t i = side.starts[set]; i < side.starts[set + 1]; ++i) {
      const Entry& entry = side.entries[i];
      if (port < entry.first_port || port > entry.last_port ||
          entry.protocol != protocol) {
        continue;
      }
      if (entry.single != kSeveral ? entry.single != other
                                   : !Contains(entry.other, other)) {
        continue;
      }
      if (!entry.one_range) {
        const auto& ports = rules_.rules[entry.rule].ports;
        if (std::none_of(ports.begin(), ports.end(),
                         [port](const auto& r) { return r.Contains(port); }))
          continue;
      }
      out.push_back(entry.rule);
    }
  }
}

void DecisionIndex::Matching(IdentityClass source, IdentityClass target,
                             values::Protocol protocol, uint16_t port,
                             std::vector<size_t>& out) const {
  out.clear();
  if (sources_.weight[source] <= targets_.weight[target]) {
    Walk(sources_, source, target, protocol, port, out);
  } else {
    Walk(targets_, target, source, protocol, port, out);
  }
  std::sort(out.begin(), out.end());
}

Decision DecisionIndex::Decide(const Connection& connection,
                               AuditRules audit) const {
  POL_CHECK(connection.source < classes_.of.size() &&
            connection.target < classes_.of.size())
      << "identity out of range";
  std::vector<size_t> matching;
  Matching(classes_.of[connection.source], classes_.of[connection.target],
           connection.protocol, connection.port, matching);
  return Combine(rules_, matching, IsGoverned(rules_, connection), audit);
}

}  // namespace pol::ir
