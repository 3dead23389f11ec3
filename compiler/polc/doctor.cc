// polc doctor: what this host can and cannot do for a policy.
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "agent/apply/apply.h"
#include "agent/apply/host.h"
#include "agent/doctor/diagnose.h"
#include "compiler/bundle/container.h"
#include "compiler/driver/version.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/doctor_text.h"
#include "compiler/polc/host_flags.h"
#include "compiler/support/files.h"

namespace pol::polc {
namespace {

struct Subject {
  std::string name;  // empty: no policy
  std::optional<bundle::v1::Bundle> bundle;
};

// What was named, else what is in force, else no policy. Diagnostics have been
// shown when it is kInvalidArgument.
absl::StatusOr<Subject> SubjectOf(const HostFlags& flags) {
  const std::string& path = flags.policy.path;
  if (path.empty()) {
    POL_ASSIGN_OR_RETURN(std::optional<apply::ActiveBundle> active,
                         apply::ReadActive(flags.paths));
    if (!active) return Subject();
    return Subject{absl::StrCat("generation ", active->generation),
                   std::move(active->bundle.message)};
  }
  if (absl::EndsWith(path, ".polb")) {
    POL_ASSIGN_OR_RETURN(std::string file,
                         support::ReadFile(path, bundle::kMaxFile));
    POL_ASSIGN_OR_RETURN(bundle::v1::Bundle message, bundle::Read(file));
    return Subject{path, std::move(message)};
  }
  POL_ASSIGN_OR_RETURN(driver::Compilation compilation, Compile(flags.policy));
  if (Report(compilation, Format::kText) != kOk)
    return absl::InvalidArgumentError(absl::StrCat(path, " has errors"));
  return Subject{path, std::move(compilation.result->message)};
}

doctor::Agent AgentOf(const HostFlags& flags) {
  doctor::Agent agent;
  agent.version = driver::kVersion;
  agent.requirements = bundle::KnownRequirements();
  absl::StatusOr<std::optional<service::ControlClient>> pold = FindPold(flags);
  if (!pold.ok()) {
    agent.trouble = std::string(pold.status().message());
  } else if (*pold) {
    absl::StatusOr<apply::v1::HostStatus> status = (*pold)->Status();
    if (!status.ok()) {
      agent.trouble = std::string(status.status().message());
      return agent;
    }
    agent.pold_runs = true;
    agent.version = status->version();
    agent.requirements.assign(status->requirements().begin(),
                              status->requirements().end());
  }
  return agent;
}

int Doctor(const HostFlags& flags) {
  const absl::StatusOr<Subject> subject = SubjectOf(flags);
  if (!subject.ok()) return Fail(subject.status());
  const apply::Host host = apply::OpenHost(flags.paths);
  const std::unique_ptr<doctor::Machine> machine = doctor::MakeMachine();
  const doctor::v1::Diagnosis diagnosis = doctor::Diagnose(
      {*machine, *host.files, *host.selinux, host.fences, flags.paths,
       AgentOf(flags), driver::kVersion},
      subject->name, subject->bundle ? &*subject->bundle : nullptr);
  const int shown = Show(flags, diagnosis, DiagnosisText(diagnosis));
  if (shown != kOk) return shown;
  return diagnosis.problems() == 0 ? kOk : kError;
}

}  // namespace

void AddDoctor(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<HostFlags>();
  flags->policy.path.clear();
  CLI::App* command = app.add_subcommand(
      "doctor",
      "Show what this host can and cannot enforce, and how to mend it; exit 1 "
      "on a problem");
  command->add_option("policy", flags->policy.path,
                      "a folder of .pol files, one such file, or a .polb "
                      "bundle; what is in force unless given");
  AddVariableFlags(*command, flags->policy);
  AddPathFlags(*command, *flags);
  AddFormat(*command, *flags);
  command->footer("Example: polc doctor policies/");
  command->callback([flags, &exit_code] { exit_code = Doctor(*flags); });
}

}  // namespace pol::polc
