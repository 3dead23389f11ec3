#include "compiler/driver/explain.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/bundle/origin.h"
#include "compiler/ir/decide.h"
#include "compiler/ir/dump.h"
#include "compiler/support/view.h"

namespace pol::driver {
namespace {

// "workload.pg" -> the name behind the dot, when the kind in front is the one
// asked for.
std::optional<std::string> NameOf(const std::string& end,
                                  std::string_view kind) {
  std::string prefix = absl::StrCat(support::ToAbsl(kind), ".");
  if (!absl::StartsWith(end, prefix)) return std::nullopt;
  return end.substr(prefix.size());
}

template <typename List>
const values::SpiffeId* FindNamed(const List& blocks, const std::string& name,
                                  const sema::Model& model) {
  for (const auto& block : blocks) {
    if (block.name == name) return &model.identities[block.identity].id;
  }
  return nullptr;
}

// The SPIFFE ID behind a name of the policy; null when there is none.
const values::SpiffeId* FindId(const std::string& end,
                               const sema::Model& model) {
  if (auto name = NameOf(end, "workload"))
    return FindNamed(model.workloads, *name, model);
  if (auto name = NameOf(end, "endpoint"))
    return FindNamed(model.endpoints, *name, model);
  if (auto name = NameOf(end, "host"))
    return FindNamed(model.endpoints, *name, model);
  auto name = NameOf(end, "identity");
  for (const sema::Identity& identity : model.identities) {
    if (name ? identity.name == *name : identity.id.text() == end)
      return &identity.id;
  }
  return nullptr;
}

// Whoever stands for a SPIFFE ID that the policy does not mention: the region
// whose members match the same patterns. Without regions it is nobody that the
// rules know.
ir::IdentityNumber RegionOf(const values::SpiffeId& id,
                            const Compilation::Result& result) {
  const auto& identities = result.rules.identities;
  for (ir::IdentityNumber i = result.rules.named; i < identities.size(); ++i) {
    const bool alike =
        std::all_of(result.model.patterns.begin(), result.model.patterns.end(),
                    [&](const sema::Pattern& pattern) {
                      return pattern.pattern.Matches(id) ==
                             pattern.pattern.Matches(identities[i].id);
                    });
    if (alike) return i;
  }
  return ir::kUnknown;
}

// A region goes by the name that was asked for.
std::string NameOf(const std::string& asked, ir::IdentityNumber number,
                   const Compilation::Result& result) {
  return number < result.rules.named ? ir::Name(result.rules, number) : asked;
}

absl::StatusOr<ir::IdentityNumber> Number(const std::string& end,
                                          const Compilation::Result& result) {
  if (end == "unknown") return ir::kUnknown;
  if (const values::SpiffeId* id = FindId(end, result.model)) {
    const auto& identities = result.rules.identities;
    auto found = std::find_if(
        identities.begin(), identities.end(),
        [id](const ir::Identity& identity) { return identity.id == *id; });
    return static_cast<ir::IdentityNumber>(found - identities.begin());
  }
  const auto id = values::SpiffeId::Parse(end);
  if (id.ok()) return RegionOf(*id, result);
  return absl::NotFoundError(
      absl::StrCat("`", end,
                   "` is neither a SPIFFE ID nor a workload, endpoint or "
                   "identity of this policy"));
}

std::string Line(std::string_view label, const std::string& text,
                 const ir::Origin& origin) {
  return absl::StrCat(
      "  ", support::ToAbsl(label), ": ", text,
      origin.line != 0 ? absl::StrCat(" (", ir::ToString(origin), ")") : "",
      "\n");
}

std::string DefaultDenyLine(const Compilation::Result& result,
                            const ir::Connection& connection) {
  bundle::Nearest nearest = bundle::ExplainDefaultDeny(
      result.message,
      {connection.source, connection.target,
       static_cast<uint32_t>(connection.protocol), connection.port});
  return absl::StrCat("  default deny: ", nearest.text, " (",
                      bundle::Text(nearest.origin), ")\n");
}

absl::Status CheckQuestion(const Question& question) {
  const values::Protocol protocol = question.protocol;
  const absl::string_view name = support::ToAbsl(values::ToString(protocol));
  if (!values::PortsOf(protocol).Contains(question.port)) {
    return absl::InvalidArgumentError(
        values::HasPorts(protocol)
            ? absl::StrCat("say which port: connections by ", name,
                           " have one from 1 to 65535")
            : absl::StrCat(name, " has no ports"));
  }
  if (question.tls && protocol != values::Protocol::kTcp) {
    return absl::InvalidArgumentError(
        absl::StrCat("TLS runs over tcp; this connection is by ", name));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Answer> Explain(const Compilation::Result& result,
                               const Question& question) {
  POL_RETURN_IF_ERROR(CheckQuestion(question));
  ir::Connection connection;
  POL_ASSIGN_OR_RETURN(connection.source, Number(question.from, result));
  POL_ASSIGN_OR_RETURN(connection.target, Number(question.to, result));
  connection.protocol = question.protocol;
  connection.port = question.port;
  ir::Decision decision = ir::Decide(result.rules, connection);
  std::optional<ir::SeenTls> seen;
  if (question.tls) seen.emplace().version = *question.tls;
  std::optional<ir::Unmet> unmet = ir::FirstUnmet(decision, seen);

  Answer answer;
  answer.allowed = decision.verdict != ir::Verdict::kDeny && !unmet;
  std::string encryption =
      question.tls
          ? absl::StrCat("TLS ",
                         support::ToAbsl(values::ToString(*question.tls)))
          : "clear text";
  absl::StrAppend(
      &answer.text,
      decision.verdict == ir::Verdict::kLeftAlone ? "left alone"
      : answer.allowed                            ? "allowed"
                                                  : "denied",
      ": ", NameOf(question.from, connection.source, result), " -> ",
      NameOf(question.to, connection.target, result), " ",
      values::ToString(question.protocol, question.port),
      values::HasPorts(question.protocol) ? absl::StrCat(", ", encryption) : "",
      "\n");
  if (decision.rule) {
    const ir::Rule& rule = result.rules.rules[*decision.rule];
    bool allow = rule.effect == ir::Effect::kAllow;
    absl::StrAppend(&answer.text,
                    Line(allow ? "allowed by" : "denied by",
                         absl::StrCat("policy ", rule.name), rule.origin));
  } else if (decision.verdict == ir::Verdict::kDeny) {
    // A host knows no regions.
    ir::Connection on_host = connection;
    if (on_host.source >= result.rules.named) on_host.source = ir::kUnknown;
    if (on_host.target >= result.rules.named) on_host.target = ir::kUnknown;
    absl::StrAppend(&answer.text, DefaultDenyLine(result, on_host));
  } else {
    absl::StrAppend(&answer.text,
                    "  neither end is governed in this direction\n");
  }
  if (decision.min_tls) {
    const ir::Rule& rule = result.rules.rules[*decision.tls_rule];
    absl::StrAppend(
        &answer.text,
        Line(unmet && !unmet->list ? "refused for" : "requires",
             absl::StrCat("TLS ",
                          support::ToAbsl(values::ToString(*decision.min_tls)),
                          " or later, policy ", rule.name),
             rule.tls_origin));
  }
  for (ir::TlsList list : ir::kTlsLists) {
    const std::optional<ir::AskedNames>& asked = decision.names(list);
    if (!asked) continue;
    const ir::Rule& rule = result.rules.rules[asked->rule];
    absl::StrAppend(
        &answer.text,
        Line(unmet && unmet->list == list ? "refused for" : "requires",
             absl::StrCat(support::ToAbsl(ir::ToString(list)), " ",
                          absl::StrJoin(asked->names, " or "), ", policy ",
                          rule.name),
             rule.tls_origin));
  }
  if (decision.authentication_rule) {
    const ir::Rule& rule = result.rules.rules[*decision.authentication_rule];
    absl::StrAppend(&answer.text,
                    Line("requires",
                         absl::StrCat("an identity proved by the connection, "
                                      "policy ",
                                      rule.name),
                         rule.origin));
  }
  return answer;
}

}  // namespace pol::driver
