#include "compiler/analysis/words.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "compiler/analysis/diagnostics.h"
#include "compiler/diag/cat.h"
#include "compiler/ir/dump.h"

namespace pol::analysis {
namespace {

using diag::Cat;
using diag::Diagnostic;

// More names than this are counted, not listed.
constexpr size_t kMostNames = 5;

// "`a`, `b` and `c`"
std::string List(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < names.size() && i < kMostNames; ++i) {
    const bool last = i + 1 == names.size();
    out += Cat(i == 0 ? "" : last ? " and " : ", ", "`", names[i], "`");
  }
  if (names.size() > kMostNames)
    out += Cat(" and ", names.size() - kMostNames, " more");
  return out;
}

std::vector<std::string> NamesOf(const ir::RuleSet& rules,
                                 const std::vector<size_t>& numbers) {
  std::vector<std::string> names;
  for (size_t number : numbers) names.push_back(rules.rules[number].name);
  return names;
}

std::string PatternNote(const ir::RuleSet& rules, ir::IdentityNumber identity) {
  const ir::Identity& named = rules.identities[identity];
  if (!named.region || named.pattern.empty()) return "";
  return Cat("`", named.id.text(), "` stands for all of `", named.pattern,
             "` that the policy does not name or match otherwise");
}

class Writer {
 public:
  Writer(const ir::RuleSet& rules, const Finding& finding, diag::Sink& sink)
      : rules_(rules), finding_(finding), sink_(sink) {}

  void Write() {
    const uint16_t code = finding_.code->number;
    if (code == kNoResolver.number) return WriteNoResolver();
    if (code == kPrivilegedPort.number) return WritePrivilegedPort();
    if (code >= kNeverBroken.number) return WriteInvariant();
    if (code == kMatchesNothing.number) return WriteMatchesNothing();
    if (code == kRedundant.number) return WriteRedundant();
    if (code == kShadowed.number) return WriteShadowed();
    if (code == kPartlyShadowed.number) return WritePartlyShadowed();
    if (code == kNeedlessDeny.number) return WriteNeedlessDeny();
    if (code == kContradiction.number) return WriteContradiction();
    if (code == kNobody.number) return WriteNobody();
    WriteNoListener();
  }

 private:
  const ir::Rule& rule() const { return rules_.rules[finding_.subject]; }

  Diagnostic& New(const ir::Origin& origin, std::string message) {
    return sink_.Report(*finding_.code, origin.span, std::move(message));
  }

  Diagnostic& AboutRule(const std::string& what) {
    return New(rule().origin, Cat("policy `", rule().name, "` ", what));
  }

  void ShowOthers(Diagnostic& to, const std::string& text) {
    for (size_t i = 0; i < finding_.others.size() && i < kMostNames; ++i)
      to.Also(rules_.rules[finding_.others[i]].origin.span, text);
  }

  void Show(Diagnostic& to, const std::string& what, const Witness& witness) {
    to.Note(Cat(what, Text(rules_, witness)));
    for (ir::IdentityNumber end :
         {witness.connection.source, witness.connection.target}) {
      std::string note = PatternNote(rules_, end);
      if (!note.empty()) to.Note(std::move(note));
    }
  }

  void WriteMatchesNothing() {
    const ir::Rule& about = rule();
    const bool no_source = rules_.sources(about).empty();
    const bool no_target = rules_.targets(about).empty();
    const ir::Origin& place = no_source   ? about.source_origin
                              : no_target ? about.target_origin
                                          : about.port_origin;
    New(place, Cat("policy `", about.name, "` matches nothing: it has no ",
                   no_source   ? "source"
                   : no_target ? "target"
                               : "port"));
  }

  void WriteRedundant() {
    Diagnostic& to = AboutRule(
        Cat("is redundant: without it ", List(NamesOf(rules_, finding_.others)),
            " decide", finding_.others.size() == 1 ? "s" : "", " the same"));
    ShowOthers(to, "covers it, in part or as a whole, and asks for as much");
    Show(to, "for example ", *finding_.witness);
  }

  void WriteShadowed() {
    Diagnostic& to = AboutRule(
        Cat("allows nothing: ", List(NamesOf(rules_, finding_.others)),
            finding_.others.size() == 1 ? " denies" : " deny", " all of it"));
    ShowOthers(to, "deny beats allow");
    Show(to, "denied for example: ", *finding_.witness);
  }

