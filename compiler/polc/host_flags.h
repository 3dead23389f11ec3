// What the commands that concern this host have in common: where things are,
// whether pold runs, how an answer is printed.
#ifndef POL_COMPILER_POLC_HOST_FLAGS_H_
#define POL_COMPILER_POLC_HOST_FLAGS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "agent/kernel/host_paths.h"
#include "agent/service/control_client.h"
#include "compiler/polc/policy_flags.h"
#include "compiler/polc/terminal.h"
#include "google/protobuf/message.h"

namespace pol::polc {

struct HostFlags {
  kernel::HostPaths paths;
  PolicyFlags policy;
  Format format = Format::kText;
};

// Adds --state-dir, --run-dir, --bpffs, --cgroup-root and --selinux-root.
// `flags` outlives `command`.
void AddPathFlags(CLI::App& command, HostFlags& flags);

// Adds --format, text or json.
void AddFormat(CLI::App& command, HostFlags& flags);

// A connection to pold, or nothing when none runs here. Any other trouble with
// its socket is an error: two would otherwise change the host.
absl::StatusOr<std::optional<service::ControlClient>> FindPold(
    const HostFlags& flags);

// Prints `text`, or the message as JSON: one object with format_version, whose
// minor number grows by additions only, and value.
int Show(const HostFlags& flags, const google::protobuf::Message& message,
         const std::string& text);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_HOST_FLAGS_H_
