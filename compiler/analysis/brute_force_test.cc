// The analysis against an enumeration of every connection, at every moment, of
// many small rule sets: nothing is missed and nothing invented.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/analysis/diagnostics.h"
#include "compiler/analysis/findings.h"
#include "compiler/analysis/random_rules.h"
#include "compiler/ir/dump.h"

namespace pol::analysis {
namespace {

using ir::Decision;
using ir::Verdict;
using Mask = uint32_t;  // a set of rules

constexpr uint16_t kLastPort = 5;  // one more than the rules tell apart

// Rules that can be left out, over every connection.
class Oracle {
 public:
  explicit Oracle(const ir::RuleSet& rules) : rules_(rules) {
    const auto identities = static_cast<uint32_t>(rules.identities.size());
    moments_.insert(kForever);
    for (size_t i = 0; i < rules.rules.size(); ++i) {
      moments_.insert(Until(rules.rules[i]));
      if (rules.rules[i].mode == ir::Mode::kEnforce) enforced_ |= Bit(i);
    }
    ir::Connection c;
    for (c.source = 0; c.source < identities; ++c.source) {
      for (c.target = 0; c.target < identities; ++c.target) {
        for (auto protocol : {values::Protocol::kTcp, values::Protocol::kUdp,
                              values::Protocol::kIcmp}) {
          c.protocol = protocol;
          const values::PortRange ports = values::PortsOf(protocol);
          for (c.port = ports.first; c.port <= std::min(ports.last, kLastPort);
               ++c.port) {
            AddPoint(c);
          }
        }
      }
    }
  }

  static Mask Bit(size_t rule) { return Mask{1} << rule; }
  Mask enforced() const { return enforced_; }

  // Of the rules in `mask`, those that hold at a moment.
  Mask Live(Mask mask, int64_t moment) const {
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      if (Until(rules_.rules[i]) < moment) mask &= ~Bit(i);
    }
    return mask & enforced_;
  }

  const Decision& Decide(Mask matching, bool governed) {
    auto& known = decisions_[governed ? 1 : 0];
    auto found = known.find(matching);
    if (found != known.end()) return found->second;
    std::vector<size_t> list;
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      if ((matching & Bit(i)) != 0) list.push_back(i);
    }
    return known
        .emplace(matching,
                 ir::Combine(rules_, list, governed, ir::AuditRules::kIgnored))
        .first->second;
  }

  // Whether some connection at some moment fulfils a predicate of the rules
  // that match and hold then, and of whether it is governed.
  bool Exists(const std::function<bool(Mask, bool)>& predicate) const {
    for (const auto& [mask, governed] : kinds_) {
      for (int64_t moment : moments_) {
        if (predicate(Live(mask, moment), governed)) return true;
      }
    }
    return false;
  }

  // Whether a rule makes a difference among others.
  bool Changes(size_t rule, Mask among) {
    return Exists([&](Mask live, bool governed) {
      const Mask with = live & (among | Bit(rule));
      return (with & Bit(rule)) != 0 &&
             !Same(Decide(with, governed), Decide(with & ~Bit(rule), governed));
    });
  }

  // Whether an allow lets something through among others.
  bool IsOpen(size_t rule, Mask among) {
    return Exists([&](Mask live, bool governed) {
      const Mask with = live & (among | Bit(rule));
      return (with & Bit(rule)) != 0 &&
             Decide(with, governed).verdict == Verdict::kAllow;
    });
  }

  bool IsEverDenied(size_t rule) {
    return Exists([&](Mask live, bool governed) {
      return (live & Bit(rule)) != 0 &&
             Decide(live, governed).verdict == Verdict::kDeny;
    });
  }

  bool Contradicts(size_t rule, ir::TlsList list) {
    const auto names = [&](size_t i) {
      const auto& tls = rules_.rules[i].tls;
      return tls ? ir::NamesOf(*tls, list) : std::vector<std::string>();
    };
    const std::vector<std::string> own = names(rule);
    if (own.empty()) return false;
    return Exists([&](Mask live, bool governed) {
      if ((live & Bit(rule)) == 0 ||
          Decide(live, governed).verdict != Verdict::kAllow) {
        return false;
      }
      Mask later = live & ~(Bit(rule) | (Bit(rule) - 1));
      for (size_t i = 0; i < rules_.rules.size(); ++i) {
        if (names(i).empty()) later &= ~Bit(i);
      }
      for (Mask some = later; some != 0; some = (some - 1) & later) {
        bool others_can = false;
        bool all_can = false;
        for (const char* name : {"a", "b", "c", "none", "smtp"}) {
          bool common = true;
          for (size_t i = 0; i < rules_.rules.size(); ++i) {
            if ((some & Bit(i)) == 0) continue;
            const std::vector<std::string> those = names(i);
            common &= std::count(those.begin(), those.end(), name) > 0;
          }
          others_can |= common;
          all_can |= common && std::count(own.begin(), own.end(), name) > 0;
        }
        if (others_can && !all_can) return true;
      }
      return false;
    });
  }

