// Two hosts on one machine, for tests with real traffic: two network namespaces
// joined by a veth pair, a cgroup tree of our own, a private bpffs.
//
//   client  10.87.0.1/24  fd87::1/64        server  10.87.0.2/24  fd87::2/64
//
// Everything is private to this process and its children and goes away however
// they end; any number of these may exist at once. Never touches the root
// cgroup's own processes or the machine's interfaces.
#ifndef POL_TESTS_HARNESS_TWO_HOSTS_H_
#define POL_TESTS_HARNESS_TWO_HOSTS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/harness/janitor.h"
#include "tests/harness/network_namespace.h"
#include "tests/harness/process.h"

namespace pol::harness {

struct Host {
  std::string ipv4;
  std::string ipv6;
  std::string interface;
  NetworkNamespace network;
};

class TwoHosts {
 public:
  // Why there can be none here (not root, no cgroup2, …); nullopt: there can.
  static std::optional<std::string> WhyNot();

  // Moves this process into a mount namespace of its own, in which sysfs and
  // cgroup2 are mounted when they were not (a chroot). For a process that still
  // has one thread.
  static absl::StatusOr<std::unique_ptr<TwoHosts>> Create();

  const Host& client() const { return client_; }
  const Host& server() const { return server_; }

  // The top of the groups that are judged: what --cgroup-root is to be.
  std::string managed_cgroup() const;

  // The group `path` ("finance-app.service") below the managed one, made when
  // it is not there.
  absl::StatusOr<std::string> ManagedCgroup(std::string_view path);

  // A group outside the managed tree: for agents and whoever only watches.
  std::string unmanaged_cgroup() const;

  // A folder for this test alone; others may enter it, not write.
  const std::string& folder() const { return folder_; }

  // A bpffs that only we and our children see.
  std::string bpffs() const;

  // Takes everything down and says what could not be removed. The destructor
  // does the same silently.
  absl::Status Close();

 private:
  TwoHosts(Janitor janitor, std::string cgroup, std::string folder);
  absl::Status MakeFolders() const;
  absl::Status MakeNetwork();

  Janitor janitor_;
  std::string cgroup_;
  std::string folder_;
  Host client_{"10.87.0.1", "fd87::1", "client0", {}};
  Host server_{"10.87.0.2", "fd87::2", "server0", {}};
};

// Where cgroup2 is mounted: /sys/fs/cgroup, or below it on a hybrid hierarchy.
absl::StatusOr<std::string> Cgroup2Mount();

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_TWO_HOSTS_H_
