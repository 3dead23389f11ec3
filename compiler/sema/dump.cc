#include <string>

#include "absl/strings/escaping.h"
#include "compiler/diag/cat.h"
#include "compiler/diag/render.h"
#include "compiler/sema/analyze.h"
#include "compiler/support/view.h"

namespace pol::sema {
namespace {

using diag::Cat;

std::string Quoted(std::string_view text) {
  return Cat("\"", absl::Utf8SafeCEscape(support::ToAbsl(text)), "\"");
}

class Dumper {
 public:
  Dumper(const Model& model, const support::SourceSet& sources)
      : model_(model), sources_(sources) {}

  std::string Run() {
    for (size_t i = 0; i < model_.identities.size(); ++i) {
      const Identity& identity = model_.identities[i];
      Head("identity", identity.span);
      out_ += Cat(" ", i, " ", identity.id.text(),
                  identity.name.empty() ? "" : " named ", identity.name, "\n");
    }
    for (const Workload& workload : model_.workloads) Add(workload);
    for (const Endpoint& endpoint : model_.endpoints) {
      Head("endpoint", endpoint.span);
      out_ += Cat(" ", Quoted(endpoint.name), " is ", endpoint.identity);
      Addresses(endpoint.addresses);
    }
    for (const Policy& policy : model_.policies) Add(policy);
    for (const File& file : model_.files) Add(file);
    for (const Fcontext& fcontext : model_.fcontexts) {
      Head("fcontext", fcontext.span);
      out_ += Cat(" ", Quoted(fcontext.path), " ",
                  values::ToString(fcontext.kind), " ",
                  fcontext.context.has_value() ? fcontext.context->ToString()
                                               : "<<none>>",
                  "\n");
    }
    return std::move(out_);
  }

 private:
  void Head(std::string_view noun, Span span) {
    out_ += Cat(diag::Place(sources_, span), ": ", noun);
  }

  void Addresses(const std::vector<values::Cidr>& addresses) {
    for (const values::Cidr& address : addresses) {
      out_ += Cat(" ", address.ToString());
    }
    out_ += "\n";
  }

  void Add(const Workload& workload) {
    constexpr std::string_view kEnforce[] = {"both", "ingress", "egress"};
    Head("workload", workload.span);
    out_ += Cat(" ", Quoted(workload.name), " is ", workload.identity);
    if (workload.systemd_unit) out_ += Cat(" unit ", *workload.systemd_unit);
    if (workload.cgroup) out_ += Cat(" cgroup ", Quoted(*workload.cgroup));
    if (workload.user) out_ += Cat(" user ", *workload.user);
    out_ += Cat(" enforce ", kEnforce[static_cast<int>(workload.enforce)]);
    Addresses(workload.addresses);
  }

  void References(std::string_view what,
                  const std::vector<IdentityRef>& identities, Span span) {
    out_ += Cat("  ", what);
    for (IdentityRef identity : identities) out_ += Cat(" ", identity);
    Said(span);
  }

  // Where a refusal points to.
  void Said(Span span) {
    out_ += Cat(" (line ", sources_.Locate(span).line, ")\n");
  }

  void Add(const Policy& policy) {
    Head("policy", policy.span);
    out_ += Cat(" ", Quoted(policy.name),
                policy.effect == Effect::kAllow ? " allow " : " deny ",
                values::ToString(policy.protocol),
                policy.mode == Mode::kAudit ? " audit" : "");
    if (!policy.reason.empty()) out_ += Cat(" ", Quoted(policy.reason));
    out_ += "\n";
    References("source", policy.sources, policy.source_span);
    References("target", policy.targets, policy.target_span);
    out_ += "  ports";
    for (const values::PortRange& range : policy.ports) {
      out_ += Cat(" ", range.ToString());
    }
    Said(policy.port_span);
    if (policy.tls.has_value()) {
      out_ += Cat("  tls ", values::ToString(policy.tls->min_version));
      Said(policy.tls->span);
    }
  }

  void Add(const File& file) {
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
    out_ += "\n";
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
