// Acts on denials, so that whoever is refused learns of it at once instead of
// waiting for packets that never come.
#ifndef POL_AGENT_ENFORCE_NETWORK_REFUSER_H_
#define POL_AGENT_ENFORCE_NETWORK_REFUSER_H_

#include <cstdint>
#include <map>
#include <utility>

#include "agent/kernel/fd.h"
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
  // What is needed in one network namespace, opened when it is.
  enum class Tool { kDiag, kRaw4, kRaw6 };
  absl::StatusOr<int> Open(const pol_event& event, Tool tool);

  std::map<std::pair<uint32_t, Tool>, kernel::Fd> sockets_;  // by inode number
};

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_NETWORK_REFUSER_H_
