#include "absl/strings/str_cat.h"
#include "agent/doctor/notes.h"

namespace pol::doctor {
namespace {

struct Stake {
  v1::Result without;
  const char* means;
};

Stake StakeOf(std::string_view fence, const Host& host, const Needs& needs) {
  if (fence == "network") {
    return {Needs::Without(needs.connections), "connections are not judged"};
  }
  if (fence == "capabilities") {
    return {Needs::Without(needs.capabilities),
            "files do not get their capabilities"};
  }
  // Labels can be written where nothing enforces them; rules for trees need a
  // store.
  const bool lost =
      needs.bundle != nullptr && needs.trees && host.selinux.Missing();
  return {Needs::Without(lost),
          lost ? "the policy's `fcontext` rules are not even written"
               : "labels are written and not enforced"};
}

}  // namespace

void CheckFences(const Host& host, const Needs& needs, Notes notes) {
  for (const std::unique_ptr<enforce::Fence>& fence : host.fences) {
    const std::string name(fence->name());
    const enforce::Support support = fence->Probe();
    if (support.available) {
      notes.Ok(name, "can be held");
      continue;
    }
    const Stake stake = StakeOf(name, host, needs);
    // What follows says how to mend it.
    notes.Add(stake.without, name, support.reason, stake.means, "");
  }
}

}  // namespace pol::doctor
