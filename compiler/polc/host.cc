// The commands that concern this host: status, observe, remove; those that
// bring a policy are in plan.cc, those that go back in generations.cc. They go
// through pold when one runs, and do the same themselves when none does.

#include "agent/apply/host.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "agent/apply/apply.h"
#include "agent/service/control_client.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/drift_text.h"
#include "compiler/polc/generations.h"
#include "compiler/polc/host_flags.h"
#include "compiler/polc/host_text.h"
#include "compiler/polc/plan.h"
#include "compiler/polc/terminal.h"

namespace pol::polc {
namespace {

using service::ControlClient;

// Without pold: what differs now, and nothing of what was.
absl::StatusOr<service::v1::DriftReport> ReadDriftReport(apply::Host& host) {
  POL_ASSIGN_OR_RETURN(apply::v1::HostStatus status, apply::ReadStatus(host));
  return DriftFromStatus(status);
}

int Drift(const HostFlags& flags) {
  auto report = Ask<service::v1::DriftReport>(
      flags, [](ControlClient& pold) { return pold.Drift(); }, ReadDriftReport);
  if (!report.ok()) return Fail(report.status());
  int shown = Show(flags, *report, DriftText(*report));
  if (shown != kOk) return shown;
  return report->now().empty() ? kOk : kChanges;
}

int Status(const HostFlags& flags) {
  if (flags.drift) return Drift(flags);
  auto status = Ask<apply::v1::HostStatus>(
      flags, [](ControlClient& pold) { return pold.Status(); },
      [](apply::Host& host) { return apply::ReadStatus(host); });
  if (!status.ok()) return Fail(status.status());
  int shown = Show(flags, *status, StatusText(*status, TextOptionsOf(flags)));
  if (shown != kOk) return shown;
  return HasDrifted(*status) ? kChanges : kOk;
}

int Observe(const HostFlags& flags) {
  absl::StatusOr<std::optional<ControlClient>> pold = FindPold(flags);
  if (!pold.ok()) return Fail(pold.status());
  if (!*pold) {
    return Fail(absl::NotFoundError(absl::StrCat(
        "no pold runs with ", flags.paths.run_dir,
        ": the programs go on deciding, but nobody reads what they report")));
  }
  absl::Status ended = (*pold)->Observe(
      [](const std::string& line, uint64_t lost) {
        if (lost != 0) std::fprintf(stderr, "polc: %lu left out\n", lost);
        PrintData(absl::StrCat(line, "\n"));
        return true;
      },
      [] { std::fputs("polc: following decisions\n", stderr); });
  return ended.ok() ? kOk : Fail(ended);
}

int Remove(const HostFlags& flags) {
  absl::StatusOr<std::optional<ControlClient>> pold = FindPold(flags);
  if (!pold.ok()) return Fail(pold.status());
  absl::Status removed;
  if (*pold) {
    removed = (*pold)->Remove();
  } else {
    apply::Host host = apply::OpenHost(flags.paths);
    removed = apply::RemoveAll(host);
  }
  if (!removed.ok()) return Fail(removed);
  PrintData("removed: nothing of polc's is in force on this host\n");
  return kOk;
}

}  // namespace

void AddHostCommands(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<HostFlags>();
  AddPlanCommands(app, exit_code);
  AddGenerationCommands(app, exit_code);
  CLI::App* status = AddHostCommand(
      app, exit_code, "status",
      "Show what is in force and what has drifted; exit 2 on drift", flags,
      Status);
  status->footer("Example: polc status --format json");
  status->add_flag("--drift", flags->drift,
                   "what differs, what pold put back lately and who changed "
                   "it, how files are watched");
  AddHostCommand(
      app, exit_code, "observe",
      "Print the decisions on connections as they are made, through pold",
      flags, Observe)
      ->footer("Example: polc observe");
  AddHostCommand(app, exit_code, "remove",
                 "Take everything off this host that apply put there", flags,
                 Remove)
      ->footer("Example: polc remove");
  AddReportFlags(*status, *flags);
}

}  // namespace pol::polc
