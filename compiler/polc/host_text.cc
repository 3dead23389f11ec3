#include "compiler/polc/host_text.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace pol::polc {
namespace {

using apply::v1::Effect;
using apply::v1::FenceReport;
using apply::v1::HostStatus;
using apply::v1::Outcome;
using apply::v1::Plan;
using apply::v1::TableNumbers;

// Enough of a digest to tell bundles apart.
std::string Short(const std::string& digest) { return digest.substr(0, 12); }

std::string Time(int64_t unix_ms) {
  return absl::FormatTime(absl::RFC3339_sec, absl::FromUnixMillis(unix_ms),
                          absl::UTCTimeZone());
}

// Empty when nothing waits.
std::string ConfirmLine(int64_t until_unix_ms) {
  if (until_unix_ms == 0) return "";
  return absl::StrCat("run `polc confirm` before ", Time(until_unix_ms),
                      ", or the generation before returns\n");
}

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

char Sign(apply::v1::EffectKind kind) {
  switch (kind) {
    case apply::v1::NEWLY_ALLOWED:
      return '+';
    case apply::v1::NO_LONGER_ALLOWED:
      return '-';
    default:
      return '~';
  }
}

template <typename Names>
std::string NameList(const Names& names, uint32_t count) {
  std::string list = absl::StrJoin(names, ", ");
  uint32_t named = static_cast<uint32_t>(names.size());
  if (count > named) absl::StrAppend(&list, " and ", count - named, " others");
  return list;
}

std::string EffectLine(const Effect& effect, const TextOptions& options) {
  std::string line =
      absl::StrCat("  ", Mark(Sign(effect.kind()), options), " ",
                   NameList(effect.sources(), effect.source_count()), " -> ",
                   NameList(effect.targets(), effect.target_count()), " ",
                   effect.protocol(), "/", effect.ports());
  if (!effect.tls_version().empty())
    absl::StrAppend(&line, " with TLS ", effect.tls_version(), " or later");
  absl::StrAppend(&line, ": ", Words(effect.kind()), " by ", effect.rule(),
                  InParentheses(effect.origin()), "\n");
  return line;
}

std::string TablesLine(const TableNumbers& tables) {
  return absl::StrCat(tables.rules(), " rules, ", tables.identities(),
                      " identities in ", tables.classes(), " classes, ",
                      tables.addresses(), " addresses, ", tables.intervals(),
                      " port intervals, ", tables.cells(), " cells");
}

// What the tables need, each of them when asked for details.
std::string KernelText(const Plan& plan, const TextOptions& options) {
  if (plan.kernel_tables().empty()) return "";
  std::string out = absl::StrCat("; ", plan.kernel_programs(), " programs, ",
                                 plan.kernel_bytes(), " bytes of tables");
  if (options.detail == Detail::kShort) return out;
  for (const apply::v1::KernelTable& table : plan.kernel_tables()) {
    absl::StrAppend(&out, "\n  ", table.name(), ": ", table.entries(), " of ",
                    table.limit(), " entries, ", table.bytes(), " bytes");
  }
  return out;
}

}  // namespace

uint64_t CountChanges(const Plan& plan) {
  const apply::v1::PlanCounts& counts = plan.changes();
  return counts.add() + counts.change() + counts.remove();
}

std::string PlanText(const Plan& plan, const TextOptions& options) {
  std::string out;
  std::vector<std::string> counts;
  for (const apply::v1::EffectCount& count : plan.counts())
    counts.push_back(absl::StrCat(Words(count.kind()), ": ", count.pairs()));
  if (!counts.empty())
    absl::StrAppend(&out, "connections ", absl::StrJoin(counts, "; "), "\n");
  for (const Effect& effect : plan.effects())
    out += EffectLine(effect, options);
  if (plan.effects_left_out() != 0)
    absl::StrAppend(&out, "  … and ", plan.effects_left_out(), " more\n");
  for (const FenceReport& fence : plan.fences())
    out += FenceText(fence, options);
  for (const std::string& unread : plan.unread())
    absl::StrAppend(&out, "not read: ", unread, "\n");

  if (CountChanges(plan) == 0) {
    if (!plan.unread().empty()) {
      return absl::StrCat(out,
                          "nothing to do as far as could be read for "
                          "bundle ",
                          Short(plan.target_digest()), "\n");
    }
    return absl::StrCat(out, "nothing to do: the host holds bundle ",
                        Short(plan.target_digest()), " as generation ",
                        plan.active_generation(), "\n");
  }
  absl::StrAppend(&out, "in the kernel: ", TablesLine(plan.after()),
                  KernelText(plan, options), "\n",
                  "Plan: ", CountsText(plan.changes(), false), " for bundle ",
                  Short(plan.target_digest()), "\n");
  return out;
}

