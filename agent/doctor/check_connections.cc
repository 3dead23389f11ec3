#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/doctor/mounts.h"
#include "agent/doctor/notes.h"

namespace pol::doctor {
namespace {

constexpr char kUnjudged[] = "connections are not judged";

std::vector<Mount> Mounts(const Machine& machine) {
  const auto text = machine.Read("/proc/self/mountinfo");
  return text.ok() ? ParseMounts(*text) : std::vector<Mount>();
}

void CheckCgroup(const Host& host, const Needs& needs, Notes& notes) {
  const auto root = host.machine.CgroupRoot(host.paths.cgroup_root);
  if (!root.ok()) {
    notes.Add(Needs::Without(needs.connections), "cgroup2",
              std::string(root.status().message()), kUnjudged,
              "boot with systemd.unified_cgroup_hierarchy=1, or mount cgroup2");
    return;
  }
  const std::vector<Mount> mounts = Mounts(host.machine);
  const bool hybrid =
      std::any_of(mounts.begin(), mounts.end(),
                  [](const Mount& mount) { return mount.type == "cgroup"; });
  notes.Ok(
      "cgroup2",
      absl::StrCat(*root,
                   hybrid ? ", with hierarchies of version 1 beside it" : ""));
}

void CheckBpffs(const Host& host, const Needs& needs, Notes& notes) {
  const std::string& folder = host.paths.bpffs_dir;
  const std::vector<Mount> mounts = Mounts(host.machine);
  const Mount* mount = MountOf(mounts, folder);
  if (mount != nullptr && mount->type == "bpf") {
    notes.Ok("bpffs", absl::StrCat(folder, " is on the one at ", mount->point));
    return;
  }
  const auto known = host.machine.Read("/proc/filesystems");
  const bool mountable = known.ok() && absl::StrContains(*known, "\tbpf\n");
  notes.Add(Needs::Without(needs.connections), "bpffs",
            absl::StrCat(folder, " is not on a bpffs"),
            absl::StrCat(kUnjudged,
                         ": there is no place that keeps the "
                         "programs when polc or pold ends"),
            mountable ? "mount -t bpf bpf /sys/fs/bpf"
                      : "boot a kernel built with CONFIG_BPF_SYSCALL");
}

// Whether the programs may be tried.
bool CheckFeatures(const Host& host, const Needs& needs, Notes& notes) {
  const auto features = host.machine.Features();
  if (!features.ok()) {
    const bool known_to_pold = host.agent.pold_runs;
    notes.Add(known_to_pold ? v1::WARNING : Needs::Without(needs.connections),
              "BPF", std::string(features.status().message()),
              "what the kernel can do is not known", "run polc doctor as root");
    return false;
  }
  std::map<std::string, int> counts;
  bool all = true;
  for (const kernel::Feature& feature : *features) {
    ++counts[feature.kind];
    if (feature.available) continue;
    all = false;
    notes.Add(Needs::Without(needs.connections),
              absl::StrCat(feature.kind, " ", feature.name),
              "the kernel does not have it",
              absl::StrCat(kUnjudged, ": the programs need it"),
              "boot Linux 6.1 or later with CONFIG_CGROUP_BPF");
  }
  if (!all) return false;
  notes.Ok("BPF",
           absl::StrJoin(counts, ", ", [](std::string* out, const auto& of) {
             absl::StrAppend(out, of.second, " ", of.first,
                             of.second == 1 ? "" : "s");
           }));
  return true;
}

void CheckPrograms(const Host& host, const Needs& needs, Notes& notes) {
  const absl::Status tried = host.machine.TryPrograms();
  if (tried.ok()) {
    notes.Ok("programs", "the verifier takes all of them");
    return;
  }
  notes.Add(Needs::Without(needs.connections), "programs",
            std::string(tried.message()), kUnjudged,
            "report it, with the kernel's release");
}

}  // namespace

void CheckConnections(const Host& host, const Needs& needs, Notes notes) {
  CheckCgroup(host, needs, notes);
  CheckBpffs(host, needs, notes);
  if (CheckFeatures(host, needs, notes)) CheckPrograms(host, needs, notes);
}

}  // namespace pol::doctor
