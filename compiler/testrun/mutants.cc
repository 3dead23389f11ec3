#include "compiler/testrun/mutants.h"

#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/ir/decide.h"
#include "compiler/testrun/edges.h"

namespace pol::testrun {
namespace {

using diag::Cat;
using values::PortRange;

// Collects the mutants of one rule.
class RuleMutants {
 public:
  RuleMutants(MutantMaker& maker, size_t number)
      : maker_(maker),
        number_(number),
        rule_(maker.rules.rules[number]),
        box_(BoxOf(rule_)) {}

  std::vector<Mutant> Collect() {
    Add({Change::Kind::kOut, number_, box_}, "the rule dropped", rule_.origin);
    Add({Change::Kind::kOut, number_, box_}, "enforce made audit",
        rule_.origin);
    AddFlip();
    AddPorts();
    AddSide(true);
    AddSide(false);
    if (rule_.tls) AddTls(*rule_.tls);
    return std::move(mutants_);
  }

 private:
  void Add(Change change, std::string words, const ir::Origin& origin,
           Mutant::More more = Mutant::More::kNone) {
    mutants_.push_back({std::move(change), std::move(words),
                        origin.line != 0 ? origin : rule_.origin, more});
  }

  void AddFlip() {
    const bool allows = rule_.effect == ir::Effect::kAllow;
    Change change{Change::Kind::kTerms, number_, box_};
    change.effect = allows ? ir::Effect::kDeny : ir::Effect::kAllow;
    Add(std::move(change), allows ? "allow made deny" : "deny made allow",
        rule_.origin);
  }

  void AddPorts() {
    for (const PortEnd& end : PortEnds(rule_)) {
      const bool one = end.range.first == end.range.last;
      auto add = [&](Change::Kind kind, uint16_t port, std::string words) {
        Add(AtPort(maker_.rules, number_, kind, port), std::move(words),
            rule_.port_origin);
      };
      const std::string was = Cat("port ", end.range.ToString());
      if (one && !end.upper)
        add(Change::Kind::kOut, end.inside, Cat(was, " left out"));
      PortRange moved = end.range;
      uint16_t& moving = end.upper ? moved.last : moved.first;
      if (!one) {
        moving = static_cast<uint16_t>(moving + (end.upper ? -1 : 1));
        add(Change::Kind::kOut, end.inside,
            Cat(was, " narrowed to ", moved.ToString()));
      }
      if (end.outside) {
        moving = *end.outside;
        add(Change::Kind::kIn, *end.outside,
            Cat(was, " widened to ", moved.ToString()));
      }
    }
  }

  void AddSide(bool source) {
    const ir::SetNumber set = source ? rule_.sources : rule_.targets;
    const ir::Origin& origin =
        source ? rule_.source_origin : rule_.target_origin;
    const char* what = source ? "source" : "target";
    bool sampled = false;
    for (ir::IdentitySet& unit : maker_.units.Of(set, sampled)) {
      std::string words =
          Cat(what, " ", maker_.names.Long(unit.front()), " left out");
      Add(AtSide(maker_.rules, number_, Change::Kind::kOut, source,
                 Side::Only(std::move(unit))),
          std::move(words), origin);
    }
    maker_.sampled |= sampled;
    Add(AtSide(maker_.rules, number_, Change::Kind::kIn, source,
               Side::AllBut(set)),
        Cat(what, " "), origin,
        source ? Mutant::More::kSource : Mutant::More::kTarget);
  }

  void AddTls(const ir::TlsRequirement& tls) {
    auto add = [this](std::optional<ir::TlsRequirement> changed,
                      std::string words) {
      Add(WithTls(maker_.rules, number_, std::move(changed)), std::move(words),
          rule_.tls_origin);
    };
    auto moved_to = [&](values::TlsVersion version) {
      ir::TlsRequirement moved = tls;
      moved.min_version = version;
      return moved;
    };
    const std::string was = Cat("TLS ", values::ToString(tls.min_version));
    if (tls.min_version < values::TlsVersion::kTls13) {
      const values::TlsVersion above = VersionAbove(tls.min_version);
      add(moved_to(above), Cat(was, " raised to ", values::ToString(above)));
    }
    if (auto below = VersionBelow(tls.min_version)) {
      add(moved_to(*below), Cat(was, " lowered to ", values::ToString(*below)));
    }
    add(std::nullopt, "TLS no longer asked for");
    for (ir::TlsList list : ir::kTlsLists) {
      if (ir::NamesOf(tls, list).empty()) continue;
      add(WithNames(tls, list, {}),
          Cat("the ", ir::ToString(list), " no longer asked for"));
    }
  }

  MutantMaker& maker_;
  const size_t number_;
  const ir::Rule& rule_;
  const Box box_;
  std::vector<Mutant> mutants_;
};

}  // namespace

std::vector<Mutant> MutantMaker::OfRule(size_t rule) {
  if (rules.rules[rule].mode == ir::Mode::kAudit) return {};
  return RuleMutants(*this, rule).Collect();
}

void MutantMaker::LetIn(ir::IdentityNumber identity, Mutant& mutant) const {
  Box& where = mutant.change.where;
  const bool source = mutant.more == Mutant::More::kSource;
  (source ? where.sources : where.targets) = Side::Only(units.With(identity));
  mutant.words += names.Long(identity) + " added";
  mutant.more = Mutant::More::kNone;
}

}  // namespace pol::testrun
