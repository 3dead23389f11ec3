#include "agent/service/decision.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compiler/bundle/origin.h"
#include "compiler/values/tls_version.h"

namespace pol::service {
namespace {

using bundle::v1::Bundle;
using bundle::v1::Origin;
using bundle::v1::Rule;

std::string TlsName(uint32_t version) {
  return std::string(
      values::ToString(static_cast<values::TlsVersion>(version)));
}

std::string Named(const std::string& text, const Origin& origin) {
  std::string place = bundle::Text(origin);
  return place.empty() ? text : absl::StrCat(text, " (", place, ")");
}

const Rule* Find(const Bundle& bundle, uint32_t id) {
  bool known = id != 0 && id <= static_cast<uint32_t>(bundle.rules_size());
  return known ? &bundle.rules(static_cast<int>(id) - 1) : nullptr;
}

bool IsDefault(const Decision& decision) {
  return decision.reason == "default-deny" || decision.reason == "unknown-peer";
}

// Which rule decided, and where it is written; empty when none did.
std::string Cause(const Decision& decision, const Bundle& bundle) {
  if (decision.verdict == Verdict::kRefused && IsDefault(decision)) {
    bundle::Nearest nearest = bundle::ExplainDefaultDeny(
        bundle, {decision.source, decision.target, decision.protocol,
                 decision.target_port});
    return Named(nearest.text, nearest.origin);
  }
  // An allow that asks for TLS and is refused nevertheless: the TLS was wrong.
  const Rule* rule = Find(bundle, decision.rule);
  const Rule* tls = Find(bundle, decision.tls_rule);
  bool by_tls = decision.verdict == Verdict::kRefused && tls != nullptr &&
                (rule == nullptr || rule->effect() == bundle::v1::EFFECT_ALLOW);
  if (by_tls) {
    const Origin& line =
        tls->tls_origin().line() != 0 ? tls->tls_origin() : tls->origin();
    return Named(absl::StrCat("policy ", tls->name(), " requires TLS ",
                              TlsName(tls->tls().min_version())),
                 line);
  }
  if (rule == nullptr) return "";
  std::string text = absl::StrCat("policy ", rule->name());
  if (!rule->reason().empty()) absl::StrAppend(&text, ", ", rule->reason());
  return Named(text, rule->origin());
}

std::string Audit(const Decision& decision, const Bundle* bundle) {
  if (!decision.audit_differs) return "";
  const char* would =
      decision.verdict == Verdict::kAllowed ? "REFUSED" : "ALLOWED";
  std::string text = absl::StrCat("; in audit: ", would);
  const Rule* rule = bundle ? Find(*bundle, decision.audit_rule) : nullptr;
  if (rule == nullptr) return text;
  return absl::StrCat(
      text, " by ",
      Named(absl::StrCat("policy ", rule->name()), rule->origin()));
}

std::string Name(const Bundle* bundle, uint32_t identity) {
  if (bundle == nullptr) return absl::StrCat("identity-", identity);
  return bundle::IdentityName(*bundle, identity);
}

std::string WithoutPort(const std::string& address) {
  return address.substr(0, address.rfind(':'));
}

std::string Line(const Decision& decision, const Bundle* bundle,
                 const std::string& source_address) {
  std::string line = absl::StrCat(
      decision.verdict == Verdict::kAllowed ? "ALLOWED " : "REFUSED ",
      decision.hook, " ", Name(bundle, decision.source), " -> ",
      Name(bundle, decision.target));
  if (!decision.target_address.empty()) {
    absl::StrAppend(&line, " ", source_address.empty() ? "-" : source_address,
                    " -> ", decision.target_address);
  }
  absl::StrAppend(&line, " ", decision.reason);
  std::string cause =
      bundle ? Cause(decision, *bundle)
             : absl::StrCat("rule ", decision.rule, " of generation ",
                            decision.generation);
  if (!cause.empty()) absl::StrAppend(&line, ": ", cause);
  if (!decision.tls_version.empty())
    absl::StrAppend(&line, " ", decision.tls_version);
  absl::StrAppend(&line, Audit(decision, bundle));
  return line;
}

}  // namespace

std::string FormatTime(int64_t unix_ms) {
  time_t seconds = unix_ms / 1000;
  tm parts = {};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> day = {};
  std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 48> text = {};
  std::snprintf(text.data(), text.size(), "%s.%03dZ", day.data(),
                static_cast<int>(unix_ms % 1000));
  return text.data();
}

std::string FormatDecision(const Decision& decision, const Bundle* bundle) {
  return absl::StrCat(FormatTime(decision.unix_ms), " ",
                      Line(decision, bundle, decision.source_address));
}

std::string DenialKey(const Decision& decision, const Bundle* bundle) {
  return Line(decision, bundle, WithoutPort(decision.source_address));
}

}  // namespace pol::service
