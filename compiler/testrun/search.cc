#include "compiler/testrun/search.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "compiler/support/check.h"

namespace pol::testrun {
namespace {

using values::PortRange;
using values::Protocol;

bool Overlap(const std::vector<PortRange>& a, const std::vector<PortRange>& b,
             uint32_t slack) {
  return std::any_of(a.begin(), a.end(), [&](const PortRange& left) {
    return std::any_of(b.begin(), b.end(), [&](const PortRange& right) {
      return left.first <= right.last + slack &&
             right.first <= left.last + slack;
    });
  });
}

// A port of a range for a test to use: one at its edge, if it has an edge.
uint16_t Representative(const PortRange& range) {
  constexpr uint16_t kWellKnown = 443;
  if (range.first != 1) return range.first;
  return range.last < 65535 ? range.last : kWellKnown;
}

// Cuts `ports` so that no rule tells the ports of one piece apart.
std::vector<uint16_t> PortsToTry(const std::vector<PortRange>& ports,
                                 const std::vector<size_t>& relevant,
                                 const ir::RuleSet& rules) {
  std::vector<uint32_t> cuts;
  for (size_t rule : relevant) {
    for (const PortRange& range : rules.rules[rule].ports) {
      cuts.push_back(range.first);
      cuts.push_back(range.last + 1u);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  std::vector<uint16_t> tried;
  for (const PortRange& range : ports) {
    uint32_t first = range.first;
    auto cut = std::upper_bound(cuts.begin(), cuts.end(), first);
    while (first <= range.last) {
      const uint32_t next =
          cut == cuts.end() || *cut > range.last ? range.last + 1u : *cut++;
      tried.push_back(Representative(
          {static_cast<uint16_t>(first), static_cast<uint16_t>(next - 1)}));
      first = next;
    }
  }
  return tried;
}

}  // namespace

Search::Search(const ir::RuleSet& rules) : index_(rules) {
  scratch_.rules = rules.rules;
  members_.resize(classes().size());
  for (ir::IdentityNumber i = 0; i < rules.identities.size(); ++i)
    members_[classes().of[i]].push_back(i);
  ir::IdentitySet preferred(rules.identities.size());
  std::iota(preferred.begin(), preferred.end(), ir::IdentityNumber{0});
  std::stable_sort(preferred.begin(), preferred.end(),
                   [this](auto a, auto b) { return Rank(a) < Rank(b); });
  place_.resize(preferred.size());
  for (uint32_t i = 0; i < preferred.size(); ++i) place_[preferred[i]] = i;
  for (ir::IdentitySet& members : members_)
    std::sort(members.begin(), members.end(), Preferred());
  for (Marks& marks : marks_) {
    marks.marked.resize(classes().size());
    marks.of.resize(classes().size());
  }
}

// The unknown identity comes before those that nobody bears, as it is the same
// whatever else the policy, its tests included, speaks of.
uint32_t Search::Rank(ir::IdentityNumber identity) const {
  const ir::Identity& which = rules().identities[identity];
  if (which.borne || which.governed_egress || which.governed_ingress) return 0;
  if (identity == ir::kUnknown) return 1;
  return which.region ? 3 : 2;
}

Setting Search::Place(const Trial& trial) const {
  const ir::Connection& connection = trial.connection;
  POL_CHECK(connection.source < rules().identities.size() &&
            connection.target < rules().identities.size())
      << "identity out of range";
  Setting setting;
  setting.trial = trial;
  index_.Matching(classes().of[connection.source],
                  classes().of[connection.target], connection.protocol,
                  connection.port, setting.matching);
  std::erase_if(setting.matching, [this](size_t rule) {
    return rules().rules[rule].mode == ir::Mode::kAudit;
  });
  setting.governed = ir::IsGoverned(rules(), connection);
  setting.outcome =
      Judge(ir::Combine(rules(), setting.matching, setting.governed,
                        ir::AuditRules::kIgnored),
            trial.seen);
  return setting;
}

ir::Decision Search::DecideUnder(const Change& change,
                                 std::vector<size_t> matching, bool governed) {
  auto combine = [&] {
    return ir::Combine(scratch_, matching, governed, ir::AuditRules::kIgnored);
  };
  if (change.kind == Change::Kind::kOut) {
    std::erase(matching, change.rule);
  } else if (change.kind == Change::Kind::kIn) {
    matching.insert(
        std::lower_bound(matching.begin(), matching.end(), change.rule),
        change.rule);
  } else if (change.kind == Change::Kind::kTerms) {
    ir::Rule& rule = scratch_.rules[change.rule];
    const ir::Effect effect = std::exchange(rule.effect, change.effect);
    std::optional<ir::TlsRequirement> tls = std::exchange(rule.tls, change.tls);
    ir::Decision decision = combine();
    rule.effect = effect;
    rule.tls = std::move(tls);
    return decision;
  }
  return combine();
}

Outcome Search::Under(const Change& change, const Setting& setting) {
  if (!change.where.Contains(rules(), setting.trial.connection))
    return setting.outcome;
  return Judge(DecideUnder(change, setting.matching, setting.governed),
               setting.trial.seen);
}

bool Search::Shows(const Change& change, const Setting& setting) {
  if (!change.where.Contains(rules(), setting.trial.connection) ||
      (change.clear_text && setting.trial.seen)) {
    return false;
  }
  switch (change.kind) {
    case Change::Kind::kDecides:
      return setting.outcome.rule == change.rule;
    case Change::Kind::kDefault:
      return setting.outcome.verdict == ir::Verdict::kDeny &&
             !setting.outcome.rule;
    default:
      return Under(change, setting).verdict != setting.outcome.verdict;
  }
}

std::optional<Encryption> Search::Check(const Change& change,
                                        const std::vector<size_t>& matching,
                                        bool governed) {
  const ir::Decision now =
      ir::Combine(rules(), matching, governed, ir::AuditRules::kIgnored);
  if (change.kind == Change::Kind::kDecides) return LetDecide(now, change.rule);
  if (change.kind == Change::Kind::kDefault) {
    if (now.verdict != ir::Verdict::kDeny || now.rule) return std::nullopt;
    return Encryption{};
  }
  std::optional<Encryption> found =
      TellApart(now, DecideUnder(change, matching, governed));
  if (found && change.clear_text && found->seen) return std::nullopt;
  return found;
}

const std::vector<size_t>& Search::Neighbours(const Change& change) {
  const bool of_rule = change.kind != Change::Kind::kDefault;
  if (of_rule && neighbours_of_ == change.rule) return neighbours_;
  neighbours_.clear();
  neighbours_of_ = std::nullopt;
  if (of_rule) neighbours_of_ = change.rule;
  const std::vector<ir::Rule>& all = rules().rules;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].mode == ir::Mode::kAudit) continue;
    if (of_rule &&
        (i == change.rule || all[i].protocol != all[change.rule].protocol ||
         !Overlap(all[i].ports, all[change.rule].ports, 1))) {
      continue;
    }
    neighbours_.push_back(i);
  }
  return neighbours_;
}

