// What the commands that concern a host have in common: their flags, the way
// to pold or past it, and how their answer is shown.
#ifndef POL_COMPILER_POLC_HOST_FLAGS_H_
#define POL_COMPILER_POLC_HOST_FLAGS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/apply/host.h"
#include "agent/kernel/host_paths.h"
#include "agent/service/control_client.h"
#include "compiler/polc/change_text.h"
#include "compiler/polc/policy_flags.h"
#include "compiler/polc/progress.h"
#include "compiler/polc/terminal.h"

namespace pol::polc {

struct HostFlags {
  kernel::HostPaths paths;
  PolicyFlags policy;
  Format format = Format::kText;
  bool verbose = false;
  bool full = false;
  bool drift = false;              // status: of drift alone
  bool approved = false;           // apply asks nobody
  std::string out;                 // where a plan or a snapshot is written
  std::vector<std::string> trees;  // for a snapshot
  int64_t generation = -1;         // to return to; below 0: the one before
  std::string auto_rollback;       // how long an apply may go unconfirmed
};

// Adds the command with the flags that say where a host keeps things.
CLI::App* AddHostCommand(CLI::App& app, int& exit_code, const std::string& name,
                         const std::string& help,
                         const std::shared_ptr<HostFlags>& flags,
                         int (*run)(const HostFlags&));

// Adds --state-dir, --run-dir, --bpffs, --cgroup-root and --selinux-root.
// `flags` outlives `command`.
void AddPathFlags(CLI::App& command, HostFlags& flags);

// Adds --format, text or json, and --json.
void AddFormat(CLI::App& command, HostFlags& flags);

// The same, --verbose and --full.
void AddReportFlags(CLI::App& command, HostFlags& flags);

// In colour on a terminal.
TextOptions TextOptionsOf(const HostFlags& flags);

// Prints `text`, or `message` as JSON: {"format_version": …, "value": …}.
// Fields are only added; docs/plan-json.md names them.
int Show(const HostFlags& flags, const google::protobuf::Message& message,
         const std::string& text);

// A connection to pold, or nothing when none runs here. Any other trouble with
// its socket is an error: two would otherwise change the host.
absl::StatusOr<std::optional<service::ControlClient>> FindPold(
    const HostFlags& flags);

// Runs a command through pold or, without one, on the host itself, with
// progress on a terminal.
template <typename Answer>
absl::StatusOr<Answer> Ask(
    const HostFlags& flags,
    const std::function<absl::StatusOr<Answer>(service::ControlClient&)>&
        through_pold,
    const std::function<absl::StatusOr<Answer>(apply::Host&)>& by_ourselves) {
  POL_ASSIGN_OR_RETURN(std::optional<service::ControlClient> pold,
                       FindPold(flags));
  if (pold) return through_pold(*pold);
  Progress progress;
  apply::Host host = apply::OpenHost(
      flags.paths, [&](std::unique_ptr<kernel::FileSystem> files) {
        return WithProgress(std::move(files), progress);
      });
  return by_ourselves(host);
}

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_HOST_FLAGS_H_
