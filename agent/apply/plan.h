// What applying a bundle would change on a host, and what that means.
#ifndef POL_AGENT_APPLY_PLAN_H_
#define POL_AGENT_APPLY_PLAN_H_

#include <vector>

#include "agent/apply/host.h"
#include "agent/apply/report.pb.h"
#include "agent/apply/state_folder.h"
#include "compiler/support/status.h"

namespace pol::apply {

// What would be changed, and what that means. Changes nothing.
absl::StatusOr<v1::Plan> MakePlan(Host& host, const LoadedBundle& target);

// How many entries the kernel's tables hold for `bundle`.
void FillNumbers(const bundle::v1::Bundle& bundle, v1::TableNumbers* numbers);

// The fence's name and whether this host can enforce it.
void FillFence(enforce::Fence& fence, v1::FenceReport* report);

void FillChanges(std::vector<enforce::Change> changes, v1::FenceReport* report);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_PLAN_H_