void Search::MarkClasses(const Side& side, bool source) {
  Marks& marks = marks_[source];
  for (ir::IdentityClass old : marks.classes) {
    marks.marked[old] = false;
    marks.of[old].clear();
  }
  marks.classes.clear();
  marks.only = nullptr;
  auto mark = [&marks](ir::IdentityClass number) {
    if (marks.marked[number]) return;
    marks.marked[number] = true;
    marks.classes.push_back(number);
  };
  switch (side.kind) {
    case Side::Kind::kSet:
      for (ir::IdentityClass number : classes().sets[side.set]) mark(number);
      return;
    case Side::Kind::kOnly:
      marks.only = &side.only;
      for (ir::IdentityNumber identity : side.only)
        mark(classes().of[identity]);
      return;
    case Side::Kind::kAll:
    case Side::Kind::kAllButSet:
      break;
  }
  const ir::ClassSet none;
  const ir::ClassSet& left_out =
      side.kind == Side::Kind::kAll ? none : classes().sets[side.set];
  auto next = left_out.begin();
  for (ir::IdentityClass number = 0; number < classes().size(); ++number) {
    if (next != left_out.end() && *next == number) {
      ++next;
    } else {
      mark(number);
    }
  }
}

std::vector<Search::Group> Search::Groups(bool source) {
  const Marks& marks = marks_[source];
  // The two to be preferred of each.
  std::map<std::pair<bool, std::vector<uint32_t>>, ir::IdentitySet> members;
  for (ir::IdentityClass number : marks.classes) {
    const ir::Identity& identity =
        rules().identities[classes().representatives[number]];
    const bool governed =
        source ? identity.governed_egress : identity.governed_ingress;
    ir::IdentitySet& group = members[{governed, marks.of[number]}];
    // Two of a class are enough: the preferred one and another.
    size_t taken = 0;
    for (ir::IdentityNumber member : members_[number]) {
      if (marks.only != nullptr &&
          !std::binary_search(marks.only->begin(), marks.only->end(), member))
        continue;
      group.insert(
          std::lower_bound(group.begin(), group.end(), member, Preferred()),
          member);
      if (group.size() > 2) group.pop_back();
      if (++taken == 2) break;
    }
  }
  std::vector<Group> groups;
  for (auto& [key, identities] : members) {
    if (identities.empty()) continue;
    groups.push_back({identities.front(),
                      identities[identities.size() > 1 ? 1 : 0], key.first,
                      key.second});
  }
  std::sort(groups.begin(), groups.end(),
            [this](const Group& a, const Group& b) {
              return place_[a.first] < place_[b.first];
            });
  return groups;
}

