// Plans, outcomes and the state of a host as a person reads them.
#ifndef POL_COMPILER_POLC_HOST_TEXT_H_
#define POL_COMPILER_POLC_HOST_TEXT_H_

#include <cstdint>
#include <string>

#include "agent/apply/report.pb.h"
#include "compiler/polc/change_text.h"

namespace pol::polc {

// The number of differences between the host and the bundle of a plan.
uint64_t CountChanges(const apply::v1::Plan& plan);

// Effects on connections first, then what is changed by name, then what the
// kernel will hold. "nothing to do" when there is no change.
std::string PlanText(const apply::v1::Plan& plan,
                     const TextOptions& options = {});

// `what` is "apply" or "rollback". What was changed, in the form of a plan.
std::string OutcomeText(const std::string& what,
                        const apply::v1::Outcome& outcome,
                        const TextOptions& options = {});

// A line a generation: its number, when and how it came, by whom, from what.
std::string GenerationsText(const apply::v1::GenerationList& list);

std::string StatusText(const apply::v1::HostStatus& status,
                       const TextOptions& options = {});

// Whether something differs from the policy in force.
bool HasDrifted(const apply::v1::HostStatus& status);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_HOST_TEXT_H_
