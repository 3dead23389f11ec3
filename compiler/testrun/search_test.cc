// Whether a change shows anywhere, against a search of everything.
#include "compiler/testrun/search.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/analysis/equivalent.h"
#include "compiler/testrun/edges.h"
#include "compiler/testrun/mutants.h"
#include "compiler/testrun/sample_policy.h"

namespace pol::testrun {
namespace {

using values::Protocol;

// Every way in which the random policies can see a connection's TLS.
const std::vector<std::optional<ir::SeenTls>>& AllTls() {
  static const auto& all = *[] {
    auto* made = new std::vector<std::optional<ir::SeenTls>>{std::nullopt};
    for (uint16_t version = 0x0301; version <= 0x0304; ++version) {
      for (const char* alpn : {"", "h2", "http/1.1", "imap"}) {
        for (const char* host : {"", "a.example"}) {
          for (const char* start : {"none", "smtp"}) {
            ir::SeenTls seen;
            seen.version = static_cast<values::TlsVersion>(version);
            seen.alpn = alpn;
            seen.server_name = host;
            seen.starttls = start;
            made->push_back(seen);
          }
        }
      }
    }
    return made;
  }();
  return all;
}

// The decision with the rule changed, made from a policy that is written anew.
ir::Decision Rewritten(const ir::RuleSet& rules, const Change& change,
                       const ir::Connection& connection) {
  ir::RuleSet changed = rules;
  ir::Rule& rule = changed.rules[change.rule];
  if (change.kind == Change::Kind::kOut) {
    rule.ports.clear();
  } else if (change.kind == Change::Kind::kIn) {
    changed.sets.push_back({connection.source});
    changed.sets.push_back({connection.target});
    rule.sources = static_cast<ir::SetNumber>(changed.sets.size() - 2);
    rule.targets = static_cast<ir::SetNumber>(changed.sets.size() - 1);
    rule.ports = {{connection.port, connection.port}};
  } else if (change.kind == Change::Kind::kTerms) {
    rule.effect = change.effect;
    rule.tls = change.tls;
  }
  return ir::Decide(changed, connection);
}

bool ShowsAt(const ir::RuleSet& rules, const Change& change,
             const ir::Connection& connection, const ir::Decision& now,
             const ir::Decision& then, const std::optional<ir::SeenTls>& seen) {
  if (!change.where.Contains(rules, connection) || (change.clear_text && seen))
    return false;
  const Outcome outcome = Judge(now, seen);
  if (change.kind == Change::Kind::kDecides) return outcome.rule == change.rule;
  if (change.kind == Change::Kind::kDefault)
    return outcome.verdict == ir::Verdict::kDeny && !outcome.rule;
  return outcome.verdict != Judge(then, seen).verdict;
}

constexpr uint16_t kPorts[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65534, 65535};

bool ShowsAnywhere(const ir::RuleSet& rules, const Change& change) {
  for (Protocol protocol : values::kProtocols) {
    for (uint16_t port : kPorts) {
      if (!values::PortsOf(protocol).Contains(port)) continue;
      for (uint32_t source = 0; source < RandomPolicy::kIdentities; ++source) {
        for (uint32_t target = 0; target < RandomPolicy::kIdentities;
             ++target) {
          const ir::Connection connection{source, target, protocol, port};
          if (!change.where.Contains(rules, connection)) continue;
          const ir::Decision now = ir::Decide(rules, connection);
          const ir::Decision then = Rewritten(rules, change, connection);
          for (const auto& seen : AllTls()) {
            if (ShowsAt(rules, change, connection, now, then, seen))
              return true;
          }
        }
      }
    }
  }
  return false;
}

class SearchTest : public ::testing::Test {
 protected:
  // Holds what is found, and that nothing is, against everything there is.
  void Compare(const ir::RuleSet& rules, const Change& change,
               const std::string& words, Search& search) {
    const std::optional<Trial> found = search.Find(change);
    EXPECT_EQ(found.has_value(), ShowsAnywhere(rules, change)) << words;
    if (!found) {
      ++nowhere_;
      return;
    }
    ++somewhere_;
    const ir::Connection& connection = found->connection;
    EXPECT_TRUE(ShowsAt(rules, change, connection,
                        ir::Decide(rules, connection),
                        Rewritten(rules, change, connection), found->seen))
        << words;
    EXPECT_TRUE(search.Shows(change, search.Place(*found))) << words;
  }