  bool GetsThrough(const Decision& decision, const ir::Invariant& invariant) {
    using Encryption = ir::Invariant::Encryption;
    if (decision.verdict == Verdict::kDeny) return false;
    if (decision.verdict == Verdict::kLeftAlone) return true;
    for (const auto& asked : decision.asked) {
      if (asked && asked->names.empty()) return false;
    }
    switch (invariant.encryption) {
      case Encryption::kClearText:
        return !decision.min_tls;
      case Encryption::kVersion:
        return !decision.min_tls || *decision.min_tls <= invariant.version;
      case Encryption::kAny:
      case Encryption::kTls:
        break;
    }
    return true;
  }

  bool IsMeant(const ir::Invariant& invariant, const ir::Connection& c) const {
    auto has = [&](ir::SetNumber set, ir::IdentityNumber identity) {
      const ir::IdentitySet& members = rules_.sets[set];
      return std::count(members.begin(), members.end(), identity) > 0;
    };
    return has(invariant.sources, c.source) !=
               (invariant.kind == ir::Invariant::Kind::kOnly) &&
           has(invariant.targets, c.target) &&
           std::count(invariant.protocols.begin(), invariant.protocols.end(),
                      c.protocol) > 0 &&
           (c.port == 0 ||
            std::any_of(invariant.ports.begin(), invariant.ports.end(),
                        [&](const auto& r) { return r.Contains(c.port); }));
  }

  bool Breaks(const ir::Invariant& invariant, const Decision& decision) {
    return GetsThrough(decision, invariant) !=
           (invariant.kind == ir::Invariant::Kind::kAlways);
  }

  bool IsBroken(const ir::Invariant& invariant) {
    for (const auto& [connection, mask, governed] : points_) {
      if (!IsMeant(invariant, connection)) continue;
      for (int64_t moment : moments_) {
        if (Breaks(invariant, Decide(Live(mask, moment), governed)))
          return true;
      }
    }
    return false;
  }

 private:
  struct PointOfAll {
    ir::Connection connection;
    Mask mask;
    bool governed;
  };

  void AddPoint(const ir::Connection& connection) {
    Mask mask = 0;
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      if (ir::Matches(rules_, rules_.rules[i], connection)) mask |= Bit(i);
    }
    const bool governed = ir::IsGoverned(rules_, connection);
    points_.push_back({connection, mask, governed});
    kinds_.insert({mask, governed});
  }

  static bool Same(const Decision& a, const Decision& b) {
    if (a.verdict != b.verdict || a.min_tls != b.min_tls ||
        a.authentication_rule.has_value() != b.authentication_rule.has_value())
      return false;
    for (size_t i = 0; i < a.asked.size(); ++i) {
      if (a.asked[i].has_value() != b.asked[i].has_value() ||
          (a.asked[i] && a.asked[i]->names != b.asked[i]->names))
        return false;
    }
    return true;
  }

  const ir::RuleSet& rules_;
  Mask enforced_ = 0;
  std::set<int64_t> moments_;
  std::vector<PointOfAll> points_;
  std::set<std::pair<Mask, bool>> kinds_;
  std::array<std::map<Mask, Decision>, 2> decisions_;
};

// What is found, without its witnesses.
using Fact = std::tuple<uint16_t, size_t, int>;  // code, subject, list or -1

std::set<Fact> Expected(const ir::RuleSet& rules, Oracle& oracle) {
  std::set<Fact> facts;
  const size_t count = rules.rules.size();
  Mask left = oracle.enforced();
  auto is_empty = [&](const ir::Rule& rule) {
    return rule.ports.empty() || rules.sources(rule).empty() ||
           rules.targets(rule).empty();
  };
  for (size_t i = 0; i < count; ++i) {
    if (!is_empty(rules.rules[i])) continue;
    facts.insert({kMatchesNothing.number, i, -1});
    left &= ~Oracle::Bit(i);
  }
  for (size_t i = count; i-- > 0;) {
    if ((left & Oracle::Bit(i)) == 0 ||
        rules.rules[i].effect != ir::Effect::kDeny || oracle.Changes(i, left))
      continue;
    facts.insert({kNeedlessDeny.number, i, -1});
    left &= ~Oracle::Bit(i);
  }
  for (size_t i = count; i-- > 0;) {
    if ((left & Oracle::Bit(i)) == 0 ||
        rules.rules[i].effect != ir::Effect::kAllow)
      continue;
    if (!oracle.IsOpen(i, left)) {
      facts.insert({kShadowed.number, i, -1});
    } else if (!oracle.Changes(i, left)) {
      facts.insert({kRedundant.number, i, -1});
      left &= ~Oracle::Bit(i);
    } else if (oracle.IsEverDenied(i)) {
      facts.insert({kPartlyShadowed.number, i, -1});
    }
    for (ir::TlsList list : ir::kTlsLists) {
      if (oracle.Contradicts(i, list))
        facts.insert({kContradiction.number, i, static_cast<int>(list)});
    }
  }
  for (size_t i = 0; i < rules.invariants.size(); ++i) {
    constexpr const diag::Code* kBroken[] = {&kNeverBroken, &kOnlyBroken,
                                             &kAlwaysBroken};
    if (oracle.IsBroken(rules.invariants[i])) {
      facts.insert(
          {kBroken[static_cast<int>(rules.invariants[i].kind)]->number, i, -1});
    }
  }
  return facts;
}

