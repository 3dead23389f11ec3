#include "compiler/ir/verify.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace pol::ir {
namespace {

template <typename List, typename Key>
bool StrictlyAscending(const List& list, Key key) {
  return std::adjacent_find(list.begin(), list.end(),
                            [&key](const auto& a, const auto& b) {
                              return !(key(a) < key(b));
                            }) == list.end();
}

template <typename T>
const T& Itself(const T& value) {
  return value;
}

bool GoodPorts(const std::vector<values::PortRange>& ports,
               values::Protocol protocol) {
  if (!values::HasPorts(protocol))
    return ports.empty() || ports == std::vector{values::PortRange::None()};
  for (size_t i = 0; i < ports.size(); ++i) {
    if (ports[i].first == 0 || ports[i].first > ports[i].last) return false;
    if (i > 0 && ports[i].first <= ports[i - 1].last + 1) return false;
  }
  return true;
}

bool GoodNames(const std::vector<std::string>& names) {
  return StrictlyAscending(names, &Itself<std::string>) &&
         (names.empty() || !names.front().empty());
}

std::string VerifyIdentities(const RuleSet& rules) {
  size_t count = rules.identities.size();
  if (count == 0 || rules.identities[0].id != values::SpiffeId() ||
      rules.identities[0].governed_egress ||
      rules.identities[0].governed_ingress) {
    return "identity 0 is not the unknown one";
  }
  if (rules.named == 0 || rules.named > count)
    return "the number of named identities is out of range";
  for (size_t i = 0; i < count; ++i) {
    if (rules.identities[i].region != (i >= rules.named))
      return "regions do not follow the named identities";
    if (i == 0 || i == rules.named) continue;
    if (!(rules.identities[i - 1].id < rules.identities[i].id))
      return "identities are not ascending";
  }
  return "";
}

std::string VerifySets(const RuleSet& rules) {
  if (!StrictlyAscending(rules.sets, &Itself<IdentitySet>))
    return "sets are not ascending";
  for (const IdentitySet& set : rules.sets) {
    if (!StrictlyAscending(set, &Itself<IdentityNumber>))
      return "a set's identities are not ascending";
    if (!set.empty() && set.back() >= rules.identities.size())
      return "a set's identity is out of range";
  }
  return "";
}

std::string VerifyRule(const Rule& rule, size_t sets) {
  if (rule.sources >= sets || rule.targets >= sets)
    return absl::StrCat("rule ", rule.name, ": set out of range");
  if (!GoodPorts(rule.ports, rule.protocol))
    return absl::StrCat("rule ", rule.name, ": ports are not merged");
  if (rule.effect == Effect::kDeny &&
      (rule.tls || rule.connection_authentication))
    return absl::StrCat("rule ", rule.name, ": a deny has a requirement");
  if (rule.tls &&
      !(GoodNames(rule.tls->server_names) && GoodNames(rule.tls->alpn) &&
        GoodNames(rule.tls->key_exchange) &&
        GoodNames(rule.tls->cipher_suites)))
    return absl::StrCat("rule ", rule.name, ": names are not ascending");
  return "";
}

std::string VerifyRules(const RuleSet& rules) {
  if (!StrictlyAscending(rules.rules, [](const Rule& r) { return r.name; })) {
    return "rules are not ascending";
  }
  for (const Rule& rule : rules.rules) {
    if (std::string wrong = VerifyRule(rule, rules.sets.size()); !wrong.empty())
      return wrong;
  }
  return "";
}

std::string VerifyBearers(const RuleSet& rules) {
  auto named = [&](IdentityNumber identity) {
    return identity != kUnknown && identity < rules.named;
  };
  if (!StrictlyAscending(rules.workloads,
                         [](const Workload& w) { return w.name; })) {
    return "workloads are not ascending";
  }
  for (const Workload& workload : rules.workloads) {
    if (!named(workload.identity)) {
      return absl::StrCat("workload ", workload.name,
                          ": identity out of range");
    }
  }
  if (!StrictlyAscending(rules.addresses,
                         [](const Address& a) { return a.cidr; })) {
    return "addresses are not ascending";
  }
  for (const Address& address : rules.addresses) {
    if (!named(address.identity)) {
      return absl::StrCat("address ", address.cidr.ToString(),
                          ": identity out of range");
    }
  }
  if (!StrictlyAscending(rules.listeners, [](const Listener& l) {
        return std::tuple(l.identity, l.protocol, l.ports, l.workload);
      })) {
    return "listeners are not ascending";
  }
  for (const Listener& listener : rules.listeners) {
    if (!named(listener.identity)) return "listener: identity out of range";
  }
  return "";
}

std::string VerifyFiles(const RuleSet& rules) {
  if (!StrictlyAscending(rules.files, [](const File& f) { return f.path; })) {
    return "files are not ascending";
  }
  if (!StrictlyAscending(rules.fcontexts, [](const Fcontext& f) {
        return std::tuple(f.path, f.kind);
      })) {
    return "fcontexts are not ascending";
  }
  if (!StrictlyAscending(rules.booleans,
                         [](const SelinuxBoolean& b) { return b.name; })) {
    return "SELinux booleans are not ascending";
  }
  if (!StrictlyAscending(rules.selinux_ports, [](const SelinuxPort& p) {
        return std::tuple(p.protocol, p.ports);
      })) {
    return "SELinux ports are not ascending";
  }
  if (!StrictlyAscending(rules.permissive,
                         [](const SelinuxPermissive& p) { return p.type; })) {
    return "permissive domains are not ascending";
  }
  if (!StrictlyAscending(rules.equivalences,
                         [](const SelinuxEquivalence& e) { return e.path; })) {
    return "SELinux equivalences are not ascending";
  }
  return "";
}

std::string VerifyStatements(const RuleSet& rules) {
  size_t identities = rules.identities.size();
  auto no_rule = [&](const std::optional<size_t>& rule) {
    return rule && *rule >= rules.rules.size();
  };
  if (!StrictlyAscending(rules.tests,
                         [](const ConnectTest& t) { return t.name; }) ||
      !StrictlyAscending(rules.invariants,
                         [](const Invariant& i) { return i.name; }) ||
      !StrictlyAscending(rules.waivers,
                         [](const Waiver& w) { return w.name; })) {
    return "tests, invariants or waivers are not ascending";
  }
  if (!StrictlyAscending(rules.path_tests,
                         [](const PathTest& t) { return t.name; })) {
    return "path tests are not ascending";
  }
  for (const ConnectTest& test : rules.tests) {
    if (test.source >= identities || test.target >= identities ||
        no_rule(test.by)) {
      return absl::StrCat("test ", test.name, ": number out of range");
    }
    if (!values::PortsOf(test.protocol).Contains(test.port)) {
      return absl::StrCat("test ", test.name, ": no port of its protocol");
    }
  }
  for (const Invariant& invariant : rules.invariants) {
    if (invariant.sources >= rules.sets.size() ||
        invariant.targets >= rules.sets.size()) {
      return absl::StrCat("invariant ", invariant.name, ": set out of range");
    }
    if (!GoodPorts(invariant.ports, values::Protocol::kTcp) ||
        invariant.protocols.empty() ||
        !StrictlyAscending(invariant.protocols, &Itself<values::Protocol>)) {
      return absl::StrCat("invariant ", invariant.name,
                          ": ports or protocols are not sorted");
    }
  }
  for (const Waiver& waiver : rules.waivers) {
    if (no_rule(waiver.rule))
      return absl::StrCat("waiver ", waiver.name, ": rule out of range");
  }
  return "";
}

}  // namespace

std::string Verify(const RuleSet& rules) {
  for (auto check : {VerifyIdentities, VerifySets, VerifyRules, VerifyBearers,
                     VerifyFiles, VerifyStatements}) {
    if (std::string wrong = check(rules); !wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace pol::ir
