#include "compiler/sema/schema.h"
#include "compiler/values/protocol.h"

namespace pol::sema {
namespace {

using Words = std::vector<std::string_view>;

Words Protocols() {
  Words words;
  for (values::Protocol protocol : values::kProtocols)
    words.push_back(values::ToString(protocol));
  return words;
}

Words ProtocolsWithPorts() {
  Words words;
  for (values::Protocol protocol : values::kProtocols) {
    if (values::HasPorts(protocol)) words.push_back(values::ToString(protocol));
  }
  return words;
}

BlockRule LanguageRule() {
  return {.type = "language",
          .doc = "For which edition of the language the file was written.",
          .once = true,
          .attributes = {{"edition", "number", "The edition; 1.", true}}};
}

BlockRule VariableRule() {
  return {
      .type = "variable",
      .doc =
          "An input of the module: set by the module's caller, or for the "
          "root by `--var`, `--var-file` and `*.auto.polvars`.",
      .labels = Labels::kOne,
      .attributes =
          {{"type", "type",
            "What the value must be: `string`, `number`, `bool`, `any`, "
            "`list(…)`, `set(…)`, `map(…)`, `object({…})`, `tuple([…])`."},
           {"default", "any value", "The value when none is given."},
           {"description", "string", "Text for people."},
           {"nullable", "bool", "Whether `null` may be given; true."}},
      .blocks = {{.type = "validation",
                  .doc = "A condition that the value must meet.",
                  .attributes = {{"condition", "bool",
                                  "An expression over `var.NAME`.", true},
                                 {"error_message", "string",
                                  "What to say when it is false.", true}}}}};
}

BlockRule LocalsRule() {
  return {.type = "locals",
          .doc = "Names for values of this module, used as `local.NAME`.",
          .any_attribute = true};
}

BlockRule OutputRule() {
  return {.type = "output",
          .doc = "What the module hands out: `module.CALL.NAME` outside of it.",
          .labels = Labels::kOne,
          .attributes = {{"value", "any value", "The value.", true},
                         {"description", "string", "Text for people."}}};
}

BlockRule ModuleRule() {
  return {.type = "module",
          .doc =
              "Another folder of policies, or an archive of one, with values "
              "for its variables.",
          .labels = Labels::kOne,
          .any_attribute = true,
          .attributes = {
              {"source", "string",
               "A folder (`./net`) or an archive (`./base.tar.gz`), relative "
               "to this file's folder.",
               true},
              {"digest", "string",
               "`sha256:…` of what must be found there; archives need it."}}};
}

BlockRule FunctionRule() {
  return {.type = "function",
          .doc = "A pure function of the module; it may not call itself.",
          .labels = Labels::kOne,
          .attributes = {
              {"params", "list of names", "Its parameters, `[a, b]`.", true},
              {"result", "expression", "What it gives.", true},
              {"description", "string", "Text for people."}}};
}

BlockRule TrustDomainRule() {
  return {.type = "trust_domain",
          .doc =
              "A SPIFFE trust domain: whose signatures count, and where its "
              "keys come from.",
          .labels = Labels::kOne,
          .attributes = {
              {"bundle", "string",
               "The file with the domain's X.509 roots, an absolute path."},
              {"federates_with", "list of strings",
               "Trust domains whose identities are believed too."},
              {"max_svid_ttl", "duration",
               "The longest life of an SVID that is believed, `\"1h\"`."}}};
}

BlockRule IdentityRule() {
  return {
      .type = "identity",
      .doc = "A name for a SPIFFE ID, or for a pattern of them.",
      .labels = Labels::kOne,
      .attributes = {{"spiffe", "SPIFFE ID or pattern",
                      "`spiffe://gov.cn/ns/app`; in a pattern `*` stands for a "
                      "segment or a part of one, a last `**` for one or more.",
                      true}}};
}

BlockRule IdentitySetRule() {
  return {.type = "identity_set",
          .doc = "A set of identities: all that are included and not excluded.",
          .labels = Labels::kOne,
          .attributes = {
              {"include", "list of identities",
               "SPIFFE IDs, patterns, `identity.N`, `workload.N`, "
               "`endpoint.N`, `identity_set.N`.",
               true},
              {"exclude", "list of identities", "What is taken out again."}}};
}

AttributeRule DriftRule() {
  return {"drift",
          "word",
          "What the agent does when it differs later on: `correct` it, as it "
          "does unless said, or only `report` it.",
          false,
          {"correct", "report"}};
}

BlockRule FileRule() {
  return {.type = "file",
          .doc = "One file: its label and its capabilities.",
          .labels = Labels::kOne,
          .attributes = {
              {"selinux", "security context",
               "The file's label, `system_u:object_r:httpd_exec_t:s0`."},
              {"capabilities", "list of names or text",
               "`[\"cap_net_bind_service\"]` (permitted and effective), any "
               "text of `cap_from_text(3)`, or `[]` for none."},
              {"capabilities_rootid", "number",
               "The user ID, on the host, of the root of the user namespaces "
               "in which alone the capabilities count: `100000`. 0 is the "
               "host's own root, as if it were not there."},
              DriftRule()}};
}

BlockRule ListenRule() {
  return {.type = "listen",
          .doc =
              "Ports that the workload serves; policies are checked against "
              "them.",
          .attributes = {
              {"port", "port or range", "One port: `5432`, `\"8000-8099\"`."},
              {"ports", "list of ports and ranges", "Several."},
              {"protocol", "word", "`tcp` unless said.", false,
               ProtocolsWithPorts()}}};
}

BlockRule WorkloadRule() {
  return {.type = "workload",
          .doc =
              "Which processes bear an identity. A workload is governed: its "
              "connections need an allow.",
          .labels = Labels::kOne,
          .attributes =
              {{"identity", "SPIFFE ID or identity.N", "Who it is.", true},
               {"systemd_unit", "string",
                "`\"postgresql.service\"`: the processes of that unit."},
               {"cgroup", "string",
                "`\"/finance\"`: the processes below that cgroup."},
               {"exec", "path", "The program that the processes run."},
               {"user", "login name or uid", "The user they run as."},
               {"addresses", "list of addresses and blocks",
                "Where it is reached: `[\"10.0.0.2\", \"fd00::/64\"]`."},
               {"enforce",
                "word",
                "Which of its connections need an allow; `both` unless said.",
                false,
                {"both", "ingress", "egress"}}},
          .blocks = {FileRule(), ListenRule()}};
}

BlockRule EndpointRule(std::string_view type) {
  return {.type = type,
          .doc =
              "A peer without an agent, known by its addresses. It is not "
              "governed.",
          .labels = Labels::kOne,
          .attributes = {
              {"addresses", "list of addresses and blocks",
               "Where it is; `[\"0.0.0.0/0\", \"::/0\"]` is the "
               "rest of the world.",
               true},
              {"identity", "SPIFFE ID or identity.N", "Who it is.", true}}};
}

BlockRule TlsRule() {
  return {
      .type = "tls",
      .doc =
          "What the connection's TLS has to be. Of a list, one has to be "
          "met.",
      .once = true,
      .attributes = {
          {"min_version",
           "word",
           "The oldest version; `1.2` unless said.",
           false,
           {"1.3", "1.2", "1.1", "1.0"}},
          {"server_names", "list of host names",
           "The client's server_name (RFC 6066)."},
          {"alpn", "list of protocol names",
           "The protocol agreed on (RFC 7301)."},
          {"key_exchange", "list of groups",
           "The key exchange, by its IANA or OpenSSL name."},
          {"cipher_suites", "list of suites",
           "The cipher suite, by its IANA or OpenSSL name."},
          {"starttls",
           "word",
           "What is spoken before TLS begins; by the port and the first bytes "
           "unless said.",
           false,
           {"none", "postgres", "mysql", "smtp", "lmtp", "imap", "pop3", "ldap",
            "ftp", "xmpp", "irc", "nntp", "sieve"}}}};
}

BlockRule PolicyRule() {
  return {
      .type = "policy",
      .doc = "Who may connect to whom, on which ports, with what TLS.",
      .labels = Labels::kOne,
      .attributes =
          {{"source_identity", "identity", "The short form of `source`."},
           {"target_identity", "identity", "The short form of `target`."},
           {"source", "identities",
            "Who connects: SPIFFE IDs, patterns, `identity.N`, `workload.N`, "
            "`endpoint.N`, `identity_set.N`, `\"unknown\"` or `\"any\"`."},
           {"target", "identities", "Who is connected to."},
           {"port", "port or range", "`5432`, `\"6432-6439\"` or `\"any\"`."},
           {"ports", "list of ports and ranges", "Several."},
           {"protocol", "word", "`tcp` unless said.", false, Protocols()},
           {"effect",
            "word",
            "`deny` beats `allow`; `allow` unless said.",
            false,
            {"allow", "deny"}},
           {"mode",
            "word",
            "`audit`: decided and reported, not acted upon.",
            false,
            {"enforce", "audit"}},
           {"tls_required", "bool", "`true`: TLS 1.2 or later."},
           {"authentication",
            "word",
            "How the peer is known: by its `address`, or by the `connection` "
            "itself.",
            false,
            {"address", "connection"}},
           {"not_after", "date", "When the rule ends (RFC 3339)."},
           {"reason", "string", "Text for people."}},
      .blocks = {TlsRule()}};
}

BlockRule FcontextRule() {
  return {
      .type = "fcontext",
      .doc =
          "A rule for the labels of a tree of files, as in "
          "file_contexts(5).",
      .labels = Labels::kAtMostOne,
      .attributes = {
          {"path", "regular expression", "Of the whole path.", true},
          {"kind",
           "word",
           "Which files; `any` unless said.",
           false,
           {"any", "file", "directory", "link", "block", "character", "pipe",
            "socket"}},
          {"context", "security context", "The label, or `<<none>>`.", true},
          DriftRule()}};
}

BlockRule SelinuxRule() {
  return {
      .type = "selinux",
      .doc = "What SELinux has to know that file contexts cannot say.",
      .attributes = {{"permissive", "list of types",
                      "Domains whose denials are logged only."}},
      .blocks = {{.type = "boolean",
                  .doc = "A boolean of the SELinux policy.",
                  .labels = Labels::kOne,
                  .attributes = {{"value", "bool", "On or off.", true}}},
                 {.type = "port",
                  .doc = "Ports that bear a type.",
                  .labels = Labels::kOne,
                  .attributes = {{"protocol", "word", "`tcp` unless said.",
                                  false, ProtocolsWithPorts()},
                                 {"ports", "list of ports and ranges",
                                  "The ports.", true}}},
                 {.type = "equivalence",
                  .doc = "A folder that is labelled as another one is.",
                  .labels = Labels::kOne,
                  .attributes = {{"equal_to", "path",
                                  "The folder whose rules count.", true}}}}};
}

std::vector<AttributeRule> BoxAttributes() {
  return {
      {"from", "identities", "Who connects; anyone unless said."},
      {"to", "identities", "Who is connected to; anyone unless said."},
      {"port", "port or range", "Every port unless said."},
      {"ports", "list of ports and ranges", "Several."},
      {"protocol", "word", "Every protocol unless said.", false, Protocols()},
      {"tls", "bool or version",
       "`false`: in clear text; `true`: with TLS; `\"1.2\"`: with that "
       "version. Either way unless said."}};
}

BlockRule TestRule() {
  return {
      .type = "test",
      .doc = "An example: what must come out for one connection or one file.",
      .labels = Labels::kOne,
      .attributes =
          {{"expect", "string",
            "Of a connection `allow`, `deny` or `unmanaged`; of a path its "
            "label.",
            true},
           {"by", "policy.N", "The policy that decides."},
           {"path", "path", "The file."},
           {"kind",
            "word",
            "What the file is; `file` unless said.",
            false,
            {"file", "directory", "link", "block", "character", "pipe",
             "socket"}}},
      .blocks = {
          {.type = "connect",
           .doc = "The connection.",
           .once = true,
           .attributes = {
               {"from", "identity", "Who connects.", true},
               {"to", "identity", "Who is connected to.", true},
               {"port", "port", "The port; needed, but for `icmp`."},
               {"protocol", "word", "`tcp` unless said.", false, Protocols()},
               {"tls", "bool or version",
                "The version, or `false` (as when it is left out): in clear "
                "text."},
               {"server_name", "host name", "What the client asks for."},
               {"alpn", "protocol name", "What was agreed on."},
               {"key_exchange", "group", "What was agreed on."},
               {"cipher_suite", "suite", "What was agreed on."},
               {"starttls", "word", "What was spoken before TLS."}}}}};
}

BlockRule InvariantRule() {
  return {
      .type = "invariant",
      .doc = "A statement about all connections, proved by `check`.",
      .labels = Labels::kOne,
      .attributes = {{"equivalent_to", "string",
                      "`\"git:REV\"`: decides as the policy of that revision "
                      "does."}},
      .blocks = {{.type = "never",
                  .doc = "No such connection can be made.",
                  .attributes = BoxAttributes()},
                 {.type = "only",
                  .doc = "Nobody but `from` reaches `to` in this way.",
                  .attributes = BoxAttributes()},
                 {.type = "always",
                  .doc = "Every such connection is allowed.",
                  .attributes = BoxAttributes()}}};
}

BlockRule WaiverRule() {
  return {.type = "waiver",
          .doc = "Silences one finding until a day.",
          .labels = Labels::kOne,
          .attributes = {
              {"invariant", "string", "The invariant that may be violated."},
              {"code", "string", "The finding, `\"P4101\"`."},
              {"policy", "policy.N", "Where: the policy it is about."},
              {"workload", "workload.N", "Where: the workload it is about."},
              {"not_after", "date", "The last moment (RFC 3339).", true},
              {"reason", "string", "Why, for people.", true}}};
}

}  // namespace

const std::vector<BlockRule>& FileRules() {
  static const auto& rules =
      *new std::vector<BlockRule>{LanguageRule(),
                                  VariableRule(),
                                  LocalsRule(),
                                  OutputRule(),
                                  ModuleRule(),
                                  FunctionRule(),
                                  TrustDomainRule(),
                                  IdentityRule(),
                                  IdentitySetRule(),
                                  WorkloadRule(),
                                  EndpointRule("endpoint"),
                                  EndpointRule("host"),
                                  PolicyRule(),
                                  FileRule(),
                                  FcontextRule(),
                                  SelinuxRule(),
                                  TestRule(),
                                  InvariantRule(),
                                  WaiverRule()};
  return rules;
}

}  // namespace pol::sema