// Whether the rules that a finding names are what it says, and none too many.
void CheckOthers(const Finding& finding, const ir::RuleSet& rules,
                 Oracle& oracle) {
  Mask others = 0;
  for (size_t i : finding.others) others |= Oracle::Bit(i);
  Mask allows = 0;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    if (rules.rules[i].effect == ir::Effect::kAllow) allows |= Oracle::Bit(i);
  }
  const size_t subject = finding.subject;
  std::function<bool(Mask)> suffice;
  if (finding.code == &kRedundant) {
    suffice = [&](Mask some) { return !oracle.Changes(subject, some); };
  } else if (finding.code == &kShadowed) {
    suffice = [&](Mask some) { return !oracle.IsOpen(subject, some); };
  } else if (finding.code == &kNeedlessDeny) {
    suffice = [&](Mask some) {
      return !oracle.Changes(subject, allows | some);
    };
  } else {
    return;
  }
  EXPECT_TRUE(suffice(others));
  for (size_t i : finding.others)
    EXPECT_FALSE(suffice(others & ~Oracle::Bit(i)));
}

void CheckWitness(const Finding& finding, const ir::RuleSet& rules,
                  Oracle& oracle) {
  if (!finding.witness) return;
  const Witness& witness = *finding.witness;
  const Decision decision =
      ir::Decide(LiveAt(rules, witness.at), witness.connection);
  EXPECT_EQ(witness.decision, decision);
  const auto matches = [&](size_t rule) {
    return ir::Matches(rules, rules.rules[rule], witness.connection);
  };
  if (finding.code->number >= kNeverBroken.number) {
    const ir::Invariant& invariant = rules.invariants[finding.subject];
    EXPECT_TRUE(oracle.IsMeant(invariant, witness.connection));
    EXPECT_TRUE(oracle.Breaks(invariant, decision));
    for (size_t i : finding.others) EXPECT_TRUE(matches(i));
    return;
  }
  EXPECT_TRUE(matches(finding.subject));
  if (finding.code == &kContradiction) {
    EXPECT_EQ(decision.verdict, Verdict::kAllow);
    EXPECT_FALSE(ir::CanBeMet(decision));
    for (size_t i : finding.others) EXPECT_TRUE(matches(i));
  } else if (finding.code != &kRedundant) {
    EXPECT_EQ(decision.verdict, Verdict::kDeny);
  }
  if (finding.outside) {
    EXPECT_EQ(ir::Decide(LiveAt(rules, finding.outside->at),
                         finding.outside->connection)
                  .verdict,
              Verdict::kAllow);
  }
}

// What was found, by code; kJoint counts contradictions of three rules or more.
constexpr uint16_t kJoint = 0;
using Counts = std::map<uint16_t, int>;

void Check(const ir::RuleSet& rules, Counts& counts) {
  Oracle oracle(rules);
  std::set<Fact> found;
  for (const Finding& finding : FindAll(rules)) {
    if (finding.code == &kNobody || finding.code == &kNoResolver) continue;
    ++counts[finding.code->number];
    if (finding.code == &kContradiction && finding.others.size() > 1)
      ++counts[kJoint];
    const bool is_new =
        found
            .insert({finding.code->number, finding.subject,
                     finding.list ? static_cast<int>(*finding.list) : -1})
            .second;
    EXPECT_TRUE(is_new);
    CheckOthers(finding, rules, oracle);
    CheckWitness(finding, rules, oracle);
    ASSERT_FALSE(testing::Test::HasFailure())
        << finding.code->Name() << " of " << finding.subject << "\n"
        << ir::Dump(rules);
  }
  ASSERT_EQ(found, Expected(rules, oracle)) << ir::Dump(rules);
}

void CheckMany(int rounds, const Shape& shape, Counts& counts) {
  RandomRules random(20260607);
  for (int round = 0; round < rounds; ++round) {
    Check(random.Make(shape), counts);
    ASSERT_FALSE(testing::Test::HasFailure()) << "round " << round;
  }
}

TEST(BruteForceTest, FindingsAreAllAndOnlyThoseThatHold) {
  Counts counts;
  CheckMany(100000, {}, counts);
  for (const diag::Code* code :
       {&kMatchesNothing, &kRedundant, &kShadowed, &kPartlyShadowed,
        &kNeedlessDeny, &kContradiction, &kNeverBroken, &kOnlyBroken,
        &kAlwaysBroken}) {
    EXPECT_GT(counts[code->number], 1000) << code->Name();
  }
}

// Nearly all rules match one connection, so that much comes together there.
TEST(BruteForceTest, FindingsHoldWhereManyRulesMeet) {
  Counts counts;
  CheckMany(40000, {.identities = 1, .rules = 8, .ports = 1}, counts);
  EXPECT_GT(counts[kJoint], 10);
}

}  // namespace
}  // namespace pol::analysis