std::string OutcomeText(const std::string& what, const Outcome& outcome,
                        const TextOptions& options) {
  std::string out;
  for (const std::string& note : outcome.notes())
    absl::StrAppend(&out, "note: ", note, "\n");
  if (!outcome.changed()) {
    absl::StrAppend(&out, "nothing to do: generation ", outcome.generation(),
                    ", bundle ", Short(outcome.digest()), ", is in force\n");
    return out;
  }
  for (const FenceReport& fence : outcome.fences())
    out += FenceText(fence, options);
  if (outcome.generation() == 0) {
    absl::StrAppend(&out, what, ": no policy is in force now");
  } else {
    absl::StrAppend(&out, what, ": generation ", outcome.generation(),
                    ", bundle ", Short(outcome.digest()), ", is in force");
  }
  absl::StrAppend(&out, ": ", CountsText(outcome.changes(), true), "\n");
  if (outcome.drifted() != 0 && outcome.generation() != 0) {
    absl::StrAppend(
        &out, "put right: ", outcome.drifted(),
        outcome.drifted() == 1 ? " difference\n" : " differences\n");
  }
  return out + ConfirmLine(outcome.confirm_until_unix_ms());
}

std::string GenerationsText(const apply::v1::GenerationList& list) {
  std::string out;
  for (const apply::v1::KnownGeneration& generation : list.generations()) {
    absl::StrAppend(&out, generation.in_force() ? "* " : "  ",
                    generation.number(), "  ");
    if (generation.number() == 0) {
      absl::StrAppend(&out, "before the first apply\n");
      continue;
    }
    absl::StrAppend(
        &out, Time(generation.unix_ms()), "  ",
        generation.digest().empty() ? "no policy" : Short(generation.digest()));
    if (generation.how() == apply::v1::DIRECTION_ROLLBACK) {
      absl::StrAppend(&out, "  rollback to ", generation.source());
    } else if (generation.how() == apply::v1::DIRECTION_APPLY) {
      absl::StrAppend(&out, "  apply");
      if (!generation.policy().empty())
        absl::StrAppend(&out, " of ", generation.policy());
    }
    absl::StrAppend(&out, "  by uid ", generation.uid(), "\n");
  }
  return out.empty() ? "nothing was ever applied\n" : out;
}

bool HasDrifted(const HostStatus& status) {
  for (const FenceReport& fence : status.fences())
    if (!fence.changes().empty() || !fence.error().empty()) return true;
  return false;
}

std::string StatusText(const HostStatus& status, const TextOptions& options) {
  std::string out;
  if (!status.pending().empty())
    absl::StrAppend(&out, "note: ", status.pending(), "\n");
  if (!status.active()) return absl::StrCat(out, "no policy is in force\n");
  absl::StrAppend(&out, "generation ", status.generation(), ", bundle ",
                  Short(status.digest()), ", applied ",
                  Time(status.applied_unix_ms()), "\n");
  out += ConfirmLine(status.confirm_until_unix_ms());
  if (status.rolled_back_from() != 0) {
    absl::StrAppend(&out, "a rollback of generation ",
                    status.rolled_back_from(), "\n");
  }
  absl::StrAppend(&out, TablesLine(status.tables()), "\n");
  for (const FenceReport& fence : status.fences())
    out += FenceText(fence, options);
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
