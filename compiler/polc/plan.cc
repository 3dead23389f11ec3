#include "compiler/polc/plan.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "agent/apply/apply.h"
#include "agent/apply/plan.h"
#include "agent/apply/saved_plan.h"
#include "agent/apply/snapshot.h"
#include "compiler/bundle/container.h"
#include "compiler/polc/generations.h"
#include "compiler/polc/host_flags.h"
#include "compiler/polc/host_text.h"
#include "compiler/polc/interruption.h"
#include "compiler/support/digest.h"
#include "compiler/support/files.h"
#include "compiler/values/duration.h"

namespace pol::polc {
namespace {

using service::ControlClient;

// How many differences of a stale plan are named.
constexpr size_t kNamedDifferences = 10;

// A policy that is ready for a host.
struct Policy {
  apply::LoadedBundle bundle;
  std::string source_digest;  // of the files; empty for a .polb
};

std::string DigestOf(const support::SourceSet& sources) {
  support::Sha256 sha256;
  for (size_t i = 0; i < sources.size(); ++i) {
    const support::SourceFile& file =
        sources.file(static_cast<support::FileId>(i));
    sha256.Add(support::ToHex(support::Sha256Of(file.name())));
    sha256.Add(support::ToHex(support::Sha256Of(file.text())));
  }
  return support::ToHex(sha256.Finish());
}

// What a path stands for: a .polb file, or what it compiles to.
absl::StatusOr<Policy> PolicyOf(const PolicyFlags& flags) {
  Policy policy;
  std::string file;
  if (absl::EndsWith(flags.path, ".polb")) {
    POL_ASSIGN_OR_RETURN(file, support::ReadFile(flags.path, bundle::kMaxFile));
  } else {
    POL_ASSIGN_OR_RETURN(driver::Compilation compilation, Compile(flags));
    if (Report(compilation, Format::kText) != kOk) {
      return absl::InvalidArgumentError(
          absl::StrCat(flags.path, " has errors; nothing was changed"));
    }
    policy.source_digest = DigestOf(compilation.sources);
    file = std::move(compilation.result->bundle);
  }
  POL_ASSIGN_OR_RETURN(policy.bundle, apply::LoadBundle(std::move(file)));
  return policy;
}

absl::StatusOr<apply::v1::Plan> PlanHere(const HostFlags& flags,
                                         const apply::LoadedBundle& target) {
  return Ask<apply::v1::Plan>(
      flags, [&](ControlClient& pold) { return pold.Plan(target.file); },
      [&](apply::Host& host) { return apply::MakePlan(host, target); });
}

int ExitCode(const apply::v1::Plan& plan) {
  if (CountChanges(plan) != 0) return kChanges;
  return plan.unread().empty() ? kOk : kError;
}

absl::Status Save(const HostFlags& flags, const Policy& policy,
                  const apply::v1::Plan& plan, std::string machine_id) {
  POL_ASSIGN_OR_RETURN(
      apply::v1::SavedPlan saved,
      apply::MakeSavedPlan(policy.bundle, plan, std::move(machine_id)));
  saved.set_source(flags.policy.path);
  saved.set_source_digest(policy.source_digest);
  POL_ASSIGN_OR_RETURN(std::string file, apply::WritePlanFile(saved));
  return support::WriteFile(flags.out, file, 0600);
}

int Plan(const HostFlags& flags) {
  const std::string snapshot = flags.policy.target.value_or("");
  PolicyFlags policy_flags = flags.policy;
  // Of a host without SELinux, there is nothing to compare names with.
  if (!snapshot.empty() && !support::Exists(snapshot + "/etc/selinux/config"))
    policy_flags.target.reset();
  absl::StatusOr<Policy> policy = PolicyOf(policy_flags);
  if (!policy.ok()) return Fail(policy.status());
  kernel::HostPaths paths = flags.paths;
  absl::StatusOr<apply::v1::Plan> plan;
  if (snapshot.empty()) {
    plan = PlanHere(flags, policy->bundle);
  } else {
    absl::StatusOr<apply::Host> host = apply::OpenSnapshot(snapshot);
    if (!host.ok()) return Fail(host.status());
    paths = host->paths;
    plan = apply::MakePlan(*host, policy->bundle);
  }
  if (!plan.ok()) return Fail(plan.status());
  int shown = Show(flags, *plan, PlanText(*plan, TextOptionsOf(flags)));
  if (shown != kOk) return shown;
  if (!flags.out.empty()) {
    absl::Status saved =
        Save(flags, *policy, *plan, apply::ReadMachineId(paths));
    if (!saved.ok()) return Fail(saved);
    std::fprintf(stderr, "polc: saved; polc apply %s does exactly this\n",
                 flags.out.c_str());
  }
  return ExitCode(*plan);
}

absl::StatusOr<apply::v1::SavedPlan> ReadSaved(const std::string& path) {
  POL_ASSIGN_OR_RETURN(std::string file,
                       support::ReadFile(path, apply::kMaxPlanFile));
  absl::StatusOr<apply::v1::SavedPlan> saved = apply::ReadPlanFile(file);
  if (!saved.ok()) return support::Annotate(saved.status(), path);
  return saved;
}

int ShowSaved(const HostFlags& flags) {
  absl::StatusOr<apply::v1::SavedPlan> saved = ReadSaved(flags.policy.path);
  if (!saved.ok()) return Fail(saved.status());
  std::string text =
      absl::StrCat("plan of ", saved->source(), " for generation ",
                   saved->expected().generation(), " of host ",
                   saved->expected().machine_id(), "\n",
                   PlanText(saved->plan(), TextOptionsOf(flags)));
  return Show(flags, saved->plan(), text);
}

// Asks only where somebody can answer.
bool Approved(const HostFlags& flags, const apply::v1::Plan& plan) {
  if (flags.approved || isatty(STDIN_FILENO) != 1 ||
      isatty(STDOUT_FILENO) != 1) {
    return true;
  }
  if (CountChanges(plan) == 0) return true;
  PrintData(PlanText(plan, TextOptionsOf(flags)));
  PrintData("Apply this? Only `yes` is a yes: ");
  std::string answer;
  std::getline(std::cin, answer);
  return IsYes(answer);
}

// How an apply is to be done, as pold is told and as it is done here.
absl::StatusOr<service::v1::ApplyOptions> OptionsOfApply(
    const HostFlags& flags, const std::string& source) {
  service::v1::ApplyOptions options;
  options.set_policy(source);
  if (flags.auto_rollback.empty()) return options;
  absl::StatusOr<values::Duration> within =
      values::Duration::Parse(flags.auto_rollback);
  if (!within.ok())
    return support::Annotate(within.status(), "--auto-rollback");
  if (within->seconds == 0)
    return absl::InvalidArgumentError("--auto-rollback: nobody is that fast");
  options.set_confirm_within_seconds(within->seconds);
  return options;
}

// Applies, under an Interruption; only on the host that `expected` describes
// unless it is null.
absl::StatusOr<apply::v1::Outcome> ApplyNow(const HostFlags& flags,
                                            const apply::LoadedBundle& target,
                                            const apply::v1::Expected* expected,
                                            const std::string& source) {
  POL_ASSIGN_OR_RETURN(service::v1::ApplyOptions asked,
                       OptionsOfApply(flags, source));
  return Ask<apply::v1::Outcome>(
      flags,
      [&](ControlClient& pold) {
        LeavingToPold leaving;
        return expected == nullptr
                   ? pold.Apply(target.file, asked)
                   : pold.ApplyPlanned(target.file, *expected, asked);
      },
      [&](apply::Host& host) {
        apply::ChangeOptions options;
        if (expected != nullptr)
          options.approve = apply::ApproveOnly(host.paths, *expected);
        options.policy = asked.policy();
        options.confirm_within_seconds = asked.confirm_within_seconds();
        options.cancelled = Interruption::Happened;
        return apply::Apply(host, target, options);
      });
}

// Shows it, and waits for the confirmation where nobody else does.
int EndOfApply(const HostFlags& flags,
               const absl::StatusOr<apply::v1::Outcome>& outcome) {
  if (!outcome.ok() || outcome->confirm_until_unix_ms() == 0)
    return ShowOutcome(flags, "apply", outcome);
  absl::StatusOr<std::optional<ControlClient>> pold = FindPold(flags);
  if (pold.ok() && *pold) return ShowOutcome(flags, "apply", outcome);
  // A connection that the new policy cuts off must not end the wait.
  ReaderMayLeave reader_may_leave;
  Show(flags, *outcome, OutcomeText("apply", *outcome, TextOptionsOf(flags)));
  return AwaitConfirmation(flags);
}

// Names the first differences to the plan that was approved.
int Stale(const HostFlags& flags, const apply::LoadedBundle& target,
          const apply::v1::Plan& planned, const absl::Status& status) {
  Fail(status);
  absl::StatusOr<apply::v1::Plan> now = PlanHere(flags, target);
  if (!now.ok()) return kStale;
  for (const std::string& line :
       apply::Differences(planned, *now, kNamedDifferences)) {
    std::fprintf(stderr, "  %s\n", line.c_str());
  }
  std::fputs("polc: nothing was changed; plan again\n", stderr);
  return kStale;
}

int ApplyPlan(const HostFlags& flags, const apply::LoadedBundle& target,
              const apply::v1::Plan& plan, const apply::v1::Expected& expected,
              const std::string& source) {
  if (!Approved(flags, plan)) {
    std::fputs("polc: nothing was changed\n", stderr);
    return kError;
  }
  Interruption interruption;
  absl::StatusOr<apply::v1::Outcome> outcome =
      ApplyNow(flags, target, &expected, source);
  if (absl::IsAborted(outcome.status()))
    return Stale(flags, target, plan, outcome.status());
  return EndOfApply(flags, outcome);
}

int ApplySaved(const HostFlags& flags) {
  absl::StatusOr<apply::v1::SavedPlan> saved = ReadSaved(flags.policy.path);
  if (!saved.ok()) return Fail(saved.status());
  absl::StatusOr<apply::LoadedBundle> target =
      apply::LoadBundle(saved->bundle());
  if (!target.ok()) return Fail(target.status());
  return ApplyPlan(flags, *target, saved->plan(), saved->expected(),
                   saved->source());
}

// A saved plan is neither a folder nor a policy.
bool IsSavedPlan(const std::string& path) {
  return support::Exists(path) && !support::IsDirectory(path) &&
         !absl::EndsWith(path, ".pol") && !absl::EndsWith(path, ".polb");
}

int Apply(const HostFlags& flags) {
  if (IsSavedPlan(flags.policy.path)) return ApplySaved(flags);
  absl::StatusOr<Policy> policy = PolicyOf(flags.policy);
  if (!policy.ok()) return Fail(policy.status());
  const bool asks = !flags.approved && isatty(STDIN_FILENO) == 1 &&
                    isatty(STDOUT_FILENO) == 1;
  if (asks) {
    absl::StatusOr<apply::v1::Plan> plan = PlanHere(flags, policy->bundle);
    if (!plan.ok()) return Fail(plan.status());
    absl::StatusOr<apply::v1::SavedPlan> planned = apply::MakeSavedPlan(
        policy->bundle, *plan, apply::ReadMachineId(flags.paths));
    if (!planned.ok()) return Fail(planned.status());
    return ApplyPlan(flags, policy->bundle, *plan, planned->expected(),
                     flags.policy.path);
  }
  Interruption interruption;
  return EndOfApply(
      flags, ApplyNow(flags, policy->bundle, nullptr, flags.policy.path));
}

int Snapshot(const HostFlags& flags) {
  apply::SnapshotScope scope;
  scope.trees = flags.trees;
  if (!flags.policy.path.empty()) {
    absl::StatusOr<Policy> policy = PolicyOf(flags.policy);
    if (!policy.ok()) return Fail(policy.status());
    scope.policies.push_back(std::move(policy->bundle));
  }
  apply::Host host = apply::OpenHost(flags.paths);
  absl::Status taken = apply::TakeSnapshot(host, scope, flags.out);
  if (!taken.ok()) return Fail(taken);
  std::fprintf(stderr, "polc: polc plan --target %s plans for this host\n",
               flags.out.c_str());
  return kOk;
}

void AddPolicy(CLI::App& command, HostFlags& flags, const std::string& help) {
  command.add_option("policy", flags.policy.path, help)->capture_default_str();
  AddVariableFlags(command, flags.policy);
}

}  // namespace

bool IsYes(const std::string& answer) {
  return absl::StripAsciiWhitespace(answer) == "yes";
}

void AddPlanCommands(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<HostFlags>();
  const std::string kinds =
      "a folder of .pol files, one such file, or a .polb "
      "bundle";
  CLI::App* plan = AddHostCommand(
      app, exit_code, "plan",
      "Show what apply would change on this host; exit 2 when it would", flags,
      Plan);
  plan->footer("Example: polc plan policies/ --out site.plan");
  AddPolicy(*plan, *flags, kinds);
  plan->add_option("--out", flags->out,
                   "save the plan: polc apply FILE does exactly that, or "
                   "nothing");
  AddTargetFlag(*plan, flags->policy,
                "plan for the host of this snapshot instead");
  CLI::App* apply = AddHostCommand(
      app, exit_code, "apply",
      "Make this host agree with a policy, all or nothing", flags, Apply);
  apply->footer("Example: polc apply site.plan");
  AddPolicy(*apply, *flags, kinds + ", or a saved plan");
  apply->add_flag("--yes,--auto-approve", flags->approved,
                  "do not ask, on a terminal either");
  apply->add_option("--auto-rollback", flags->auto_rollback,
                    "unless `polc confirm` comes within so long (60s, 5m), "
                    "return to the generation before");
  CLI::App* show = app.add_subcommand("show", "Print a saved plan");
  show->footer("Example: polc show site.plan");
  show->add_option("file", flags->policy.path, "made by polc plan --out")
      ->required();
  show->callback([flags, &exit_code] { exit_code = ShowSaved(*flags); });
  for (CLI::App* command : {plan, apply, show})
    AddReportFlags(*command, *flags);

  auto scope = std::make_shared<HostFlags>();
  scope->policy.path.clear();
  CLI::App* snapshot = AddHostCommand(
      app, exit_code, "snapshot",
      "Write what is needed to plan for this host from elsewhere into a folder",
      scope, Snapshot);
  snapshot->footer("Example: polc snapshot --out host-7 --path /srv/");
  AddPolicy(*snapshot, *scope,
            kinds +
                ": tell of its files too, beside those of the policy in "
                "force");
  snapshot->add_option("--out", scope->out, "the folder, which is made")
      ->required();
  snapshot->add_option("--path", scope->trees,
                       "tell of all files whose path begins so; repeatable");
}

}  // namespace pol::polc
