// A plan in a file, and the promise that applying it does what it says: a
// serialised pol.apply.v1.SavedPlan in a sealed file with the magic
// "POLPLAN\n".
//
// The host is named by its machine-id, what is in force by generation and
// digest, what would be changed by a digest over all of it. An apply of the
// plan compares all four under the lock, when everything is prepared and
// nothing is switched.
#ifndef POL_AGENT_APPLY_SAVED_PLAN_H_
#define POL_AGENT_APPLY_SAVED_PLAN_H_

#include <string>
#include <string_view>
#include <vector>

#include "agent/apply/apply.h"
#include "agent/apply/saved_plan.pb.h"
#include "agent/kernel/host_paths.h"
#include "compiler/support/status.h"

namespace pol::apply {

// More than the greatest bundle and a plan of many files.
inline constexpr size_t kMaxPlanFile = size_t{1} << 30;

// The machine-id(5) of the host; empty when it has none.
std::string ReadMachineId(const kernel::HostPaths& paths);

// Fills `expected` from `plan`. kFailedPrecondition when the plan could not
// read everything: nobody knows what applying it would do.
absl::StatusOr<v1::SavedPlan> MakeSavedPlan(const LoadedBundle& target,
                                            v1::Plan plan,
                                            std::string machine_id);

// The bytes of the file. kResourceExhausted beyond kMaxPlanFile.
absl::StatusOr<std::string> WritePlanFile(const v1::SavedPlan& plan);

// kInvalidArgument for a file that is no saved plan, kUnimplemented for one of
// a newer format, kDataLoss for a damaged one.
absl::StatusOr<v1::SavedPlan> ReadPlanFile(std::string_view file);

// Whether these are the first bytes of a saved plan.
bool IsPlanFile(std::string_view file);

// Admits an apply on the host that `expected` describes, as long as it
// describes it. kAborted, saying what differs, when the plan is stale;
// kFailedPrecondition on another host.
Approve ApproveOnly(const kernel::HostPaths& paths, v1::Expected expected);

// What one plan names and the other does not, line by line: the first `limit`
// of them, then how many more there are.
std::vector<std::string> Differences(const v1::Plan& saved, const v1::Plan& now,
                                     size_t limit);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_SAVED_PLAN_H_