  int nowhere_ = 0;
  int somewhere_ = 0;
};

TEST_F(SearchTest, FindsEdgesAndMutantsExactly) {
  RandomPolicy policies(20260412);
  for (int round = 0; round < 60 && !HasFailure(); ++round) {
    SCOPED_TRACE(round);
    const ir::RuleSet rules = policies.Make();
    Search search(rules);
    const Units units(rules, search.classes());
    const References references;
    const Names names(rules, references);
    EdgeMaker edges{rules, units, names};
    MutantMaker mutants{rules, units, names};
    for (size_t rule = 0; rule < rules.rules.size(); ++rule) {
      for (const Edge& edge : edges.OfRule(rule))
        Compare(rules, edge.change, edge.words, search);
      for (const Mutant& mutant : mutants.OfRule(rule))
        Compare(rules, mutant.change, mutant.words, search);
    }
    for (uint32_t i = 0; i < rules.identities.size(); ++i) {
      for (const Edge& edge : edges.OfIdentity(i))
        Compare(rules, edge.change, edge.words, search);
    }
  }
  EXPECT_GT(nowhere_, 100);
  EXPECT_GT(somewhere_, 1000);
}

TEST_F(SearchTest, ShowsWhereAPolicyWrittenAnewDecidesOtherwise) {
  RandomPolicy policies(20260413);
  for (int round = 0; round < 20; ++round) {
    const ir::RuleSet rules = policies.Make();
    Search search(rules);
    const Units units(rules, search.classes());
    const References references;
    const Names names(rules, references);
    MutantMaker mutants{rules, units, names};
    for (size_t rule = 0; rule < rules.rules.size(); ++rule) {
      for (const Mutant& mutant : mutants.OfRule(rule)) {
        for (int i = 0; i < 40; ++i) {
          const ir::Connection connection{
              policies.Below(RandomPolicy::kIdentities),
              policies.Below(RandomPolicy::kIdentities),
              rules.rules[rule].protocol,
              static_cast<uint16_t>(1 + policies.Below(9))};
          const auto& seen =
              AllTls()[policies.Below(static_cast<uint32_t>(AllTls().size()))];
          EXPECT_EQ(
              search.Shows(mutant.change, search.Place({connection, seen})),
              ShowsAt(rules, mutant.change, connection,
                      ir::Decide(rules, connection),
                      Rewritten(rules, mutant.change, connection), seen))
              << mutant.words;
        }
      }
    }
  }
}

// The policy with a mutant's change written into the rule.
ir::RuleSet Written(const ir::RuleSet& rules, const Change& change) {
  ir::RuleSet changed = rules;
  ir::Rule& rule = changed.rules[change.rule];
  const bool out = change.kind == Change::Kind::kOut;
  const Box& box = change.where;
  if (change.kind == Change::Kind::kTerms) {
    rule.effect = change.effect;
    rule.tls = change.tls;
    return changed;
  }
  auto other_set = [&](const Side& side, ir::SetNumber& set) {
    if (side.kind == Side::Kind::kSet) return false;
    ir::IdentitySet members;
    for (uint32_t i = 0; i < changed.identities.size(); ++i) {
      const bool in = side.Contains(rules, i);
      if (out ? Side::Set(set).Contains(rules, i) && !in
              : Side::Set(set).Contains(rules, i) || in) {
        members.push_back(i);
      }
    }
    set = ir::AddSet(changed, members);
    return true;
  };
  if (other_set(box.sources, rule.sources) ||
      other_set(box.targets, rule.targets)) {
    return changed;
  }
  if (box.ports == rule.ports && out) {
    rule.ports.clear();
    return changed;
  }
  std::vector<values::PortRange> ports;
  for (uint32_t port = 0; port <= 65535; ++port) {
    const auto at = static_cast<uint16_t>(port);
    auto holds = [at](const std::vector<values::PortRange>& ranges) {
      return std::any_of(ranges.begin(), ranges.end(), [at](const auto& range) {
        return range.Contains(at);
      });
    };
    if (out ? !holds(rule.ports) || holds(box.ports)
            : !holds(rule.ports) && !holds(box.ports)) {
      continue;
    }
    if (!ports.empty() && ports.back().last + 1u == port) {
      ports.back().last = at;
    } else {
      ports.push_back({at, at});
    }
  }
  rule.ports = ports;
  return changed;
}

TEST_F(SearchTest, MutantsThatShowNowhereAreProvedEqualByTheAnalysis) {
  RandomPolicy policies(20260416);
  int equal = 0;
  for (int round = 0; round < 40; ++round) {
    const ir::RuleSet rules = policies.Make();
    Search search(rules);
    const Units units(rules, search.classes());
    const References references;
    const Names names(rules, references);
    MutantMaker mutants{rules, units, names};
    for (size_t rule = 0; rule < rules.rules.size(); ++rule) {
      for (const Mutant& mutant : mutants.OfRule(rule)) {
        const auto difference =
            analysis::FindDifference(rules, Written(rules, mutant.change));
        const bool shows = search.Find(mutant.change).has_value();
        if (!difference) {
          ++equal;
          EXPECT_FALSE(shows) << mutant.words;
        } else if (ir::CanBeMet(difference->a) || ir::CanBeMet(difference->b)) {
          EXPECT_TRUE(shows) << mutant.words;
        }
      }
    }
  }
  EXPECT_GT(equal, 50);
}

TEST_F(SearchTest, EndsOfOneRuleThatAnotherCoversAreNone) {
  ir::RuleSet rules = DatabasePolicy();
  ir::Rule wide = rules.rules[0];
  wide.name = "wide";
  wide.ports = {{5000, 6000}};
  rules.rules.push_back(wide);
  Search search(rules);
  const Units units(rules, search.classes());
  const References references;
  const Names names(rules, references);
  EdgeMaker edges{rules, units, names};
  std::vector<std::string> words;
  for (const Edge& edge : edges.OfRule(0)) {
    if (search.Find(edge.change)) words.push_back(edge.words);
  }
  // It is the first by name, so that it decides, and its own requirement adds
  // to the other's; its ports and the rest of its TLS cannot be told.
  EXPECT_EQ(words, (std::vector<std::string>{"a connection it decides",
                                             "a source that it does not name",
                                             "a target that it does not name",
                                             "TLS 1.2, the oldest it takes"}));
}

TEST_F(SearchTest, NoPortIsOutsideOfTheFirstAndTheLast) {
  ir::Rule rule;
  rule.ports = {{1, 65535}};
  EXPECT_TRUE(PortEnds(rule).empty());
  ir::Rule of_icmp;
  of_icmp.protocol = Protocol::kIcmp;
  of_icmp.ports = {values::PortRange::None()};
  EXPECT_TRUE(PortEnds(of_icmp).empty());
  rule.ports = {{1, 80}, {443, 65535}};
  const std::vector<PortEnd> ends = PortEnds(rule);
  ASSERT_EQ(ends.size(), 4u);
  EXPECT_EQ(ends[0].outside, std::nullopt);
  EXPECT_EQ(ends[1].outside, 81);
  EXPECT_EQ(ends[2].outside, 442);
  EXPECT_EQ(ends[3].outside, std::nullopt);
}

}  // namespace
}  // namespace pol::testrun