  void WritePartlyShadowed() {
    Diagnostic& to = AboutRule(
        Cat("is in part denied by ", List(NamesOf(rules_, finding_.others))));
    ShowOthers(to, "deny beats allow");
    Show(to, "denied: ", *finding_.witness);
    Show(to, "still allowed: ", *finding_.outside);
  }

  void WriteNeedlessDeny() {
    if (finding_.others.empty()) {
      Diagnostic& to = AboutRule(
          "changes nothing: no policy allows what it denies, and one end of "
          "each connection is governed");
      Show(to, "denied anyway: ", *finding_.witness);
      return;
    }
    Diagnostic& to = AboutRule(Cat(
        "changes nothing: without it ", List(NamesOf(rules_, finding_.others)),
        finding_.others.size() == 1 ? " denies" : " deny",
        " all that would be let through"));
    ShowOthers(to, "denies it too");
    Show(to, "denied anyway: ", *finding_.witness);
  }

  // What a rule asks for, "postgres or smtp".
  std::string Asks(const ir::Rule& asking) const {
    return absl::StrJoin(ir::NamesOf(*asking.tls, *finding_.list), " or ");
  }

  void WriteContradiction() {
    std::vector<size_t> all = finding_.others;
    all.insert(all.begin(), finding_.subject);
    Diagnostic& to =
        New(rule().tls_origin,
            Cat("policies ", List(NamesOf(rules_, all)),
                " cannot be met together: no ", ir::ToString(*finding_.list),
                " suits all of them"));
    to.Mark(Cat("asks for ", Asks(rule())));
    for (size_t other : finding_.others) {
      const ir::Rule& asking = rules_.rules[other];
      to.Also(asking.tls_origin.span, Cat("asks for ", Asks(asking)));
    }
    Show(to, "all of them match ", *finding_.witness);
  }

  void WriteNobody() {
    const ir::IdentitySet& set =
        finding_.of_sources ? rules_.sources(rule()) : rules_.targets(rule());
    std::vector<std::string> names;
    for (ir::IdentityNumber i : set) names.push_back(ir::Name(rules_, i));
    Diagnostic& to = New(
        finding_.of_sources ? rule().source_origin : rule().target_origin,
        Cat("no workload or endpoint bears ", List(names), ", the ",
            finding_.of_sources ? "source" : "target",
            names.size() == 1 ? "" : "s", " of policy `", rule().name, "`"));
    to.Help("declare a `workload` or an `endpoint` with this identity");
  }

  void WriteNoListener() {
    Diagnostic& to =
        New(rule().port_origin,
            Cat("policy `", rule().name, "` allows ",
                values::ToString(rule().protocol, rule().ports[finding_.range]),
                ", where none of its targets listens"));
    size_t shown = 0;
    for (const ir::Listener& listener : rules_.listeners) {
      const ir::IdentitySet& targets = rules_.targets(rule());
      if (shown == kMostNames ||
          !std::binary_search(targets.begin(), targets.end(),
                              listener.identity)) {
        continue;
      }
      ++shown;
      to.Also(listener.origin.span,
              Cat("`", listener.workload, "` listens at ",
                  values::ToString(listener.protocol, listener.ports)));
    }
  }

  void WritePrivilegedPort() {
    const ir::Listener& listener = rules_.listeners[finding_.subject];
    auto workload = std::find_if(
        rules_.workloads.begin(), rules_.workloads.end(),
        [&](const auto& w) { return w.name == listener.workload; });
    Diagnostic& to = New(
        listener.origin,
        Cat("workload `", listener.workload, "` listens at ",
            values::ToString(listener.protocol, listener.ports), " as user `",
            workload->user, "`, which needs cap_net_bind_service"));
    to.Help(
        "give the workload a `file` block for its program with "
        "`capabilities = [\"cap_net_bind_service\"]`");
    to.Note(
        "a unit that gets the capability or the socket from systemd needs "
        "none; say so with a `waiver`");
  }

