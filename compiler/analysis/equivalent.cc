#include "compiler/analysis/equivalent.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/ir/sets.h"
#include "compiler/support/check.h"

namespace pol::analysis {
namespace {

uint32_t Governing(const ir::Identity& identity) {
  return (identity.governed_ingress ? 1u : 0) +
         (identity.governed_egress ? 2u : 0);
}

// The rules of `a`, then those of `b`, over one table of sets.
ir::RuleSet Joined(const ir::RuleSet& a, const ir::RuleSet& b) {
  POL_CHECK(a.identities.size() == b.identities.size())
      << "identities are not numbered alike";
  ir::RuleSet joined;
  joined.identities = a.identities;
  joined.named = a.named;
  for (size_t i = 0; i < a.identities.size(); ++i) {
    POL_CHECK(a.identities[i].id == b.identities[i].id)
        << "identities are not numbered alike";
  }
  for (const ir::RuleSet* side : {&a, &b}) {
    for (ir::Rule rule : side->rules) {
      rule.sources = ir::AddSet(joined, side->sources(rule));
      rule.targets = ir::AddSet(joined, side->targets(rule));
      joined.rules.push_back(std::move(rule));
    }
  }
  ir::SortSets(joined);
  return joined;
}

// Every class by how `b` governs it, for classes to be alike in both.
std::vector<uint32_t> Colours(const ir::RuleSet& b) {
  std::vector<uint32_t> colours;
  for (const ir::Identity& identity : b.identities)
    colours.push_back(Governing(identity));
  return colours;
}

bool SameOutcome(const ir::Decision& a, const ir::Decision& b) {
  if (a.verdict != b.verdict || a.min_tls != b.min_tls ||
      a.authentication_rule.has_value() != b.authentication_rule.has_value()) {
    return false;
  }
  return std::equal(a.asked.begin(), a.asked.end(), b.asked.begin(),
                    [](const auto& x, const auto& y) {
                      return x.has_value() == y.has_value() &&
                             (!x || x->names == y->names);
                    });
}

class Comparison {
 public:
  Comparison(const ir::RuleSet& a, const ir::RuleSet& b)
      : b_(b),
        first_of_b_(a.rules.size()),
        joined_(Joined(a, b)),
        space_(joined_, Colours(b)) {}

  // Connections that only rules of both sides match, and whose ends are
  // governed alike, are decided alike.
  std::optional<Disagreement> Run() {
    for (size_t number : Changed()) {
      if (auto found = Compare(space_.BoxOf(space_.rule(number)))) return found;
    }
    ClassSet all(space_.classes().size());
    std::iota(all.begin(), all.end(), 0);
    ClassSet other_egress;
    ClassSet other_ingress;
    for (ir::IdentityClass number : all) {
      const uint32_t differ =
          GoverningOf(number, true) ^ GoverningOf(number, false);
      if ((differ & 2) != 0) other_egress.push_back(number);
      if ((differ & 1) != 0) other_ingress.push_back(number);
    }
    for (values::Protocol protocol : values::kProtocols) {
      const Ports ports = {values::PortsOf(protocol)};
      if (auto found = Compare({other_egress, all, protocol, ports}))
        return found;
      if (auto found = Compare({all, other_ingress, protocol, ports}))
        return found;
    }
    return std::nullopt;
  }

 private:
  bool IsOfA(size_t number) const { return number < first_of_b_; }

  // Enforced rules that the other side does not have.
  std::vector<size_t> Changed() const {
    auto key = [](const ir::Rule& rule) {
      std::optional<values::TlsVersion> version;
      std::vector<std::vector<std::string>> names;
      if (rule.tls) {
        version = rule.tls->min_version;
        for (ir::TlsList list : ir::kTlsLists)
          names.push_back(ir::NamesOf(*rule.tls, list));
      }
      return std::tuple(rule.effect, rule.sources, rule.targets, rule.protocol,
                        rule.ports, version, names,
                        rule.connection_authentication, rule.not_after);
    };
    using Key = decltype(key(joined_.rules.front()));
    std::set<Key> sides[2];
    for (size_t i = 0; i < joined_.rules.size(); ++i) {
      if (space_.rule(i).mode == ir::Mode::kEnforce)
        sides[IsOfA(i) ? 0 : 1].insert(key(space_.rule(i)));
    }
    std::vector<size_t> changed;
    for (size_t i = 0; i < joined_.rules.size(); ++i) {
      if (space_.rule(i).mode == ir::Mode::kEnforce &&
          sides[IsOfA(i) ? 1 : 0].count(key(space_.rule(i))) == 0) {
        changed.push_back(i);
      }
    }
    return changed;
  }

  uint32_t GoverningOf(ir::IdentityClass number, bool of_a) const {
    const size_t identity = space_.classes().representatives[number];
    return Governing(of_a ? joined_.identities[identity]
                          : b_.identities[identity]);
  }

