// Which bundle a generation is, for events that name one.
#ifndef POL_AGENT_SERVICE_PROVENANCE_H_
#define POL_AGENT_SERVICE_PROVENANCE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "compiler/bundle/bundle.pb.h"

namespace pol::service {

// The last few; may be used from any thread.
class Provenance {
 public:
  void Remember(uint64_t generation, const bundle::v1::Bundle& bundle);

  // Null when it is not known (any more).
  std::shared_ptr<const bundle::v1::Bundle> Find(uint64_t generation) const;

 private:
  static constexpr size_t kKept = 4;

  mutable std::mutex mutex_;
  std::map<uint64_t, std::shared_ptr<const bundle::v1::Bundle>> bundles_;
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_PROVENANCE_H_
