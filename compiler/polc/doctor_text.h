// A diagnosis as a person reads it.
#ifndef POL_COMPILER_POLC_DOCTOR_TEXT_H_
#define POL_COMPILER_POLC_DOCTOR_TEXT_H_

#include <string>

#include "agent/doctor/diagnosis.pb.h"

namespace pol::polc {

// The checks by subject, each in a line; below one that is not ok, what it
// means and how to mend it. The numbers are in the last line.
std::string DiagnosisText(const doctor::v1::Diagnosis& diagnosis);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_DOCTOR_TEXT_H_
