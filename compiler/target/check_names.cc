#include "compiler/target/check_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/selinux/fcontext_rules.h"
#include "compiler/target/diagnostics.h"

namespace pol::target {
namespace {

using diag::Cat;
using Name = TargetPolicy::Name;

// What starts services: systemd itself, and what runs init scripts.
constexpr std::array<std::string_view, 2> kInit = {"init_t", "initrc_t"};

std::string_view ProtocolWord(values::Protocol protocol) {
  return values::ToString(protocol);
}

class NameCheck {
 public:
  NameCheck(const ir::RuleSet& rules, const TargetPolicy& policy,
            diag::Sink& sink)
      : rules_(rules), policy_(policy), sink_(sink) {}

  void Run() {
    for (const ir::File& file : rules_.files) {
      if (file.context) CheckContext(*file.context, file.context_origin);
    }
    for (const ir::Fcontext& fcontext : rules_.fcontexts) {
      if (fcontext.context)
        CheckContext(*fcontext.context, fcontext.context_origin);
    }
    for (const ir::SelinuxBoolean& boolean : rules_.booleans)
      CheckBoolean(boolean);
    for (const ir::SelinuxPort& port : rules_.selinux_ports) CheckPort(port);
    for (const ir::SelinuxPermissive& domain : rules_.permissive)
      CheckPermissive(domain);
    CheckExecutables();
  }

 private:
  void Suggest(const std::optional<std::string>& nearest,
               diag::Diagnostic& diagnostic) {
    if (nearest) diagnostic.Help(Cat("did you mean `", *nearest, "`?"));
  }

  // Whether `name` is a type; what it is otherwise is reported.
  bool CheckType(const std::string& name, std::string_view attribute,
                 const Code& when_attribute, const ir::Origin& origin) {
    switch (policy_.WhatIs(name)) {
      case Name::kType:
      case Name::kAlias:
        return true;
      case Name::kAttribute:
        Suggest(policy_.NearestType(name, attribute),
                sink_.Report(when_attribute, origin.span,
                             Cat("`", name,
                                 "` is an attribute in the target's policy, "
                                 "not a type")));
        return false;
      case Name::kUnknown:
        break;
    }
    Suggest(policy_.NearestType(name, attribute),
            sink_.Report(kUnknownType, origin.span,
                         Cat("the target's policy has no type `", name, "`")));
    return false;
  }

  void CheckContext(const values::FileContext& context,
                    const ir::Origin& origin) {
    if (!CheckType(context.type, "file_type", kNoFileType, origin)) return;
    if (!policy_.IsFileType(context.type).value_or(true)) {
      bool domain = policy_.Has(context.type, "domain").value_or(false);
      auto& diagnostic = sink_.Report(
          kNoFileType, origin.span,
          Cat("`", context.type, "` is ", domain ? "a domain" : "a type",
              " in the target's policy that files do not bear"));
      std::optional<std::string> executable = Executable(context.type);
      if (domain && executable) {
        diagnostic.Help(Cat("a process enters it by executing a file of type `",
                            *executable, "`"));
      }
      return;
    }
    std::string refusal = policy_.Refusal(context.ToString());
    if (refusal.empty()) return;
    auto& diagnostic = sink_.Report(
        kContextRefused, origin.span,
        Cat("the target's policy refuses `", context.ToString(), "`"));
    if (!policy_.HasUser(context.user)) {
      diagnostic.Note(Cat("it has no user `", context.user, "`"));
      Suggest(policy_.NearestUser(context.user), diagnostic);
    } else if (!policy_.HasRole(context.role)) {
      diagnostic.Note(Cat("it has no role `", context.role, "`"));
      Suggest(policy_.NearestRole(context.role), diagnostic);
    } else if (policy_.has_ranges() == context.range.empty()) {
      diagnostic.Help(policy_.has_ranges() ? Cat("its contexts have a range: `",
                                                 context.ToString(), ":s0`")
                                           : "its contexts have no range");
    } else {
      diagnostic.Note(Cat("libsepol says: ", refusal));
    }
  }

  // `httpd_exec_t` for `httpd_t`.
  std::optional<std::string> Executable(const std::string& domain) const {
    std::string name = domain;
    if (name.size() > 2 && name.compare(name.size() - 2, 2, "_t") == 0)
      name.resize(name.size() - 2);
    name += "_exec_t";
    for (std::string_view init : kInit) {
      if (policy_.EntersBy(init, name) == policy_.TypeOf(domain)) return name;
    }
    return std::nullopt;
  }

  void CheckBoolean(const ir::SelinuxBoolean& boolean) {
    if (policy_.HasBoolean(boolean.name)) return;
    Suggest(policy_.NearestBoolean(boolean.name),
            sink_.Report(kUnknownBoolean, boolean.origin.span,
                         Cat("the target's policy has no boolean `",
                             boolean.name, "`")));
  }

