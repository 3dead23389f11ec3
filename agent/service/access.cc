#include "agent/service/access.h"

#include <grp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace pol::service {

absl::StatusOr<Peer> PeerOf(int socket) {
  ucred credentials = {};
  socklen_t size = sizeof(credentials);
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return support::SystemError(errno, "ask who is at the other end");
  Peer peer{credentials.pid, credentials.uid, credentials.gid, {}};
  std::array<gid_t, 64> few = {};
  size = sizeof(few);
  int error =
      getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, few.data(), &size) == 0
          ? 0
          : errno;
  if (error == 0) {
    peer.groups.assign(few.begin(), few.begin() + size / sizeof(gid_t));
    return peer;
  }
  if (error != ERANGE)
    return support::SystemError(error, "ask for the groups of the other end");
  peer.groups.resize(size / sizeof(gid_t));  // the kernel told the size
  if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(),
                 &size) != 0) {
    return support::SystemError(errno, "ask for the groups of the other end");
  }
  return peer;
}

bool MayControl(const Peer& peer, std::optional<gid_t> group) {
  if (peer.uid == 0) return true;
  if (!group) return false;
  return peer.gid == *group || std::find(peer.groups.begin(), peer.groups.end(),
                                         *group) != peer.groups.end();
}

std::optional<gid_t> FindGroup(const std::string& name) {
  std::vector<char> buffer(1 << 16);
  group entry = {};
  group* found = nullptr;
  if (getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) !=
          0 ||
      found == nullptr) {
    return std::nullopt;
  }
  return found->gr_gid;
}

}  // namespace pol::service
