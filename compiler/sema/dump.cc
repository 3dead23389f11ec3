#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "compiler/diag/cat.h"
#include "compiler/diag/render.h"
#include "compiler/sema/analyze.h"
#include "compiler/support/view.h"
#include "compiler/values/timestamp.h"

namespace pol::sema {
namespace {

using diag::Cat;

std::string Quoted(std::string_view text) {
  return Cat("\"", absl::Utf8SafeCEscape(support::ToAbsl(text)), "\"");
}

std::string Moment(int64_t unix_seconds) {
  return values::Timestamp{unix_seconds}.ToString();
}

class Dumper {
 public:
  Dumper(const Model& model, const support::SourceSet& sources)
      : model_(model), sources_(sources) {}

  std::string Run() {
    for (size_t i = 0; i < model_.identities.size(); ++i) {
      const Identity& identity = model_.identities[i];
      Head("identity", identity.span);
      Line(Cat(" ", i, " ", identity.id.text(),
               identity.name.empty() ? "" : " named ", identity.name));
    }
    for (const Pattern& pattern : model_.patterns) {
      Head("pattern", pattern.span);
      Line(Cat(" ", pattern.pattern.text(),
               pattern.name.empty() ? "" : " named ", pattern.name));
    }
    for (const IdentitySet& set : model_.identity_sets) Add(set);
    for (const TrustDomain& domain : model_.trust_domains) Add(domain);
    for (const Workload& workload : model_.workloads) Add(workload);
    for (const Endpoint& endpoint : model_.endpoints) {
      Head("endpoint", endpoint.span);
      out_ += Cat(" ", Quoted(endpoint.name), " is ", endpoint.identity);
      Addresses(endpoint.addresses);
    }
    for (const Policy& policy : model_.policies) Add(policy);
    AddFiles();
    AddStatements();
    return std::move(out_);
  }

 private:
  void Line(std::string_view text) { out_ += Cat(text, "\n"); }

  void Head(std::string_view noun, Span span) {
    out_ += Cat(diag::Place(sources_, span), ": ", noun);
  }

  void Addresses(const std::vector<values::Cidr>& addresses) {
    for (const values::Cidr& address : addresses) {
      out_ += Cat(" ", address.ToString());
    }
    out_ += "\n";
  }

  // Where a refusal points to.
  void Said(Span span) {
    out_ += Cat(" (line ", sources_.Locate(span).line, ")\n");
  }

  void AddPeers(std::string_view what, const Peers& peers) {
    out_ += Cat("  ", what);
    for (IdentityRef identity : peers.identities) out_ += Cat(" ", identity);
    for (PatternRef pattern : peers.patterns) {
      out_ += Cat(" ", model_.patterns[pattern].pattern.text());
    }
    for (SetRef set : peers.sets) {
      out_ += Cat(" set ", model_.identity_sets[set].name);
    }
    if (peers.unknown) out_ += " unknown";
    if (peers.any) out_ += " any";
    Said(peers.span);
  }

  void AddPorts(const std::vector<values::PortRange>& ports) {
    for (const values::PortRange& range : ports) {
      out_ += Cat(" ", range.ToString());
    }
  }

  void Add(const IdentitySet& set) {
    Head("identity_set", set.span);
    Line(Cat(" ", Quoted(set.name)));
    AddPeers("include", set.include);
    const Peers& out = set.exclude;
    if (out.span != Span()) AddPeers("exclude", out);
  }

  void Add(const TrustDomain& domain) {
    Head("trust_domain", domain.span);
    out_ += Cat(" ", domain.name);
    if (!domain.bundle.empty()) out_ += Cat(" bundle ", Quoted(domain.bundle));
    for (const std::string& other : domain.federates_with) {
      out_ += Cat(" federates with ", other);
    }
    if (domain.max_svid_ttl) out_ += Cat(" ttl ", *domain.max_svid_ttl, "s");
    out_ += "\n";
  }

  void Add(const Workload& workload) {
    constexpr std::string_view kEnforce[] = {"both", "ingress", "egress"};
    Head("workload", workload.span);
    out_ += Cat(" ", Quoted(workload.name), " is ", workload.identity);
    if (workload.systemd_unit) out_ += Cat(" unit ", *workload.systemd_unit);
    if (workload.cgroup) out_ += Cat(" cgroup ", Quoted(*workload.cgroup));
    if (workload.exec) out_ += Cat(" exec ", Quoted(*workload.exec));
    if (workload.user) out_ += Cat(" user ", *workload.user);
    out_ += Cat(" enforce ", kEnforce[static_cast<int>(workload.enforce)]);
    Addresses(workload.addresses);
    for (const Listen& listen : workload.listens) {
      out_ += Cat("  listen ", values::ToString(listen.protocol));
      AddPorts(listen.ports);
      Said(listen.span);
    }
  }

  void AddTls(const Tls& tls) {
    out_ += Cat("  tls ", values::ToString(tls.min_version));
    auto add = [&](std::string_view what, const std::vector<std::string>& of) {
      if (of.empty()) return;
      out_ += Cat(" ", what, " ", absl::StrJoin(of, ","));
    };
    add("server", tls.server_names);
    add("alpn", tls.alpn);
    add("key_exchange", tls.key_exchange);
    add("cipher", tls.cipher_suites);
    if (!tls.starttls.empty()) out_ += Cat(" starttls ", tls.starttls);
    Said(tls.span);
  }

