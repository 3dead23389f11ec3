// HashiCorp's hcldec, as far as HashiCorp's conformance suite calls it:
//
//   hcldec --spec=FILE --diags=json --with-type --keep-nulls INPUT
//   hcldec --spec=FILE --diags=json --var-refs INPUT
//
// The input is read by polc's own parser, in HCL's dialect, and evaluated by
// HCL's rules. An input whose name ends in `.json` is a JSON object of
// attributes. Not there: functions and `transform` in specifications, several
// inputs, blocks in JSON.
#ifndef POL_COMPILER_HCLDEC_RUN_H_
#define POL_COMPILER_HCLDEC_RUN_H_

#include <string>

#include "compiler/support/status.h"

namespace pol::hcldec {

struct Arguments {
  std::string spec = {};
  std::string input = {};
  bool with_type = false;
  bool keep_nulls = false;
  bool references = false;  // print those instead of the value
};

// One of the two texts is empty.
struct Result {
  std::string out;
  std::string diagnostics;
};

// An error when a file cannot be read.
absl::StatusOr<Result> Run(const Arguments& arguments);

}  // namespace pol::hcldec

#endif  // POL_COMPILER_HCLDEC_RUN_H_
