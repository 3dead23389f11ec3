#include "compiler/network/tables.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/ir/dump.h"
#include "compiler/network/classes.h"
#include "compiler/support/view.h"

namespace pol::network {
namespace {

std::vector<uint32_t> IntervalStarts(const ir::RuleSet& rules) {
  std::set<uint32_t> starts = {0};
  for (const ir::Rule& rule : rules.rules) {
    for (const values::PortRange& range : rule.ports) {
      starts.insert(range.first);
      if (range.last < 65535) starts.insert(range.last + 1u);
    }
  }
  return {starts.begin(), starts.end()};
}

// Interval numbers whose ports a range covers: [first, last).
std::pair<IntervalNumber, IntervalNumber> Intervals(
    const std::vector<uint32_t>& starts, const values::PortRange& range) {
  auto first = std::lower_bound(starts.begin(), starts.end(), range.first);
  auto last = std::upper_bound(starts.begin(), starts.end(), range.last);
  return {static_cast<IntervalNumber>(first - starts.begin()),
          static_cast<IntervalNumber>(last - starts.begin())};
}

std::vector<ClassNumber> ClassesOf(const ir::IdentitySet& identities,
                                   const Classes& classes) {
  std::set<ClassNumber> numbers;
  for (ir::IdentityNumber identity : identities) {
    // No host has a region's identity.
    if (identity < classes.of.size()) numbers.insert(classes.of[identity]);
  }
  return {numbers.begin(), numbers.end()};
}

using Key =
    std::tuple<ClassNumber, ClassNumber, values::Protocol, IntervalNumber>;

// Which rule names which key, by key, then by rule.
std::vector<std::pair<Key, size_t>> KeysOfRules(
    const ir::RuleSet& rules, const Classes& classes,
    const std::vector<uint32_t>& starts) {
  std::vector<std::pair<Key, size_t>> keys;
  for (size_t number = 0; number < rules.rules.size(); ++number) {
    const ir::Rule& rule = rules.rules[number];
    std::vector<ClassNumber> targets = ClassesOf(rules.targets(rule), classes);
    for (ClassNumber source : ClassesOf(rules.sources(rule), classes)) {
      for (ClassNumber target : targets) {
        for (const values::PortRange& range : rule.ports) {
          auto [first, last] = Intervals(starts, range);
          for (IntervalNumber i = first; i < last; ++i)
            keys.push_back({{source, target, rule.protocol, i}, number});
        }
      }
    }
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

// The default is not stored, so whether an end is governed does not matter.
Cell MakeCell(const ir::RuleSet& rules, const Key& key,
              const std::vector<size_t>& matching) {
  auto [source, target, protocol, interval] = key;
  return {source,
          target,
          protocol,
          interval,
          ir::Combine(rules, matching, false, ir::AuditRules::kIgnored),
          ir::Combine(rules, matching, false, ir::AuditRules::kIncluded)};
}

std::string Describe(const ir::RuleSet& rules, const ir::Decision& decision) {
  if (!decision.rule) return "default";
  std::string out =
      absl::StrCat(decision.verdict == ir::Verdict::kAllow ? "allow" : "deny",
                   " by ", rules.rules[*decision.rule].name);
  if (decision.min_tls) {
    absl::StrAppend(
        &out, " tls>=", support::ToAbsl(values::ToString(*decision.min_tls)),
        " by ", rules.rules[*decision.tls_rule].name);
  }
  for (ir::TlsList list : ir::kTlsLists) {
    if (const auto& asked = decision.names(list)) {
      absl::StrAppend(&out, " ", support::ToAbsl(ir::ToString(list)), " ",
                      absl::StrJoin(asked->names, "|"), " by ",
                      rules.rules[asked->rule].name);
    }
  }
  if (decision.authentication_rule) {
    absl::StrAppend(&out, " authenticated by the connection by ",
                    rules.rules[*decision.authentication_rule].name);
  }
  return out;
}

}  // namespace

Tables BuildTables(const ir::RuleSet& rules) {
  Classes classes = BuildClasses(rules);
  Tables tables;
  tables.class_count = static_cast<ClassNumber>(classes.representatives.size());
  tables.interval_starts = IntervalStarts(rules);
  std::vector<std::pair<Key, size_t>> keys =
      KeysOfRules(rules, classes, tables.interval_starts);
  for (size_t i = 0; i < keys.size();) {
    Key key = keys[i].first;
    std::vector<size_t> matching;
    for (; i < keys.size() && keys[i].first == key; ++i)
      matching.push_back(keys[i].second);
    tables.cells.push_back(MakeCell(rules, key, matching));
  }
  tables.class_of = std::move(classes.of);
  return tables;
}

std::string Dump(const ir::RuleSet& rules, const Tables& tables) {
  std::string out;
  for (ClassNumber number = 0; number < tables.class_count; ++number) {
    std::vector<std::string> members;
    for (size_t i = 0; i < tables.class_of.size(); ++i) {
      if (tables.class_of[i] != number) continue;
      members.push_back(ir::Name(rules, static_cast<ir::IdentityNumber>(i)));
    }
    absl::StrAppend(&out, "class ", number, ": ", absl::StrJoin(members, ", "),
                    "\n");
  }
  for (size_t i = 0; i < tables.interval_starts.size(); ++i) {
    uint32_t last = i + 1 < tables.interval_starts.size()
                        ? tables.interval_starts[i + 1] - 1
                        : 65535;
    absl::StrAppend(&out, "interval ", i, ": ", tables.interval_starts[i], "-",
                    last, "\n");
  }
  for (const Cell& cell : tables.cells) {
    absl::StrAppend(&out, "cell ", cell.source, " -> ", cell.target, " ",
                    support::ToAbsl(values::ToString(cell.protocol)),
                    " interval ", cell.interval, ": ",
                    Describe(rules, cell.enforced));
    if (cell.audited != cell.enforced) {
      absl::StrAppend(&out, "; audited: ", Describe(rules, cell.audited));
    }
    absl::StrAppend(&out, "\n");
  }
  return out;
}

}  // namespace pol::network
