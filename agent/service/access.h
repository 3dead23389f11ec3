// Who may use the control socket.
#ifndef POL_AGENT_SERVICE_ACCESS_H_
#define POL_AGENT_SERVICE_ACCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "compiler/support/status.h"

namespace pol::service {

// The process at the other end of a Unix socket, as it was when it connected.
struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // besides `gid`
};

// By SO_PEERCRED and SO_PEERGROUPS (unix(7)).
absl::StatusOr<Peer> PeerOf(int socket);

// Root may, and every member of `group`; without a group, root alone.
bool MayControl(const Peer& peer, std::optional<gid_t> group);

// The number of a group; nullopt when there is none of that name.
std::optional<gid_t> FindGroup(const std::string& name);

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_ACCESS_H_
