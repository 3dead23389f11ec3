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

bool GoodPorts(const std::vector<values::PortRange>& ports) {
  if (ports.empty()) return false;
  for (size_t i = 0; i < ports.size(); ++i) {
    if (ports[i].first == 0 || ports[i].first > ports[i].last) return false;
    if (i > 0 && ports[i].first <= ports[i - 1].last + 1) return false;
  }
  return true;
}

std::string VerifyRule(const Rule& rule, IdentityNumber identities) {
  auto ascending = StrictlyAscending<std::vector<IdentityNumber>,
                                     decltype(&Itself<IdentityNumber>)>;
  if (rule.sources.empty() || rule.targets.empty()) {
    return absl::StrCat("rule ", rule.name, " has no source or target");
  }
  if (!ascending(rule.sources, &Itself<IdentityNumber>) ||
      !ascending(rule.targets, &Itself<IdentityNumber>)) {
    return absl::StrCat("rule ", rule.name, ": identities are not ascending");
  }
  if (rule.sources.back() >= identities || rule.targets.back() >= identities) {
    return absl::StrCat("rule ", rule.name, ": identity out of range");
  }
  if (!GoodPorts(rule.ports))
    return absl::StrCat("rule ", rule.name, ": ports are not merged");
  return "";
}

}  // namespace

std::string Verify(const RuleSet& rules) {
  auto identities = static_cast<IdentityNumber>(rules.identities.size());
  if (identities == 0 || rules.identities[0].id != values::SpiffeId() ||
      rules.identities[0].governed_egress ||
      rules.identities[0].governed_ingress) {
    return "identity 0 is not the unknown one";
  }
  if (!StrictlyAscending(rules.identities,
                         [](const Identity& i) { return i.id; })) {
    return "identities are not ascending";
  }
  if (!StrictlyAscending(rules.workloads,
                         [](const Workload& w) { return w.name; })) {
    return "workloads are not ascending";
  }
  for (const Workload& workload : rules.workloads) {
    if (workload.identity == kUnknown || workload.identity >= identities) {
      return absl::StrCat("workload ", workload.name,
                          ": identity out of range");
    }
  }
  if (!StrictlyAscending(rules.addresses,
                         [](const Address& a) { return a.cidr; })) {
    return "addresses are not ascending";
  }
  for (const Address& address : rules.addresses) {
    if (address.identity == kUnknown || address.identity >= identities) {
      return absl::StrCat("address ", address.cidr.ToString(),
                          ": identity out of range");
    }
  }
  if (!StrictlyAscending(rules.rules, [](const Rule& r) { return r.name; })) {
    return "rules are not ascending";
  }
  for (const Rule& rule : rules.rules) {
    if (std::string wrong = VerifyRule(rule, identities); !wrong.empty())
      return wrong;
  }
  if (!StrictlyAscending(rules.files, [](const File& f) { return f.path; })) {
    return "files are not ascending";
  }
  if (!StrictlyAscending(rules.fcontexts, [](const Fcontext& f) {
        return std::tuple(f.path, f.kind);
      })) {
    return "fcontexts are not ascending";
  }
  return "";
}

}  // namespace pol::ir
