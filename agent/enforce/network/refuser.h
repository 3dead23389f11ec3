// Acts on denials, so that whoever is refused learns of it at once instead of
// waiting for packets that never come.
#ifndef POL_AGENT_ENFORCE_NETWORK_REFUSER_H_
#define POL_AGENT_ENFORCE_NETWORK_REFUSER_H_

#include <cstdint>
#include <map>

#include "agent/kernel/network/fd.h"
#include "bpf/abi.h"
#include "compiler/support/status.h"

namespace pol::enforce {

class Refuser {
 public:
  // Does what event.remedy says; OK when there is nothing to do. An error
  // leaves the connection without packets, but not told so: kNotFound when
  // its network namespace is gone.
  absl::Status Refuse(const pol_event& event);

  // Lets go of the namespaces met since. Call when a batch of events is done:
  // what is kept open here keeps a namespace alive.
  void Release() { sockets_.clear(); }

 private:
  // Sockets in one network namespace.
  struct Sockets {
    kernel::Fd diag;
    kernel::Fd raw4;
    kernel::Fd raw6;
  };
  absl::StatusOr<const Sockets*> In(const pol_event& event);

  std::map<uint32_t, Sockets> sockets_;  // by inode number
};

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_NETWORK_REFUSER_H_
