// Drift as a person reads it.
#ifndef POL_COMPILER_POLC_DRIFT_TEXT_H_
#define POL_COMPILER_POLC_DRIFT_TEXT_H_

#include <string>

#include "agent/apply/report.pb.h"
#include "agent/service/drift.pb.h"

namespace pol::polc {

// What differs now, what is fought over, what was done lately, how the file
// systems are watched.
std::string DriftText(const service::v1::DriftReport& report);

// What can be said without a pold that watches.
service::v1::DriftReport DriftFromStatus(const apply::v1::HostStatus& status);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_DRIFT_TEXT_H_
