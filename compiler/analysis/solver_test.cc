// The analysis against an SMT solver, on rule sets too large to enumerate by
// hand: connections are bit vectors, rules are formulas over them, and each
// finding, or its absence, is a question whether a formula can be fulfilled.
#include <gtest/gtest.h>
#include <z3++.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/analysis/diagnostics.h"
#include "compiler/analysis/findings.h"
#include "compiler/analysis/random_rules.h"
#include "compiler/ir/dump.h"

namespace pol::analysis {
namespace {

using Names = std::vector<std::string>;

const Names& Alphabet() {
  static const Names& names = *new Names{"a", "b", "c", "none", "smtp"};
  return names;
}

class Solver {
 public:
  explicit Solver(const ir::RuleSet& rules)
      : rules_(rules),
        source_(context_.bv_const("source", 32)),
        target_(context_.bv_const("target", 32)),
        port_(context_.bv_const("port", 16)),
        protocol_(context_.bv_const("protocol", 8)),
        moment_(context_.bv_const("moment", 8)),
        solver_(context_) {
    for (const ir::Rule& rule : rules.rules) moments_.insert(Until(rule));
    moments_.insert(kForever);
    const auto identities = static_cast<unsigned>(rules.identities.size());
    solver_.add(z3::ult(moment_, Bits(moments_.size(), 8)));
    solver_.add(On(values::Protocol::kTcp) || On(values::Protocol::kUdp) ||
                On(values::Protocol::kIcmp));
    solver_.add((port_ == Bits(0, 16)) == On(values::Protocol::kIcmp));
    OneOf(source_, identities);
    OneOf(target_, identities);
    uint64_t egress = 0;
    uint64_t ingress = 0;
    for (unsigned i = 0; i < identities; ++i) {
      if (rules.identities[i].governed_egress) egress |= uint64_t{1} << i;
      if (rules.identities[i].governed_ingress) ingress |= uint64_t{1} << i;
    }
    governed_ = std::make_unique<z3::expr>(Within(source_, egress) ||
                                           Within(target_, ingress));
    for (const ir::Rule& rule : rules.rules) live_.push_back(Live(rule));
  }

  z3::expr False() { return context_.bool_val(false); }
  const z3::expr& live(size_t rule) const { return live_[rule]; }

  bool Fulfilled(const z3::expr& formula) {
    solver_.push();
    solver_.add(formula);
    const z3::check_result result = solver_.check();
    solver_.pop();
    EXPECT_NE(result, z3::unknown);
    return result == z3::sat;
  }

  // Some rule of one effect, not among `without`, matches and holds.
  z3::expr Any(ir::Effect effect, const std::set<size_t>& without) {
    z3::expr any = False();
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      if (rules_.rules[i].effect == effect && without.count(i) == 0)
        any = any || live_[i];
    }
    return any;
  }

  // What the matching allows have in common, all names where none asks; and
  // whether one asks.
  std::pair<z3::expr, z3::expr> Common(ir::TlsList list,
                                       const std::set<size_t>& without) {
    z3::expr common = Bits(31, 5);
    z3::expr asked = False();
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      const uint64_t names = NamesOf(i, list);
      if (names == 0 || without.count(i) != 0) continue;
      common = z3::ite(live_[i], common & Bits(names, 5), common);
      asked = asked || live_[i];
    }
    return {common, asked};
  }

  // The allows but `without` ask for all that a rule asks for.
  z3::expr Absorbed(size_t rule, std::set<size_t> without) {
    without.insert(rule);
    const ir::Rule& asking = rules_.rules[rule];
    z3::expr absorbed = Any(ir::Effect::kAllow, without);
    if (asking.connection_authentication) {
      absorbed = absorbed && AnyAllow(without, [](const ir::Rule& r) {
                   return r.connection_authentication;
                 });
    }
    if (!asking.tls) return absorbed;
    absorbed = absorbed && AnyAllow(without, [&](const ir::Rule& r) {
                 return r.tls && r.tls->min_version >= asking.tls->min_version;
               });
    for (ir::TlsList list : ir::kTlsLists) {
      const uint64_t own = NamesOf(rule, list);
      if (own == 0) continue;
      auto [common, asked] = Common(list, without);
      absorbed =
          absorbed && asked && (common & Bits(~own & 31, 5)) == Bits(0, 5);
    }
    return absorbed;
  }