// The rules that share a connection with the box, and what each class of the
// box knows of them.
void Search::Relate(Protocol protocol, const Change& change) {
  MarkClasses(change.where.sources, true);
  MarkClasses(change.where.targets, false);
  const std::vector<PortRange> ports = change.where.ports_on(protocol);
  relevant_.clear();
  auto touches = [this](ir::SetNumber set, bool source) {
    const ir::ClassSet& members = classes().sets[set];
    return std::any_of(members.begin(), members.end(),
                       [&](auto c) { return marks_[source].marked[c]; });
  };
  for (size_t i : Neighbours(change)) {
    const ir::Rule& rule = rules().rules[i];
    if (rule.protocol != protocol || !Overlap(rule.ports, ports, 0) ||
        !touches(rule.sources, true) || !touches(rule.targets, false)) {
      continue;
    }
    const auto position = static_cast<uint32_t>(relevant_.size());
    relevant_.push_back(i);
    for (bool source : {false, true}) {
      Marks& marks = marks_[source];
      for (auto c : classes().sets[source ? rule.sources : rule.targets]) {
        if (marks.marked[c]) marks.of[c].push_back(position);
      }
    }
  }
}

std::optional<Trial> Search::TryPair(const Change& change, const Group& source,
                                     const Group& target, Protocol protocol,
                                     const std::vector<uint16_t>& ports) {
  std::vector<uint32_t> both;
  std::set_intersection(source.of.begin(), source.of.end(), target.of.begin(),
                        target.of.end(), std::back_inserter(both));
  const bool rule_matches =
      change.kind != Change::Kind::kIn && change.kind != Change::Kind::kDefault;
  std::vector<size_t> matching;
  for (uint16_t port : ports) {
    matching.clear();
    for (uint32_t position : both) {
      if (Overlap(rules().rules[relevant_[position]].ports, {{port, port}}, 0))
        matching.push_back(relevant_[position]);
    }
    if (rule_matches) {
      matching.insert(
          std::lower_bound(matching.begin(), matching.end(), change.rule),
          change.rule);
    }
    std::optional<Encryption> found =
        Check(change, matching, source.governed || target.governed);
    if (!found) continue;
    Trial trial{{source.first, target.first, protocol, port}, found->seen};
    if (source.first == target.first) {
      if (target.second != target.first) {
        trial.connection.target = target.second;
      } else {
        trial.connection.source = source.second;
      }
    }
    return trial;
  }
  return std::nullopt;
}

std::optional<Trial> Search::FindOn(Protocol protocol, const Change& change) {
  Relate(protocol, change);
  const std::vector<uint16_t> ports =
      PortsToTry(change.where.ports_on(protocol), relevant_, rules());
  const std::vector<Group> sources = Groups(true);
  const std::vector<Group> targets = Groups(false);
  std::optional<Trial> with_itself;
  for (const Group& source : sources) {
    for (const Group& target : targets) {
      std::optional<Trial> found =
          TryPair(change, source, target, protocol, ports);
      if (!found) continue;
      if (found->connection.source != found->connection.target) return found;
      if (!with_itself) with_itself = found;
    }
  }
  return with_itself;
}

std::optional<Trial> Search::Find(const Change& change) {
  if (change.where.protocol) return FindOn(*change.where.protocol, change);
  for (Protocol protocol : values::kProtocols) {
    if (std::optional<Trial> found = FindOn(protocol, change)) return found;
  }
  return std::nullopt;
}

}  // namespace pol::testrun
