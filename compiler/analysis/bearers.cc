#include <algorithm>
#include <map>
#include <set>

#include "compiler/analysis/covers.h"
#include "compiler/analysis/diagnostics.h"
#include "compiler/analysis/findings.h"

namespace pol::analysis {
namespace {

constexpr uint16_t kResolverPort = 53;
constexpr uint16_t kFirstUnprivileged = 1024;

Finding& Add(const diag::Code& code, size_t subject,
             std::vector<Finding>& out) {
  Finding& finding = out.emplace_back();
  finding.code = &code;
  finding.subject = subject;
  return finding;
}

// Of a region nobody can say who bears it; unknown is whoever nobody knows.
bool IsNobody(const ir::RuleSet& rules, ir::IdentityNumber identity) {
  return identity != ir::kUnknown && !rules.identities[identity].region &&
         !rules.identities[identity].borne;
}

void FindNobody(const ir::RuleSet& rules, std::vector<Finding>& out) {
  // Without a single workload or endpoint the bearers are someone else's
  // business.
  if (std::none_of(rules.identities.begin(), rules.identities.end(),
                   [](const ir::Identity& i) { return i.borne; })) {
    return;
  }
  auto nobody = [&](const ir::IdentitySet& set) {
    return !set.empty() &&
           std::all_of(set.begin(), set.end(), [&](ir::IdentityNumber i) {
             return IsNobody(rules, i);
           });
  };
  std::vector<bool> is_nobody;
  for (const ir::IdentitySet& set : rules.sets)
    is_nobody.push_back(nobody(set));
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    if (is_nobody[rules.rules[i].sources])
      Add(kNobody, i, out).of_sources = true;
    if (is_nobody[rules.rules[i].targets]) Add(kNobody, i, out);
  }
}

// Ports of a rule that none of its targets serves, where all of them say what
// they serve.
void FindUnserved(const ir::RuleSet& rules, std::vector<Finding>& out) {
  std::map<std::pair<ir::IdentityNumber, values::Protocol>, Ports> served;
  std::set<ir::IdentityNumber> serving;
  for (const ir::Listener& listener : rules.listeners) {
    served[{listener.identity, listener.protocol}].push_back(listener.ports);
    serving.insert(listener.identity);
  }
  if (serving.empty()) return;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    const ir::Rule& rule = rules.rules[i];
    const ir::IdentitySet& targets = rules.targets(rule);
    if (rule.effect == ir::Effect::kDeny || targets.empty() ||
        !values::HasPorts(rule.protocol) ||
        !std::all_of(targets.begin(), targets.end(),
                     [&](ir::IdentityNumber target) {
                       return serving.count(target) != 0;
                     })) {
      continue;
    }
    auto is_served = [&](const values::PortRange& range) {
      return std::any_of(
          targets.begin(), targets.end(), [&](ir::IdentityNumber target) {
            auto found = served.find({target, rule.protocol});
            return found != served.end() &&
                   std::any_of(found->second.begin(), found->second.end(),
                               [&](const values::PortRange& ports) {
                                 return ports.first <= range.last &&
                                        range.first <= ports.last;
                               });
          });
    };
    auto unserved =
        std::find_if_not(rule.ports.begin(), rule.ports.end(), is_served);
    if (unserved == rule.ports.end()) continue;
    Add(kNoListener, i, out).range =
        static_cast<size_t>(unserved - rule.ports.begin());
  }
}

void FindUnbindable(const ir::RuleSet& rules, std::vector<Finding>& out) {
  std::set<std::string> may_bind;
  for (const ir::File& file : rules.files) {
    if (!file.workload.empty() && file.capabilities &&
        file.capabilities->IsEffective("cap_net_bind_service")) {
      may_bind.insert(file.workload);
    }
  }
  std::set<std::string> without_root;
  for (const ir::Workload& workload : rules.workloads) {
    if (!workload.user.empty() && workload.user != "root" &&
        workload.user != "0") {
      without_root.insert(workload.name);
    }
  }
  for (size_t i = 0; i < rules.listeners.size(); ++i) {
    const ir::Listener& listener = rules.listeners[i];
    if (listener.ports.first < kFirstUnprivileged &&
        without_root.count(listener.workload) != 0 &&
        may_bind.count(listener.workload) == 0) {
      Add(kPrivilegedPort, i, out);
    }
  }
}

// The classes from which some connection to a resolver's port is allowed.
std::vector<bool> ReachingResolver(const Space& space) {
  std::vector<bool> reaching(space.classes().size());
  for (const ir::Rule& rule : space.rules().rules) {
    if (rule.effect == ir::Effect::kDeny || rule.mode == ir::Mode::kAudit ||
        (rule.protocol != values::Protocol::kUdp &&
         rule.protocol != values::Protocol::kTcp)) {
      continue;
    }
    Box box = space.BoxOf(rule);
    box.ports = Intersection(box.ports, {{kResolverPort, kResolverPort}});
    if (box.empty()) continue;
    for (ir::IdentityClass source : space.ClassesOf(rule.sources)) {
      if (reaching[source]) continue;
      box.sources = {source};
      reaching[source] =
          space
              .FindUncovered(
                  box,
                  [&](const Point&, const auto& matching, auto& because) {
                    return CoveredByDeny(space, matching, Until(rule), because);
                  })
              .has_value();
    }
  }
  return reaching;
}

// A policy that speaks of UDP or of what workloads serve is one that means to
// be complete; small examples are spared.
void FindUnresolving(const Space& space, std::vector<Finding>& out) {
  const ir::RuleSet& rules = space.rules();
  const bool complete =
      !rules.listeners.empty() ||
      std::any_of(rules.rules.begin(), rules.rules.end(), [](const auto& rule) {
        return rule.protocol == values::Protocol::kUdp;
      });
  if (!complete) return;
  const std::vector<bool> reaching = ReachingResolver(space);
  std::vector<size_t> workloads;
  for (size_t i = 0; i < rules.workloads.size(); ++i) {
    const ir::IdentityNumber identity = rules.workloads[i].identity;
    if (rules.identities[identity].governed_egress &&
        !reaching[space.classes().of[identity]]) {
      workloads.push_back(i);
    }
  }
  if (!workloads.empty())
    Add(kNoResolver, 0, out).others = std::move(workloads);
}

}  // namespace

void FindBearerless(const Space& space, std::vector<Finding>& out) {
  FindNobody(space.rules(), out);
  FindUnserved(space.rules(), out);
  FindUnbindable(space.rules(), out);
  FindUnresolving(space, out);
}

}  // namespace pol::analysis
