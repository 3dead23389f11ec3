// The commands that concern this host: plan, apply, rollback, status, observe,
// remove. They go through pold when one runs, and do the same themselves when
// none does.

#include "agent/apply/host.h"

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "agent/apply/apply.h"
#include "agent/apply/plan.h"
#include "agent/service/control_client.h"
#include "compiler/bundle/container.h"
#include "compiler/driver/compile.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/host_flags.h"
#include "compiler/polc/host_text.h"
#include "compiler/support/files.h"

namespace pol::polc {
namespace {

using service::ControlClient;

// The .polb file that a path stands for: its bytes, or what it compiles to.
// Diagnostics have been shown when the result is kInvalidArgument and empty.
absl::StatusOr<std::string> BundleOf(const PolicyFlags& flags) {
  const std::string& path = flags.path;
  if (absl::EndsWith(path, ".polb"))
    return support::ReadFile(path, bundle::kMaxFile);
  POL_ASSIGN_OR_RETURN(driver::Compilation compilation, Compile(flags));
  if (Report(compilation, Format::kText) != kOk) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " has errors; nothing was changed"));
  }
  return std::move(compilation.result->bundle);
}

// Runs a command through pold or, without one, on the host itself.
template <typename Answer>
absl::StatusOr<Answer> Ask(
    const HostFlags& flags,
    const std::function<absl::StatusOr<Answer>(ControlClient&)>& through_pold,
    const std::function<absl::StatusOr<Answer>(apply::Host&)>& by_ourselves) {
  POL_ASSIGN_OR_RETURN(std::optional<ControlClient> pold, FindPold(flags));
  if (pold) return through_pold(*pold);
  apply::Host host = apply::OpenHost(flags.paths);
  return by_ourselves(host);
}

int Plan(const HostFlags& flags) {
  absl::StatusOr<std::string> file = BundleOf(flags.policy);
  if (!file.ok()) return Fail(file.status());
  absl::StatusOr<apply::LoadedBundle> target = apply::LoadBundle(*file);
  if (!target.ok()) return Fail(target.status());
  auto plan = Ask<apply::v1::Plan>(
      flags, [&](ControlClient& pold) { return pold.Plan(*file); },
      [&](apply::Host& host) { return apply::MakePlan(host, *target); });
  if (!plan.ok()) return Fail(plan.status());
  int shown = Show(flags, *plan, PlanText(*plan));
  if (shown != kOk) return shown;
  return CountChanges(*plan) == 0 ? kOk : kChanges;
}

int Apply(const HostFlags& flags) {
  absl::StatusOr<std::string> file = BundleOf(flags.policy);
  if (!file.ok()) return Fail(file.status());
  absl::StatusOr<apply::LoadedBundle> target = apply::LoadBundle(*file);
  if (!target.ok()) return Fail(target.status());
  auto outcome = Ask<apply::v1::Outcome>(
      flags, [&](ControlClient& pold) { return pold.Apply(*file); },
      [&](apply::Host& host) { return apply::Apply(host, *target); });
  if (!outcome.ok()) return Fail(outcome.status());
  return Show(flags, *outcome, OutcomeText("apply", *outcome));
}

int Rollback(const HostFlags& flags) {
  auto outcome = Ask<apply::v1::Outcome>(
      flags, [](ControlClient& pold) { return pold.Rollback(); },
      [](apply::Host& host) { return apply::Rollback(host, std::nullopt); });
  if (!outcome.ok()) return Fail(outcome.status());
  return Show(flags, *outcome, OutcomeText("rollback", *outcome));
}

int Status(const HostFlags& flags) {
  auto status = Ask<apply::v1::HostStatus>(
      flags, [](ControlClient& pold) { return pold.Status(); },
      [](apply::Host& host) { return apply::ReadStatus(host); });
  if (!status.ok()) return Fail(status.status());
  int shown = Show(flags, *status, StatusText(*status));
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

CLI::App* Add(CLI::App& app, int& exit_code, const std::string& name,
              const std::string& help, const std::shared_ptr<HostFlags>& flags,
              int (*run)(const HostFlags&)) {
  CLI::App* command = app.add_subcommand(name, help);
  AddPathFlags(*command, *flags);
  command->callback([flags, run, &exit_code] { exit_code = run(*flags); });
  return command;
}

void AddPolicy(CLI::App& command, HostFlags& flags) {
  command
      .add_option("policy", flags.policy.path,
                  "a folder of .pol files, one such file, or a .polb bundle")
      ->capture_default_str();
  AddVariableFlags(command, flags.policy);
}

}  // namespace

void AddHostCommands(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<HostFlags>();
  CLI::App* plan = Add(app, exit_code, "plan",
                       "Show what apply would change on this host; exit 2 when "
                       "it would",
                       flags, Plan);
  plan->footer("Example: polc plan policies/");
  CLI::App* apply =
      Add(app, exit_code, "apply",
          "Make this host agree with a policy, all or nothing", flags, Apply);
  apply->footer("Example: polc apply site.polb");
  CLI::App* rollback = Add(app, exit_code, "rollback",
                           "Return to the generation before, with the labels "
                           "and capabilities that were there",
                           flags, Rollback);
  rollback->footer("Example: polc rollback");
  CLI::App* status =
      Add(app, exit_code, "status",
          "Show what is in force and what has drifted; exit 2 on drift", flags,
          Status);
  status->footer("Example: polc status --format json");
  Add(app, exit_code, "observe",
      "Print the decisions on connections as they are made, through pold",
      flags, Observe)
      ->footer("Example: polc observe");
  Add(app, exit_code, "remove",
      "Take everything off this host that apply put there", flags, Remove)
      ->footer("Example: polc remove");
  for (CLI::App* command : {plan, apply}) AddPolicy(*command, *flags);
  for (CLI::App* command : {plan, apply, rollback, status})
    AddFormat(*command, *flags);
}

}  // namespace pol::polc
