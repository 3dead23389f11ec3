// A network namespace that exists as long as somebody holds it: this object or
// a process in it. It has no name, so there is nothing to remove, and any
// number of them may use the same addresses (network_namespaces(7)).
#ifndef POL_TESTS_HARNESS_NETWORK_NAMESPACE_H_
#define POL_TESTS_HARNESS_NETWORK_NAMESPACE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pol::harness {

class NetworkNamespace {
 public:
  // A new one with its loopback up. Needs CAP_SYS_ADMIN and CAP_NET_ADMIN.
  static absl::StatusOr<NetworkNamespace> Create();

  NetworkNamespace() = default;
  NetworkNamespace(NetworkNamespace&& other) noexcept;
  NetworkNamespace& operator=(NetworkNamespace&& other) noexcept;
  ~NetworkNamespace();

  int fd() const { return fd_; }

  // A name under which other programs (ip, nsenter) find it while we live.
  std::string path() const;

  // Runs ip(8) in it.
  absl::Status Ip(std::vector<std::string> arguments) const;

 private:
  int fd_ = -1;
};

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_NETWORK_NAMESPACE_H_