  void CheckPort(const ir::SelinuxPort& port) {
    if (!CheckType(port.type, "port_type", kNoPortType, port.origin)) return;
    if (!policy_.Has(port.type, "port_type").value_or(true)) {
      Suggest(policy_.NearestType(port.type, "port_type"),
              sink_.Report(kNoPortType, port.origin.span,
                           Cat("`", port.type,
                               "` is a type in the target's policy that "
                               "ports do not bear")));
      return;
    }
    for (const TargetPolicy::Port& taken :
         policy_.PortsIn(port.protocol, port.ports)) {
      // reserved_port_t and the like speak of what nobody has claimed.
      bool claimed =
          policy_.Has(taken.type, "defined_port_type").value_or(true);
      if (!claimed || taken.type == policy_.TypeOf(port.type)) continue;
      sink_
          .Report(
              kPortTaken, port.origin.span,
              Cat("the target's policy gives ", ProtocolWord(port.protocol),
                  " ", taken.ports.ToString(), " the type `", taken.type, "`"))
          .Note(Cat("a domain that may use `", taken.type, "` but not `",
                    port.type, "` can then no longer use ",
                    port.ports.ToString()));
      return;
    }
  }

  void CheckPermissive(const ir::SelinuxPermissive& permissive) {
    const std::string& type = permissive.type;
    if (!CheckType(type, "domain", kNoDomain, permissive.origin)) return;
    if (policy_.Has(type, "domain").value_or(true)) return;
    Suggest(policy_.NearestType(type, "domain"),
            sink_.Report(kNoDomain, permissive.origin.span,
                         Cat("`", type,
                             "` is a type in the target's policy that no "
                             "process runs in")));
  }

  // Programs of workloads whose label is ours: does init enter a domain?
  void CheckExecutables() {
    const selinux::FileLabels labels(rules_);
    std::set<std::string> looked_at;
    auto look = [&](const std::string& path) {
      if (path.empty() || !looked_at.insert(path).second) return;
      auto rule = labels.For(path, values::FileKind::kFile);
      if (!rule.ok() || *rule == nullptr || !(*rule)->context) return;
      CheckTransition(path, (*rule)->context->type, (*rule)->origin);
    };
    for (const ir::Workload& workload : rules_.workloads) look(workload.exec);
    for (const ir::File& file : rules_.files) {
      // What else a workload holds may be no program.
      if (!file.workload.empty() && file.context &&
          policy_.Has(file.context->type, "exec_type").value_or(false)) {
        look(file.path);
      }
    }
  }

  void CheckTransition(const std::string& path, const std::string& type,
                       const ir::Origin& origin) {
    bool has_init = false;
    for (std::string_view init : kInit) {
      has_init = has_init || policy_.TypeOf(init).has_value();
      if (policy_.EntersBy(init, type)) return;
    }
    if (!has_init || !policy_.TypeOf(type)) return;
    std::string_view stays = policy_.TypeOf(kInit[0]) ? kInit[0] : kInit[1];
    auto& diagnostic = sink_.Report(kNoTransition, origin.span,
                                    Cat("a service that executes `", path,
                                        "` would stay in `", stays, "`"));
    diagnostic.Note(Cat("the target's policy has no type_transition from `",
                        kInit[0], "` or `", kInit[1], "` by a file of type `",
                        type, "`"));
    if (policy_.Has(type, "exec_type").value_or(true)) return;
    diagnostic.Help("label it with the executable type of a domain");
  }

  const ir::RuleSet& rules_;
  const TargetPolicy& policy_;
  diag::Sink& sink_;
};

}  // namespace

void CheckNames(const ir::RuleSet& rules, const TargetPolicy& policy,
                diag::Sink& sink) {
  NameCheck(rules, policy, sink).Run();
}

void SayUnconfirmed(const ir::RuleSet& rules, const std::string& why,
                    diag::Sink& sink) {
  if (rules.fcontexts.empty()) return;
  sink.Report(kNotCompared, rules.fcontexts[0].origin.span,
              Cat("this and other rules were not compared in full with the "
                  "target's file contexts: ",
                  why));
}

void SayNotCompared(const ir::RuleSet& rules, diag::Sink& sink) {
  const ir::Origin* first = nullptr;
  auto look = [&](const ir::Origin& origin) {
    if (first == nullptr || std::pair(origin.file, origin.line) <
                                std::pair(first->file, first->line)) {
      first = &origin;
    }
  };
  for (const ir::File& file : rules.files) {
    if (file.context) look(file.origin);
  }
  for (const ir::Fcontext& fcontext : rules.fcontexts) {
    if (fcontext.context) look(fcontext.origin);
  }
  for (const ir::SelinuxBoolean& boolean : rules.booleans) look(boolean.origin);
  for (const ir::SelinuxPort& port : rules.selinux_ports) look(port.origin);
  for (const ir::SelinuxPermissive& type : rules.permissive) look(type.origin);
  if (first == nullptr) return;
  sink.Report(kNotCompared, first->span,
              "this and other names of SELinux were not compared with a "
              "policy: this host has none")
      .Help("name a host's root with `--target`");
}

}  // namespace pol::target
