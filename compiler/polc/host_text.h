// Plans, outcomes and the state of a host as a person reads them.
#ifndef POL_COMPILER_POLC_HOST_TEXT_H_
#define POL_COMPILER_POLC_HOST_TEXT_H_

#include <string>

#include "agent/apply/report.pb.h"

namespace pol::polc {

// The number of differences between the host and the bundle of a plan.
int CountChanges(const apply::v1::Plan& plan);

// Effects on connections first, then what is changed by name, then what the
// kernel will hold. "nothing to do" when there is no change.
std::string PlanText(const apply::v1::Plan& plan);

// `what` is "apply" or "rollback".
std::string OutcomeText(const std::string& what,
                        const apply::v1::Outcome& outcome);

std::string StatusText(const apply::v1::HostStatus& status);

// Whether something differs from the policy in force.
bool HasDrifted(const apply::v1::HostStatus& status);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_HOST_TEXT_H_
