#include "tests/harness/two_hosts.h"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/support/status.h"

namespace pol::harness {
namespace {

namespace fs = std::filesystem;

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return support::SystemError(error.value(), path);
  return absl::OkStatus();
}

// Several of one process differ by a number, those of several by the pid.
std::string UniqueName() {
  static std::atomic<int> count = 0;
  return absl::StrCat("pol-test-", getpid(), "-", ++count);
}

absl::Status LeaveMountNamespace() {
  if (unshare(CLONE_NEWNS) != 0) {
    return support::SystemError(errno, "making a mount namespace");
  }
  // EINVAL: our root is no mount point, as in a chroot. What we mount may then
  // be seen outside until the janitor unmounts it.
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 &&
      errno != EINVAL) {
    return support::SystemError(errno, "making mounts private");
  }
  return absl::OkStatus();
}

absl::Status Mount(const char* type, const std::string& where,
                   const char* options) {
  if (mount(type, where.c_str(), type, 0, options) != 0) {
    return support::SystemError(
        errno, absl::StrCat("mounting a ", type, " at ", where));
  }
  return absl::OkStatus();
}

// What a running Debian has mounted and a bare chroot may not have: the
// kernel's types for the loader of BPF programs, and the control groups.
// Appends what was mounted to `mounts`.
absl::Status MountWhatIsMissing(std::vector<std::string>& mounts) {
  if (!fs::exists("/sys/kernel")) {
    POL_RETURN_IF_ERROR(Mount("sysfs", "/sys", nullptr));
    mounts.push_back("/sys");
  }
  if (!Cgroup2Mount().ok()) {
    POL_RETURN_IF_ERROR(Mount("cgroup2", "/sys/fs/cgroup", nullptr));
    mounts.push_back("/sys/fs/cgroup");
  }
  return absl::OkStatus();
}

absl::Status SetAddresses(const Host& host) {
  POL_RETURN_IF_ERROR(
      host.network.Ip({"address", "add", absl::StrCat(host.ipv4, "/24"), "dev",
                       host.interface}));
  // nodad: the address is there at once, and nobody else can have it.
  POL_RETURN_IF_ERROR(
      host.network.Ip({"address", "add", absl::StrCat(host.ipv6, "/64"), "dev",
                       host.interface, "nodad"}));
  return host.network.Ip({"link", "set", host.interface, "up"});
}

}  // namespace

absl::StatusOr<std::string> Cgroup2Mount() {
  // proc(5): … mount point is field 5; after " - " the file system's type.
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const std::vector<std::string> halves = absl::StrSplit(line, " - ");
    if (halves.size() != 2 || !halves[1].starts_with("cgroup2 ")) continue;
    const std::vector<std::string> fields = absl::StrSplit(halves[0], ' ');
    if (fields.size() > 4) return fields[4];
  }
  return absl::NotFoundError("no cgroup2 file system is mounted");
}

std::optional<std::string> TwoHosts::WhyNot() {
  if (geteuid() != 0) return "needs root: namespaces, cgroups and BPF";
  return std::nullopt;
}

absl::StatusOr<std::unique_ptr<TwoHosts>> TwoHosts::Create() {
  Belongings belongings;
  POL_RETURN_IF_ERROR(LeaveMountNamespace());
  POL_RETURN_IF_ERROR(MountWhatIsMissing(belongings.mounts));
  POL_ASSIGN_OR_RETURN(const std::string cgroups, Cgroup2Mount());
  const std::string name = UniqueName();
  belongings.cgroup = absl::StrCat(cgroups, "/", name);
  belongings.folder = fs::temp_directory_path() / name;
  belongings.mounts.push_back(absl::StrCat(belongings.folder, "/bpf"));
  POL_ASSIGN_OR_RETURN(Janitor janitor, Janitor::Hire(belongings));
  std::unique_ptr<TwoHosts> hosts(
      new TwoHosts(std::move(janitor), belongings.cgroup, belongings.folder));
  POL_RETURN_IF_ERROR(hosts->MakeFolders());
  POL_RETURN_IF_ERROR(hosts->MakeNetwork());
  return hosts;
}

TwoHosts::TwoHosts(Janitor janitor, std::string cgroup, std::string folder)
    : janitor_(std::move(janitor)),
      cgroup_(std::move(cgroup)),
      folder_(std::move(folder)) {}

absl::Status TwoHosts::MakeFolders() const {
  POL_RETURN_IF_ERROR(MakeFolder(managed_cgroup()));
  POL_RETURN_IF_ERROR(MakeFolder(unmanaged_cgroup()));
  POL_RETURN_IF_ERROR(MakeFolder(bpffs()));
  return Mount("bpf", bpffs(), "mode=0700");
}

absl::Status TwoHosts::MakeNetwork() {
  POL_ASSIGN_OR_RETURN(client_.network, NetworkNamespace::Create());
  POL_ASSIGN_OR_RETURN(server_.network, NetworkNamespace::Create());
  POL_RETURN_IF_ERROR(client_.network.Ip(
      {"link", "add", client_.interface, "type", "veth", "peer", "name",
       server_.interface, "netns", server_.network.path()}));
  POL_RETURN_IF_ERROR(SetAddresses(client_));
  return SetAddresses(server_);
}

std::string TwoHosts::managed_cgroup() const {
  return absl::StrCat(cgroup_, "/managed");
}

std::string TwoHosts::unmanaged_cgroup() const {
  return absl::StrCat(cgroup_, "/unmanaged");
}

absl::StatusOr<std::string> TwoHosts::ManagedCgroup(std::string_view path) {
  std::string group = absl::StrCat(managed_cgroup(), "/", std::string(path));
  POL_RETURN_IF_ERROR(MakeFolder(group));
  return group;
}

std::string TwoHosts::bpffs() const { return absl::StrCat(folder_, "/bpf"); }

absl::Status TwoHosts::Close() {
  client_.network = NetworkNamespace();
  server_.network = NetworkNamespace();
  return janitor_.Dismiss();
}

}  // namespace pol::harness
