#include "compiler/polc/host_text.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace pol::polc {
namespace {

using apply::v1::Change;
using apply::v1::Effect;
using apply::v1::FenceReport;
using apply::v1::Finding;
using apply::v1::HostStatus;
using apply::v1::Outcome;
using apply::v1::Plan;
using apply::v1::TableNumbers;

// Enough of a digest to tell bundles apart.
std::string Short(const std::string& digest) { return digest.substr(0, 12); }

const char* Words(apply::v1::EffectKind kind) {
  switch (kind) {
    case apply::v1::NEWLY_ALLOWED:
      return "newly allowed";
    case apply::v1::NO_LONGER_ALLOWED:
      return "no longer allowed";
    case apply::v1::NOW_REQUIRE_TLS:
      return "now require TLS";
    case apply::v1::NO_LONGER_REQUIRE_TLS:
      return "no longer require TLS";
    default:
      return "changed";
  }
}

const char* Sign(apply::v1::EffectKind kind) {
  switch (kind) {
    case apply::v1::NEWLY_ALLOWED:
      return "+";
    case apply::v1::NO_LONGER_ALLOWED:
      return "-";
    default:
      return "~";
  }
}

std::string InParentheses(const std::string& origin) {
  return origin.empty() ? "" : absl::StrCat(" (", origin, ")");
}

template <typename Names>
std::string NameList(const Names& names, uint32_t count) {
  std::string list = absl::StrJoin(names, ", ");
  uint32_t named = static_cast<uint32_t>(names.size());
  if (count > named) absl::StrAppend(&list, " and ", count - named, " others");
  return list;
}

std::string EffectLine(const Effect& effect) {
  std::string line =
      absl::StrCat("  ", Sign(effect.kind()), " ",
                   NameList(effect.sources(), effect.source_count()), " -> ",
                   NameList(effect.targets(), effect.target_count()), " ",
                   effect.protocol(), "/", effect.ports());
  if (!effect.tls_version().empty())
    absl::StrAppend(&line, " with TLS ", effect.tls_version(), " or later");
  absl::StrAppend(&line, ": ", Words(effect.kind()), " by ", effect.rule(),
                  InParentheses(effect.origin()), "\n");
  return line;
}

std::string ChangeLine(const Change& change) {
  const char* sign = change.before().empty()  ? "+"
                     : change.after().empty() ? "-"
                                              : "~";
  std::string values =
      change.before().empty() ? change.after()
      : change.after().empty()
          ? change.before()
          : absl::StrCat(change.before(), " -> ", change.after());
  return absl::StrCat("  ", sign, " ", change.object(), " ", change.aspect(),
                      ": ", values, InParentheses(change.origin()), "\n");
}

std::string FindingLine(const Finding& finding) {
  std::string code =
      finding.code().empty() ? "" : absl::StrCat("[", finding.code(), "]");
  return absl::StrCat("  warning", code, ": ", finding.object(), ": ",
                      finding.text(), InParentheses(finding.origin()), "\n");
}

void AppendFence(const FenceReport& fence, std::string& out) {
  if (fence.available() && fence.changes().empty() && fence.error().empty() &&
      fence.findings().empty()) {
    return;
  }
  absl::StrAppend(&out, fence.name(), ":");
  if (!fence.available()) {
    absl::StrAppend(&out, " not enforced on this host: ", fence.reason());
  }
  absl::StrAppend(&out, "\n");
  if (!fence.error().empty())
    absl::StrAppend(&out, "  cannot be read: ", fence.error(), "\n");
  for (const Change& change : fence.changes()) out += ChangeLine(change);
  for (const Finding& finding : fence.findings()) out += FindingLine(finding);
}

std::string TablesLine(const TableNumbers& tables) {
  return absl::StrCat(tables.rules(), " rules, ", tables.identities(),
                      " identities in ", tables.classes(), " classes, ",
                      tables.addresses(), " addresses, ", tables.intervals(),
                      " port intervals, ", tables.cells(), " cells");
}

}  // namespace

int CountChanges(const Plan& plan) {
  int changes = 0;
  for (const FenceReport& fence : plan.fences())
    changes += fence.changes_size();
  return changes;
}

std::string PlanText(const Plan& plan) {
  std::string out;
  std::vector<std::string> counts;
  for (const apply::v1::EffectCount& count : plan.counts())
    counts.push_back(absl::StrCat(Words(count.kind()), ": ", count.pairs()));
  if (!counts.empty())
    absl::StrAppend(&out, "connections ", absl::StrJoin(counts, "; "), "\n");
  for (const Effect& effect : plan.effects()) out += EffectLine(effect);
  if (plan.effects_left_out() != 0)
    absl::StrAppend(&out, "  … and ", plan.effects_left_out(), " more\n");
  for (const FenceReport& fence : plan.fences()) AppendFence(fence, out);

  int changes = CountChanges(plan);
  if (changes == 0) {
    return absl::StrCat(out, "nothing to do: the host holds bundle ",
                        Short(plan.target_digest()), " as generation ",
                        plan.active_generation(), "\n");
  }
  absl::StrAppend(&out, "in the kernel: ", TablesLine(plan.after()), "\n",
                  changes, changes == 1 ? " change" : " changes",
                  " for bundle ", Short(plan.target_digest()), "\n");
  return out;
}

std::string OutcomeText(const std::string& what, const Outcome& outcome) {
  if (!outcome.changed()) {
    return absl::StrCat("nothing to do: generation ", outcome.generation(),
                        ", bundle ", Short(outcome.digest()),
                        ", is in force\n");
  }
  if (outcome.generation() == 0)
    return absl::StrCat(what, ": no policy is in force now\n");
  std::string out =
      absl::StrCat(what, ": generation ", outcome.generation(), ", bundle ",
                   Short(outcome.digest()), ", is in force\n");
  if (outcome.drifted() != 0) {
    absl::StrAppend(
        &out, "put right: ", outcome.drifted(),
        outcome.drifted() == 1 ? " difference\n" : " differences\n");
  }
  return out;
}

bool HasDrifted(const HostStatus& status) {
  for (const FenceReport& fence : status.fences())
    if (!fence.changes().empty() || !fence.error().empty()) return true;
  return false;
}

std::string StatusText(const HostStatus& status) {
  if (!status.active()) return "no policy is in force\n";
  std::string out = absl::StrCat(
      "generation ", status.generation(), ", bundle ", Short(status.digest()),
      ", applied ",
      absl::FormatTime(absl::RFC3339_sec,
                       absl::FromUnixMillis(status.applied_unix_ms()),
                       absl::UTCTimeZone()),
      "\n");
  if (status.rolled_back_from() != 0) {
    absl::StrAppend(&out, "a rollback of generation ",
                    status.rolled_back_from(), "\n");
  }
  absl::StrAppend(&out, TablesLine(status.tables()), "\n");
  for (const FenceReport& fence : status.fences()) AppendFence(fence, out);
  absl::StrAppend(&out, HasDrifted(status)
                            ? "the host has drifted: polc apply puts it back\n"
                            : "the host is as the policy says\n");
  if (status.can_roll_back()) {
    absl::StrAppend(
        &out, "polc rollback returns to ",
        status.former_digest().empty()
            ? "no policy"
            : absl::StrCat("bundle ", Short(status.former_digest())),
        "\n");
  }
  return out;
}

}  // namespace pol::polc
