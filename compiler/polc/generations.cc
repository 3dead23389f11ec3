#include "compiler/polc/generations.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "agent/apply/apply.h"
#include "compiler/polc/host_text.h"
#include "compiler/polc/interruption.h"
#include "compiler/polc/terminal.h"

namespace pol::polc {
namespace {

using service::ControlClient;

constexpr auto kLook = std::chrono::milliseconds(200);

std::optional<uint64_t> Target(const HostFlags& flags) {
  if (flags.generation < 0) return std::nullopt;
  return static_cast<uint64_t>(flags.generation);
}

int Rollback(const HostFlags& flags) {
  Interruption interruption;
  return ShowOutcome(flags, "rollback",
                     Ask<apply::v1::Outcome>(
                         flags,
                         [&](ControlClient& pold) {
                           LeavingToPold leaving;
                           return pold.Rollback(Target(flags));
                         },
                         [&](apply::Host& host) {
                           apply::ChangeOptions options;
                           options.cancelled = Interruption::Happened;
                           return apply::Rollback(host, Target(flags), options);
                         }));
}

int Confirm(const HostFlags& flags) {
  auto outcome = Ask<apply::v1::Outcome>(
      flags, [](ControlClient& pold) { return pold.Confirm(); },
      [](apply::Host& host) { return apply::Confirm(host); });
  if (!outcome.ok()) return Fail(outcome.status());
  return Show(
      flags, *outcome,
      absl::StrCat("generation ", outcome->generation(), " is confirmed\n"));
}

int Generations(const HostFlags& flags) {
  auto list = Ask<apply::v1::GenerationList>(
      flags, [](ControlClient& pold) { return pold.Generations(); },
      [](apply::Host& host) { return apply::ReadGenerations(host.paths); });
  if (!list.ok()) return Fail(list.status());
  return Show(flags, *list, GenerationsText(*list));
}

int ShowReturn(const HostFlags& flags,
               const absl::StatusOr<apply::v1::Outcome>& outcome, int end) {
  if (!outcome.ok()) return Fail(outcome.status());
  Show(flags, *outcome,
       OutcomeText("rollback", *outcome, TextOptionsOf(flags)));
  return end;
}

// One look at the state of a host without pold; unset while it has to wait.
std::optional<int> LookOnce(const HostFlags& flags, apply::Host& host) {
  absl::StatusOr<std::optional<int64_t>> left =
      apply::UnconfirmedForMs(flags.paths);
  if (!left.ok()) return Fail(left.status());
  if (!*left) {
    PrintData("confirmed\n");
    return kOk;
  }
  if (Interruption::Happened()) {
    std::fputs("polc: interrupted before it was confirmed: returning\n",
               stderr);
    return ShowReturn(flags, apply::Rollback(host, std::nullopt), kInterrupted);
  }
  if (**left > 0) return std::nullopt;
  std::fputs("polc: not confirmed in time: returning\n", stderr);
  return ShowReturn(flags, apply::ReturnIfUnconfirmed(host), kError);
}

}  // namespace

int ShowOutcome(const HostFlags& flags, const std::string& what,
                const absl::StatusOr<apply::v1::Outcome>& outcome) {
  const bool interrupted = Interruption::Happened();
  if (!outcome.ok()) {
    Fail(outcome.status());
    return interrupted ? kInterrupted : kError;
  }
  const int shown =
      Show(flags, *outcome, OutcomeText(what, *outcome, TextOptionsOf(flags)));
  if (shown != kOk || !interrupted) return shown;
  std::fprintf(stderr, "polc: interrupted too late: the %s is done\n",
               what.c_str());
  return kInterrupted;
}

int AwaitConfirmation(const HostFlags& flags) {
  std::fputs("polc: no pold runs here: waiting for `polc confirm`\n", stderr);
  apply::Host host = apply::OpenHost(flags.paths);
  while (true) {
    if (std::optional<int> end = LookOnce(flags, host)) return *end;
    std::this_thread::sleep_for(kLook);
  }
}

void AddGenerationCommands(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<HostFlags>();
  CLI::App* rollback =
      AddHostCommand(app, exit_code, "rollback",
                     "Return to the generation before, or to any that is "
                     "kept, with the labels and capabilities that were there",
                     flags, Rollback);
  rollback->footer("Example: polc rollback --to 6");
  rollback
      ->add_option("--to", flags->generation,
                   "the generation to return to; 0 is no policy at all")
      ->check(CLI::NonNegativeNumber);
  CLI::App* confirm =
      AddHostCommand(app, exit_code, "confirm",
                     "Keep the generation that `polc apply --auto-rollback` "
                     "brought",
                     flags, Confirm);
  confirm->footer("Example: polc apply --auto-rollback 60s && polc confirm");
  CLI::App* generations = AddHostCommand(
      app, exit_code, "generations",
      "List the generations that rollback can return to, newest first", flags,
      Generations);
  generations->footer("Example: polc generations");
  for (CLI::App* command : {rollback, confirm, generations})
    AddReportFlags(*command, *flags);
}

}  // namespace pol::polc