  void WriteNoResolver() {
    std::vector<std::string> names;
    for (size_t i : finding_.others) names.push_back(rules_.workloads[i].name);
    const ir::Workload& first = rules_.workloads[finding_.others.front()];
    New(first.origin,
        Cat(names.size() == 1 ? "workload " : "workloads ", List(names),
            " may reach no resolver: no policy allows port 53"))
        .Help("`policies/std/dns` allows it");
  }

  void WriteInvariant() {
    const ir::Invariant& invariant = rules_.invariants[finding_.subject];
    const Witness& witness = *finding_.witness;
    const ir::Decision& decision = witness.decision;
    std::string how =
        invariant.encryption == ir::Invariant::Encryption::kClearText
            ? " in clear text"
        : invariant.encryption == ir::Invariant::Encryption::kVersion
            ? Cat(" by TLS ", values::ToString(invariant.version))
            : "";
    Diagnostic& to =
        New(invariant.origin, Cat("invariant `", invariant.name,
                                  "` does not hold: ", Text(rules_, witness),
                                  how, " ", Outcome(decision)));
    if (!finding_.others.empty()) {
      const ir::Rule& breaker = rules_.rules[finding_.others.front()];
      to.Also(breaker.origin.span, breaker.effect == ir::Effect::kDeny
                                       ? "denied by this policy"
                                       : "allowed by this policy");
    } else if (decision.verdict == ir::Verdict::kDeny) {
      ShowGoverned(to, witness.connection);
    }
    for (ir::IdentityNumber end :
         {witness.connection.source, witness.connection.target}) {
      std::string note = PatternNote(rules_, end);
      if (!note.empty()) to.Note(std::move(note));
    }
  }

  std::string Outcome(const ir::Decision& decision) const {
    const bool always = finding_.code == &kAlwaysBroken;
    switch (decision.verdict) {
      case ir::Verdict::kLeftAlone:
        return "is left alone, since neither end is governed";
      case ir::Verdict::kDeny:
        return decision.rule ? "is denied" : "is denied by default";
      case ir::Verdict::kAllow:
        break;
    }
    if (!always) return "gets through";
    return "cannot meet what the policies ask for";
  }

  void ShowGoverned(Diagnostic& to, const ir::Connection& connection) {
    const ir::Identity& source = rules_.identities[connection.source];
    const ir::Identity& target = rules_.identities[connection.target];
    if (target.governed_ingress) {
      to.Also(target.origin.span, "governed: what comes in needs an allow");
    } else if (source.governed_egress) {
      to.Also(source.origin.span, "governed: what goes out needs an allow");
    }
  }

  const ir::RuleSet& rules_;
  const Finding& finding_;
  diag::Sink& sink_;
};

}  // namespace

std::string Text(const ir::RuleSet& rules, const ir::Connection& connection) {
  return Cat(ir::Name(rules, connection.source), " -> ",
             ir::Name(rules, connection.target), " ",
             values::ToString(connection.protocol, connection.port));
}

std::string Text(const ir::RuleSet& rules, const Witness& witness) {
  std::string text = Text(rules, witness.connection);
  return witness.after ? Cat(text, " after ", ir::Date(*witness.after)) : text;
}

std::string Text(const ir::RuleSet& rules, const ir::Decision& decision) {
  std::string text(ir::ToString(decision.verdict));
  if (!decision.rule)
    return decision.verdict == ir::Verdict::kDeny ? text + " by default" : text;
  const ir::Rule& by = rules.rules[*decision.rule];
  text += Cat(" by `", by.name, "`");
  if (by.origin.line != 0) text += Cat(" (", ir::ToString(by.origin), ")");
  if (decision.min_tls)
    text += Cat(", by TLS ", values::ToString(*decision.min_tls), " or later");
  for (ir::TlsList list : ir::kTlsLists) {
    const auto& asked = decision.names(list);
    if (!asked) continue;
    text += Cat(", ", ir::ToString(list), " ",
                asked->names.empty() ? "that cannot be met"
                                     : absl::StrJoin(asked->names, " or "));
  }
  if (decision.authentication_rule) text += ", authenticated by the connection";
  return text;
}

void Report(const ir::RuleSet& rules, const Finding& finding,
            diag::Sink& sink) {
  Writer(rules, finding, sink).Write();
}

}  // namespace pol::analysis