  z3::expr Contradicts(size_t rule, ir::TlsList list) {
    z3::expr chosen_common = Bits(31, 5);
    z3::expr some = False();
    z3::expr right = context_.bool_val(true);
    for (size_t i = rule + 1; i < rules_.rules.size(); ++i) {
      const uint64_t names = NamesOf(i, list);
      if (names == 0) continue;
      z3::expr chosen =
          context_.bool_const(("chosen" + std::to_string(i)).c_str());
      right = right && z3::implies(chosen, live_[i]);
      chosen_common =
          z3::ite(chosen, chosen_common & Bits(names, 5), chosen_common);
      some = some || chosen;
    }
    const z3::expr none = Bits(0, 5);
    return live_[rule] && !Any(ir::Effect::kDeny, {}) && right && some &&
           chosen_common != none &&
           (chosen_common & Bits(NamesOf(rule, list), 5)) == none;
  }

  z3::expr Governed() const { return *governed_; }

  z3::expr GetsThrough(const ir::Invariant& invariant) {
    using Encryption = ir::Invariant::Encryption;
    z3::expr met = context_.bool_val(true);
    for (ir::TlsList list : ir::kTlsLists)
      met = met && Common(list, {}).first != Bits(0, 5);
    if (invariant.encryption == Encryption::kClearText) {
      met = met &&
            !AnyAllow({}, [](const ir::Rule& r) { return r.tls.has_value(); });
    } else if (invariant.encryption == Encryption::kVersion) {
      met = met && !AnyAllow({}, [&](const ir::Rule& r) {
              return r.tls && r.tls->min_version > invariant.version;
            });
    }
    return !Any(ir::Effect::kDeny, {}) &&
           z3::ite(Any(ir::Effect::kAllow, {}), met, !*governed_);
  }

  z3::expr Meant(const ir::Invariant& invariant) {
    z3::expr source = Member(source_, invariant.sources);
    if (invariant.kind == ir::Invariant::Kind::kOnly) source = !source;
    z3::expr there = False();
    for (values::Protocol protocol : invariant.protocols) {
      there = there || (On(protocol) &&
                        (values::HasPorts(protocol) ? PortOf(invariant.ports)
                                                    : context_.bool_val(true)));
    }
    return source && Member(target_, invariant.targets) && there;
  }

 private:
  z3::expr Bits(uint64_t value, unsigned width) {
    return context_.bv_val(value, width);
  }

  z3::expr On(values::Protocol protocol) {
    return protocol_ == Bits(static_cast<uint64_t>(protocol), 8);
  }

  void OneOf(const z3::expr& end, unsigned identities) {
    z3::expr_vector choices(context_);
    for (unsigned i = 0; i < identities; ++i)
      choices.push_back(end == Bits(uint64_t{1} << i, 32));
    solver_.add(z3::mk_or(choices));
  }

  z3::expr Within(const z3::expr& end, uint64_t members) {
    return (end & Bits(members, 32)) != Bits(0, 32);
  }

  z3::expr Member(const z3::expr& end, ir::SetNumber set) {
    uint64_t members = 0;
    for (ir::IdentityNumber i : rules_.sets[set]) members |= uint64_t{1} << i;
    return Within(end, members);
  }

  z3::expr PortOf(const std::vector<values::PortRange>& ports) {
    z3::expr any = False();
    for (const values::PortRange& range : ports) {
      any = any || (z3::uge(port_, Bits(range.first, 16)) &&
                    z3::ule(port_, Bits(range.last, 16)));
    }
    return any;
  }

  z3::expr Live(const ir::Rule& rule) {
    if (rule.mode == ir::Mode::kAudit) return False();
    const auto until = static_cast<uint64_t>(
        std::distance(moments_.begin(), moments_.find(Until(rule))));
    return Member(source_, rule.sources) && Member(target_, rule.targets) &&
           PortOf(rule.ports) && On(rule.protocol) &&
           z3::ule(moment_, Bits(until, 8));
  }

  uint64_t NamesOf(size_t rule, ir::TlsList list) const {
    uint64_t names = 0;
    if (!rules_.rules[rule].tls) return 0;
    for (const std::string& name : ir::NamesOf(*rules_.rules[rule].tls, list)) {
      names |= uint64_t{1} << (std::find(Alphabet().begin(), Alphabet().end(),
                                         name) -
                               Alphabet().begin());
    }
    return names;
  }

