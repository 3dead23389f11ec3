#include "agent/service/provenance.h"

namespace pol::service {

void Provenance::Remember(uint64_t generation,
                          const bundle::v1::Bundle& bundle) {
  auto copy = std::make_shared<const bundle::v1::Bundle>(bundle);
  std::lock_guard<std::mutex> lock(mutex_);
  bundles_[generation] = std::move(copy);
  while (bundles_.size() > kKept) bundles_.erase(bundles_.begin());
}

std::shared_ptr<const bundle::v1::Bundle> Provenance::Find(
    uint64_t generation) const {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = bundles_.find(generation);
  return found == bundles_.end() ? nullptr : found->second;
}

}  // namespace pol::service