  bool Overlaps(size_t number, const Box& box) const {
    const ir::Rule& rule = space_.rule(number);
    return rule.protocol == box.protocol && Intersect(rule.ports, box.ports) &&
           Intersect(space_.ClassesOf(rule.sources), box.sources) &&
           Intersect(space_.ClassesOf(rule.targets), box.targets);
  }

  // Cuts a box along the rules that overlap it until each piece lies within all
  // the rules that overlap it; then a few of its points stand for all.
  std::optional<Disagreement> Compare(Box box) {
    if (box.empty()) return std::nullopt;
    struct Piece {
      Box box;
      std::vector<size_t> rules;
    };
    std::vector<Piece> rest(1);
    for (auto kind : {Space::Kind::kAllow, Space::Kind::kDeny}) {
      space_.ForEachOverlapping(kind, box, [&](size_t number) {
        rest.front().rules.push_back(number);
        return true;
      });
    }
    std::sort(rest.front().rules.begin(), rest.front().rules.end());
    rest.front().box = std::move(box);
    while (!rest.empty()) {
      Piece piece = std::move(rest.back());
      rest.pop_back();
      if (auto found = CompareAt(space_.SomePoint(piece.box), piece.rules))
        return found;
      std::vector<Box> outside;
      Box inside;
      for (size_t number : piece.rules) {
        const Box hole = space_.BoxOf(space_.rule(number));
        Subtract(piece.box, hole, outside);
        if (outside.empty()) continue;
        inside = Intersection(piece.box, hole);
        break;
      }
      if (outside.empty()) {
        if (auto found = CompareCorners(piece.box, piece.rules)) return found;
        continue;
      }
      outside.push_back(std::move(inside));
      for (Box& part : outside) {
        Piece next;
        for (size_t number : piece.rules) {
          if (Overlaps(number, part)) next.rules.push_back(number);
        }
        next.box = std::move(part);
        rest.push_back(std::move(next));
      }
    }
    return std::nullopt;
  }

  // All that is left to tell apart is how ends are governed.
  std::optional<Disagreement> CompareCorners(const Box& box,
                                             const std::vector<size_t>& rules) {
    const ClassSet sources = OnePerColour(box.sources);
    const ClassSet targets = OnePerColour(box.targets);
    for (ir::IdentityClass source : sources) {
      for (ir::IdentityClass target : targets) {
        Point point = {source, target, box.protocol, box.ports.front().first};
        if (auto found = CompareAt(point, rules)) return found;
      }
    }
    return std::nullopt;
  }

  ClassSet OnePerColour(const ClassSet& classes) const {
    std::set<std::pair<uint32_t, uint32_t>> seen;
    ClassSet some;
    for (ir::IdentityClass number : classes) {
      if (seen.emplace(GoverningOf(number, true), GoverningOf(number, false))
              .second) {
        some.push_back(number);
      }
    }
    return some;
  }

  std::optional<Disagreement> CompareAt(const Point& point,
                                        const std::vector<size_t>& rules) {
    const ir::Connection connection = space_.ConnectionAt(point);
    std::set<int64_t> moments = {kForever};
    std::vector<size_t> matching;
    for (size_t number : rules) {
      if (!ir::Matches(joined_, space_.rule(number), connection)) continue;
      matching.push_back(number);
      moments.insert(Until(space_.rule(number)));
    }
    for (int64_t moment : moments) {
      Disagreement difference = {connection, moment,
                                 DecideAt(matching, point, moment, true),
                                 DecideAt(matching, point, moment, false)};
      if (!SameOutcome(difference.a, difference.b)) return difference;
    }
    return std::nullopt;
  }

  ir::Decision DecideAt(const std::vector<size_t>& matching, const Point& point,
                        int64_t moment, bool of_a) const {
    std::vector<size_t> own;
    for (size_t number : matching) {
      if (IsOfA(number) == of_a && Until(space_.rule(number)) >= moment)
        own.push_back(number);
    }
    const bool governed = (GoverningOf(point.source, of_a) & 2) != 0 ||
                          (GoverningOf(point.target, of_a) & 1) != 0;
    ir::Decision decision =
        ir::Combine(joined_, own, governed, ir::AuditRules::kIgnored);
    if (of_a) return decision;
    // Back to positions in `b`.
    auto shift = [&](std::optional<size_t>& rule) {
      if (rule) *rule -= first_of_b_;
    };
    shift(decision.rule);
    shift(decision.tls_rule);
    shift(decision.authentication_rule);
    for (auto& asked : decision.asked) {
      if (asked) asked->rule -= first_of_b_;
    }
    return decision;
  }

  const ir::RuleSet& b_;
  const size_t first_of_b_;
  const ir::RuleSet joined_;
  const Space space_;
};

}  // namespace

std::optional<Disagreement> FindDifference(const ir::RuleSet& a,
                                           const ir::RuleSet& b) {
  return Comparison(a, b).Run();
}

}  // namespace pol::analysis
