// What applying a bundle would change on a host, and what that means.
#ifndef POL_AGENT_APPLY_PLAN_H_
#define POL_AGENT_APPLY_PLAN_H_

#include <vector>

#include "agent/apply/host.h"
#include "agent/apply/report.pb.h"
#include "agent/apply/state_folder.h"
#include "compiler/support/status.h"

namespace pol::apply {

// What would be changed, and what that means. Changes nothing. What this
// process may not read is named in `unread`, and the rest is planned.
absl::StatusOr<v1::Plan> MakePlan(Host& host, const LoadedBundle& target);

// How many entries the kernel's tables hold for `bundle`.
void FillNumbers(const bundle::v1::Bundle& bundle, v1::TableNumbers* numbers);

// The fence's name and whether this host can enforce it.
void FillFence(const Host& host, enforce::Fence& fence,
               v1::FenceReport* report);

v1::PlanCounts Count(
    const google::protobuf::RepeatedPtrField<v1::FenceReport>& fences);

void FillChanges(std::vector<enforce::Change> changes, v1::FenceReport* report);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_PLAN_H_
