// pold: the agent of one host. What it does stands in agent/service/daemon.h.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "agent/apply/apply.h"
#include "agent/kernel/watch/file_watch.h"
#include "agent/service/daemon.h"
#include "agent/service/log.h"
#include "agent/service/network_decisions.h"

namespace {

int Fail(const absl::Status& status) {
  pol::service::Log(pol::service::Priority::kError,
                    absl::StrCat("pold: ", status.message()));
  return 1;
}

int Detach(pol::apply::Host host) {
  absl::Status removed = pol::apply::RemoveAll(host);
  if (!removed.ok()) return Fail(removed);
  pol::service::Log(pol::service::Priority::kNotice,
                    "removed what policies had put on this host");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  pol::kernel::HostPaths paths;
  std::string group = "pol";
  bool detach = false;

  CLI::App app(
      "pold holds the policy in force on this host: network programs, labels "
      "and capabilities. polc talks to it.\n\n"
      "  pold                     run, as the unit pold.service does\n"
      "  pold --detach            remove everything from the host and end");
  app.option_defaults()->always_capture_default();
  app.add_option("--state-dir", paths.state_dir, "Bundles in force and before");
  app.add_option("--run-dir", paths.run_dir, "Control socket and lock");
  app.add_option("--bpffs", paths.bpffs_dir, "Pinned programs and maps");
  app.add_option("--cgroup-root", paths.cgroup_root,
                 "Cgroup below which connections are judged; empty: all");
  app.add_option("--selinux-root", paths.selinux_root,
                 "Root of the SELinux policy store; empty: /");
  app.add_option("--group", group, "Group that may use the control socket");
  app.add_flag("--detach", detach,
               "Take away programs, labels and capabilities, and end");
  app.set_version_flag("--version", POL_VERSION);
  CLI11_PARSE(app, argc, argv);

  if (geteuid() != 0)
    return Fail(absl::PermissionDeniedError("must be run by root"));
  pol::apply::Host host = pol::apply::OpenHost(paths);
  if (detach) return Detach(std::move(host));
  host.version = POL_VERSION;
  auto watch = pol::kernel::MakeFileWatch();
  if (!watch.ok()) return Fail(watch.status());
  absl::StatusOr<std::unique_ptr<pol::service::Daemon>> daemon =
      pol::service::Daemon::Start(std::move(host), group,
                                  pol::service::MakeNetworkDecisions(paths),
                                  *std::move(watch));
  if (!daemon.ok()) return Fail(daemon.status());
  absl::Status ran = (*daemon)->Run();
  return ran.ok() ? 0 : Fail(ran);
}
