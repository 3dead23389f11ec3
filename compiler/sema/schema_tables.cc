#include "compiler/sema/diagnostics.h"
#include "compiler/sema/schema.h"

namespace pol::sema {
namespace {

BlockRule FileRule() {
  return {.type = "file",
          .labels = Labels::kOne,
          .attributes = {{"selinux"}, {"capabilities"}}};
}

BlockRule PolicyRule() {
  return {.type = "policy",
          .labels = Labels::kOne,
          .attributes = {{"source_identity"},
                         {"target_identity"},
                         {"port"},
                         {"protocol"},
                         {"tls_required"},
                         {"effect"},
                         {"mode"},
                         {"source"},
                         {"target"},
                         {"ports"},
                         {"authentication"},
                         {"reason"},
                         {"not_after", false, &kAttributeLater}},
          .blocks = {{.type = "tls",
                      .once = true,
                      .attributes = {{"min_version", true},
                                     {"server_names", false, &kNetworkLater},
                                     {"alpn", false, &kNetworkLater},
                                     {"key_exchange", false, &kNetworkLater},
                                     {"starttls", false, &kNetworkLater}}}}};
}

BlockRule WorkloadRule() {
  return {.type = "workload",
          .labels = Labels::kOne,
          .attributes = {{"identity", true},
                         {"systemd_unit"},
                         {"cgroup"},
                         {"user"},
                         {"addresses"},
                         {"enforce"},
                         {"exec", false, &kNetworkLater}},
          .blocks = {FileRule(), {.type = "listen", .later = &kNetworkLater}}};
}

BlockRule EndpointRule(std::string_view type) {
  return {.type = type,
          .labels = Labels::kOne,
          .attributes = {{"addresses", true}, {"identity", true}}};
}

BlockRule Later(std::string_view type) {
  return {.type = type, .labels = Labels::kAny, .later = &kBlockLater};
}

}  // namespace

const std::vector<BlockRule>& FileRules() {
  static const auto& rules = *new std::vector<BlockRule>{
      {.type = "language", .once = true, .attributes = {{"edition", true}}},
      {.type = "locals", .any_attribute = true},
      {.type = "trust_domain",
       .labels = Labels::kOne,
       .attributes = {{"bundle", false, &kAttributeLater},
                      {"federates_with", false, &kAttributeLater}}},
      {.type = "identity",
       .labels = Labels::kOne,
       .attributes = {{"spiffe", true}}},
      WorkloadRule(),
      EndpointRule("endpoint"),
      EndpointRule("host"),
      PolicyRule(),
      FileRule(),
      {.type = "fcontext",
       .labels = Labels::kAtMostOne,
       .attributes = {{"path", true}, {"kind"}, {"context", true}}},
      Later("variable"),
      Later("output"),
      Later("module"),
      Later("function"),
      Later("identity_set"),
      Later("selinux"),
      Later("test"),
      Later("invariant"),
      Later("waiver")};
  return rules;
}

}  // namespace pol::sema