  template <typename Predicate>
  z3::expr AnyAllow(const std::set<size_t>& without, Predicate predicate) {
    z3::expr any = False();
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      const ir::Rule& rule = rules_.rules[i];
      if (rule.effect == ir::Effect::kAllow && without.count(i) == 0 &&
          predicate(rule)) {
        any = any || live_[i];
      }
    }
    return any;
  }

  const ir::RuleSet& rules_;
  z3::context context_;
  z3::expr source_, target_;  // one bit each
  z3::expr port_, protocol_, moment_;
  z3::solver solver_;
  std::set<int64_t> moments_;
  std::unique_ptr<z3::expr> governed_;
  std::vector<z3::expr> live_;
};

using Fact = std::pair<uint16_t, size_t>;

class SolverTest : public ::testing::Test {
 protected:
  // Compares what is found about one rule with the solver's word.
  void CheckRule(size_t i, const ir::RuleSet& rules,
                 const std::set<Fact>& found, Solver& solver) {
    const ir::Rule& rule = rules.rules[i];
    auto has = [&](const diag::Code& code) {
      return found.count({code.number, i}) != 0;
    };
    if (rule.mode == ir::Mode::kAudit || has(kMatchesNothing)) return;
    // Rules that count as removed when this one is looked at.
    std::set<size_t> without;
    for (const auto& [code, subject] : found) {
      if (subject > i && code == kRedundant.number) without.insert(subject);
      if (code == kNeedlessDeny.number &&
          (subject > i || rule.effect == ir::Effect::kAllow))
        without.insert(subject);
    }
    const z3::expr live = solver.live(i);
    if (rule.effect == ir::Effect::kDeny) {
      std::set<size_t> others = without;
      others.insert(i);
      EXPECT_EQ(
          has(kNeedlessDeny),
          !solver.Fulfilled(
              live && !solver.Any(ir::Effect::kDeny, others) &&
              (solver.Any(ir::Effect::kAllow, {}) || !solver.Governed())));
      ++answers_[has(kNeedlessDeny)];
      return;
    }
    const z3::expr open = live && !solver.Any(ir::Effect::kDeny, without);
    const bool shadowed = !solver.Fulfilled(open);
    EXPECT_EQ(has(kShadowed), shadowed);
    const bool redundant =
        !shadowed && !solver.Fulfilled(open && !solver.Absorbed(i, without));
    EXPECT_EQ(has(kRedundant), redundant);
    EXPECT_EQ(has(kPartlyShadowed),
              !shadowed && !redundant &&
                  solver.Fulfilled(live && solver.Any(ir::Effect::kDeny, {})));
    bool contradicts = false;
    for (ir::TlsList list : ir::kTlsLists) {
      if (rule.tls && !ir::NamesOf(*rule.tls, list).empty())
        contradicts |= solver.Fulfilled(solver.Contradicts(i, list));
    }
    EXPECT_EQ(has(kContradiction), contradicts);
    ++answers_[shadowed || redundant || contradicts];
  }

  void CheckInvariant(const ir::Invariant& invariant, bool broken,
                      Solver& solver) {
    const z3::expr through = solver.GetsThrough(invariant);
    const bool always = invariant.kind == ir::Invariant::Kind::kAlways;
    EXPECT_EQ(broken, solver.Fulfilled(solver.Meant(invariant) &&
                                       (always ? !through : through)));
    ++answers_[broken];
  }

  std::map<bool, int> answers_;
};

TEST_F(SolverTest, AgreesOnLargerRuleSets) {
  constexpr int kRounds = 1000;
  RandomRules random(4711);
  const Shape shape = {
      .identities = 30, .rules = 60, .ports = 2000, .invariants = 1};
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    const ir::RuleSet rules = random.Make(shape);
    std::set<Fact> found;
    std::set<size_t> broken;
    for (const Finding& finding : FindAll(rules)) {
      if (finding.code->number >= kNeverBroken.number) {
        broken.insert(finding.subject);
      } else if (finding.code != &kNobody && finding.code != &kNoResolver) {
        found.insert({finding.code->number, finding.subject});
      }
    }
    Solver solver(rules);
    // A few rules of each set; over all the sets, every kind of rule.
    for (int i = 0; i < 2; ++i) {
      CheckRule(random.Below(static_cast<uint32_t>(rules.rules.size())), rules,
                found, solver);
    }
    for (size_t i = 0; i < rules.invariants.size(); ++i)
      CheckInvariant(rules.invariants[i], broken.count(i) != 0, solver);
    if (HasFailure()) FAIL() << "round " << round << "\n" << ir::Dump(rules);
  }
  EXPECT_GT(answers_[true], kRounds / 4);
  EXPECT_GT(answers_[false], kRounds / 4);
}

}  // namespace
}  // namespace pol::analysis