  void Add(const Policy& policy) {
    Head("policy", policy.span);
    out_ += Cat(" ", Quoted(policy.name),
                policy.effect == Effect::kAllow ? " allow " : " deny ",
                values::ToString(policy.protocol),
                policy.mode == Mode::kAudit ? " audit" : "");
    if (policy.connection_authentication) out_ += " authenticated";
    if (policy.not_after) {
      out_ += Cat(" not after ", Moment(*policy.not_after));
    }
    if (!policy.reason.empty()) out_ += Cat(" ", Quoted(policy.reason));
    out_ += "\n";
    AddPeers("source", policy.sources);
    AddPeers("target", policy.targets);
    out_ += "  ports";
    AddPorts(policy.ports);
    Said(policy.port_span);
    if (policy.tls.has_value()) AddTls(*policy.tls);
  }

  void AddFiles() {
    for (const File& file : model_.files) {
      Head("file", file.span);
      out_ += Cat(" ", Quoted(file.path));
      if (file.context.has_value()) {
        out_ += Cat(" ", file.context->ToString());
      }
      if (file.manages_capabilities) {
        out_ += Cat(" capabilities ", file.capabilities.has_value()
                                          ? Quoted(file.capabilities->text())
                                          : "none");
      }
      if (file.capabilities_rootid != 0) {
        out_ += Cat(" rootid ", file.capabilities_rootid);
      }
      if (file.report_drift) out_ += " drift report";
      out_ += "\n";
    }
    for (const Fcontext& fcontext : model_.fcontexts) {
      Head("fcontext", fcontext.span);
      Line(Cat(" ", Quoted(fcontext.path), " ", values::ToString(fcontext.kind),
               " ",
               fcontext.context.has_value() ? fcontext.context->ToString()
                                            : "<<none>>",
               fcontext.report_drift ? " drift report" : ""));
    }
    for (const SelinuxBoolean& boolean : model_.booleans) {
      Head("boolean", boolean.span);
      Line(Cat(" ", boolean.name, boolean.value ? " on" : " off"));
    }
    for (const SelinuxPort& port : model_.selinux_ports) {
      Head("port", port.span);
      Line(Cat(" ", port.type, " ", values::ToString(port.protocol), " ",
               port.ports.ToString()));
    }
    for (const SelinuxPermissive& permissive : model_.permissives) {
      Head("permissive", permissive.span);
      Line(Cat(" ", permissive.type));
    }
    for (const SelinuxEquivalence& one : model_.selinux_equivalences) {
      Head("equivalence", one.span);
      Line(Cat(" ", Quoted(one.path), " equal to ", Quoted(one.equal_to)));
    }
  }

  void AddStatements() {
    constexpr std::string_view kExpect[] = {"allow", "deny", "unmanaged"};
    constexpr std::string_view kKinds[] = {"never", "only", "always"};
    for (const ConnectTest& test : model_.connect_tests) {
      Head("test", test.span);
      Line(Cat(" ", Quoted(test.name), " ", values::ToString(test.protocol),
               values::HasPorts(test.protocol) ? Cat(" ", test.port) : "",
               " tls ", test.tls ? values::ToString(*test.tls) : "none",
               " expect ", kExpect[static_cast<int>(test.expect)],
               test.by ? " by " : "",
               test.by ? model_.policies[*test.by].name : ""));
      AddPeers("from", test.from);
      AddPeers("to", test.to);
    }
    for (const PathTest& test : model_.path_tests) {
      Head("test", test.span);
      Line(Cat(" ", Quoted(test.name), " ", Quoted(test.path), " ",
               values::ToString(test.kind), " expect ", test.expect));
    }
    for (const Invariant& invariant : model_.invariants) {
      Head(kKinds[static_cast<int>(invariant.kind)], invariant.span);
      out_ += Cat(" ", Quoted(invariant.name));
      if (invariant.protocol) {
        out_ += Cat(" ", values::ToString(*invariant.protocol));
      }
      AddPorts(invariant.ports);
      if (invariant.tls.kind == TlsState::Kind::kClear) out_ += " tls none";
      if (invariant.tls.kind == TlsState::Kind::kTls) {
        out_ += Cat(" tls ", invariant.tls.version
                                 ? values::ToString(*invariant.tls.version)
                                 : "any");
      }
      out_ += "\n";
      AddPeers("from", invariant.from);
      AddPeers("to", invariant.to);
    }
    for (const Equivalence& equivalence : model_.equivalences) {
      Head("equivalent_to", equivalence.span);
      Line(Cat(" ", Quoted(equivalence.name), " ", equivalence.revision));
    }
    for (const Waiver& waiver : model_.waivers) {
      Head("waiver", waiver.span);
      out_ += Cat(" ", Quoted(waiver.name));
      if (waiver.code != 0) out_ += Cat(" P", waiver.code);
      if (!waiver.invariant.empty()) {
        out_ += Cat(" invariant ", Quoted(waiver.invariant));
      }
      if (waiver.policy) {
        out_ += Cat(" policy ", model_.policies[*waiver.policy].name);
      }
      if (waiver.workload) {
        out_ += Cat(" workload ", model_.workloads[*waiver.workload].name);
      }
      Line(
          Cat(" until ", Moment(waiver.not_after), " ", Quoted(waiver.reason)));
    }
  }

  const Model& model_;
  const support::SourceSet& sources_;
  std::string out_;
};

}  // namespace

std::string Dump(const Model& model, const support::SourceSet& sources) {
  return Dumper(model, sources).Run();
}

}  // namespace pol::sema
