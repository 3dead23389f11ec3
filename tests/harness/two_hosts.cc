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

absl::Status MakeMountsPrivate() {
  if (unshare(CLONE_NEWNS) != 0) {
    return support::SystemError(errno, "making a mount namespace");
  }
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return support::SystemError(errno, "making mounts private");
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
  const absl::StatusOr<std::string> mount = Cgroup2Mount();
  if (!mount.ok()) return std::string(mount.status().message());
  if (access(mount->c_str(), W_OK) != 0) {
    return absl::StrCat(*mount, " cannot be written");
  }
  return std::nullopt;
}

absl::StatusOr<std::unique_ptr<TwoHosts>> TwoHosts::Create() {
  POL_ASSIGN_OR_RETURN(const std::string mount, Cgroup2Mount());
  const std::string name = UniqueName();
  Belongings belongings = {absl::StrCat(mount, "/", name),
                           fs::temp_directory_path() / name};
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

absl::Status TwoHosts::MakeFolders() {
  POL_RETURN_IF_ERROR(MakeFolder(managed_cgroup()));
  POL_RETURN_IF_ERROR(MakeFolder(unmanaged_cgroup()));
  POL_RETURN_IF_ERROR(MakeFolder(bpffs()));
  POL_RETURN_IF_ERROR(MakeMountsPrivate());
  if (mount("bpf", bpffs().c_str(), "bpf", 0, "mode=0700") != 0) {
    return support::SystemError(errno, "mounting a bpffs");
  }
  return absl::OkStatus();
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
  // Lazily: a program may still be about to end in it.
  umount2(bpffs().c_str(), MNT_DETACH);
  return janitor_.Dismiss();
}

}  // namespace pol::harness
