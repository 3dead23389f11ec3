#include "compiler/testrun/edges.h"

#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/ir/decide.h"
#include "compiler/ir/dump.h"

namespace pol::testrun {
namespace {

using diag::Cat;
using values::PortRange;
using values::TlsVersion;

constexpr uint16_t kLastPort = 65535;

// A name that no connection has.
constexpr char kNoName[] = "\n";

// Collects the edges of one rule.
class RuleEdges {
 public:
  RuleEdges(EdgeMaker& maker, size_t number)
      : maker_(maker),
        number_(number),
        rule_(maker.rules.rules[number]),
        box_(BoxOf(rule_)) {}

  std::vector<Edge> Collect() {
    Add({Change::Kind::kDecides, number_, box_}, "a connection it decides",
        rule_.origin);
    AddPorts();
    AddSide(true);
    AddSide(false);
    if (rule_.tls) AddTls(*rule_.tls);
    return std::move(edges_);
  }

 private:
  void Add(Change change, std::string words, const ir::Origin& origin) {
    edges_.push_back({std::move(change), std::move(words),
                      origin.line != 0 ? origin : rule_.origin});
  }

  void AddPorts() {
    for (const PortEnd& end : PortEnds(rule_)) {
      const std::string range = end.range.ToString();
      const bool one = end.range.first == end.range.last;
      // Of one port, the lower end is the upper one.
      if (!one || !end.upper) {
        Add(AtPort(maker_.rules, number_, Change::Kind::kOut, end.inside),
            one ? Cat("port ", end.inside)
                : Cat("port ", end.inside, ", the ",
                      end.upper ? "last" : "first", " of ", range),
            rule_.port_origin);
      }
      if (end.outside) {
        Add(AtPort(maker_.rules, number_, Change::Kind::kIn, *end.outside),
            Cat("port ", *end.outside, ", just ",
                end.upper ? "above " : "below ", range),
            rule_.port_origin);
      }
    }
  }

  void AddSide(bool source) {
    const ir::SetNumber set = source ? rule_.sources : rule_.targets;
    const ir::Origin& origin =
        source ? rule_.source_origin : rule_.target_origin;
    const char* what = source ? "source" : "target";
    bool sampled = false;
    const std::vector<ir::IdentitySet> units = maker_.units.Of(set, sampled);
    // Of a single one, deciding at all says it.
    for (const ir::IdentitySet& unit : units) {
      if (units.size() == 1) break;
      Add(AtSide(maker_.rules, number_, Change::Kind::kOut, source,
                 Side::Only(unit)),
          Cat(what, " ", maker_.names.Long(unit.front())), origin);
    }
    maker_.sampled |= sampled;
    Add(AtSide(maker_.rules, number_, Change::Kind::kIn, source,
               Side::AllBut(set)),
        Cat("a ", what, " that it does not name"), origin);
  }

  void AddTls(const ir::TlsRequirement& tls) {
    auto add = [this](Change change, std::string words) {
      Add(std::move(change), std::move(words), rule_.tls_origin);
    };
    auto with = [this](ir::TlsRequirement changed) {
      return WithTls(maker_.rules, number_, std::move(changed));
    };
    ir::TlsRequirement moved = tls;
    moved.min_version = VersionAbove(tls.min_version);
    add(with(moved), Cat("TLS ", values::ToString(tls.min_version),
                         ", the oldest it takes"));
    if (auto below = VersionBelow(tls.min_version)) {
      moved.min_version = *below;
      add(with(moved),
          Cat("TLS ", values::ToString(*below), ", older than it takes"));
    }
    Change clear = WithTls(maker_.rules, number_, std::nullopt);
    clear.clear_text = true;
    add(std::move(clear), "clear text, where it asks for TLS");
    for (ir::TlsList list : ir::kTlsLists) {
      if (ir::NamesOf(tls, list).empty()) continue;
      add(with(WithNames(tls, list, {kNoName})),
          Cat("its ", ir::ToString(list)));
      add(with(WithNames(tls, list, {})), Cat("another ", ir::ToString(list)));
    }
  }

  EdgeMaker& maker_;
  const size_t number_;
  const ir::Rule& rule_;
  const Box box_;
  std::vector<Edge> edges_;
};

}  // namespace

std::vector<PortEnd> PortEnds(const ir::Rule& rule) {
  std::vector<PortEnd> ends;
  for (const PortRange& range : rule.ports) {
    if (range == values::PortsOf(rule.protocol)) continue;
    PortEnd lower{range, range.first, std::nullopt, false};
    if (range.first > 1) lower.outside = static_cast<uint16_t>(range.first - 1);
    PortEnd upper{range, range.last, std::nullopt, true};
    if (range.last < kLastPort)
      upper.outside = static_cast<uint16_t>(range.last + 1);
    ends.push_back(lower);
    ends.push_back(upper);
  }
  return ends;
}

Change AtPort(const ir::RuleSet& rules, size_t rule, Change::Kind kind,
              uint16_t port) {
  Change change{kind, rule, BoxOf(rules.rules[rule])};
  change.where.ports = {{port, port}};
  return change;
}

Change AtSide(const ir::RuleSet& rules, size_t rule, Change::Kind kind,
              bool source, Side side) {
  Change change{kind, rule, BoxOf(rules.rules[rule])};
  (source ? change.where.sources : change.where.targets) = std::move(side);
  return change;
}

std::optional<TlsVersion> VersionBelow(TlsVersion version) {
  if (version <= TlsVersion::kTls10) return std::nullopt;
  return static_cast<TlsVersion>(static_cast<uint16_t>(version) - 1);
}

TlsVersion VersionAbove(TlsVersion version) {
  return static_cast<TlsVersion>(static_cast<uint16_t>(version) + 1);
}

Change WithTls(const ir::RuleSet& rules, size_t rule,
               std::optional<ir::TlsRequirement> tls) {
  Change change{Change::Kind::kTerms, rule, BoxOf(rules.rules[rule])};
  change.effect = rules.rules[rule].effect;
  change.tls = std::move(tls);
  return change;
}

ir::TlsRequirement WithNames(ir::TlsRequirement tls, ir::TlsList list,
                             std::vector<std::string> names) {
  switch (list) {
    case ir::TlsList::kServerName:
      tls.server_names = std::move(names);
      break;
    case ir::TlsList::kAlpn:
      tls.alpn = std::move(names);
      break;
    case ir::TlsList::kKeyExchange:
      tls.key_exchange = std::move(names);
      break;
    case ir::TlsList::kCipherSuite:
      tls.cipher_suites = std::move(names);
      break;
    case ir::TlsList::kStarttls:
      tls.starttls = names.empty() ? "" : std::move(names.front());
      break;
  }
  return tls;
}

std::vector<Edge> EdgeMaker::OfRule(size_t rule) {
  if (rules.rules[rule].mode == ir::Mode::kAudit) return {};
  return RuleEdges(*this, rule).Collect();
}

std::vector<Edge> EdgeMaker::OfIdentity(ir::IdentityNumber identity) const {
  const ir::Identity& which = rules.identities[identity];
  std::vector<Edge> edges;
  for (bool in : {true, false}) {
    if (!(in ? which.governed_ingress : which.governed_egress)) continue;
    Change change{Change::Kind::kDefault};
    (in ? change.where.targets : change.where.sources) = Side::Only({identity});
    edges.push_back({std::move(change),
                     in ? "a connection to it that no rule decides"
                        : "a connection from it that no rule decides",
                     which.origin});
  }
  return edges;
}

}  // namespace pol::testrun
