// What HashiCorp's hcldec prints, byte for byte: values with their types,
// diagnostics, references.
#ifndef POL_COMPILER_HCLDEC_PRINT_JSON_H_
#define POL_COMPILER_HCLDEC_PRINT_JSON_H_

#include <string>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/eval/value.h"
#include "compiler/hcldec/references.h"
#include "compiler/hcldec/spec.h"
#include "compiler/support/source.h"

namespace pol::hcldec {

struct ValueOptions {
  bool with_type = false;
  bool keep_nulls = false;  // of objects
};

// One line with its end.
std::string ValueJson(const eval::Value& value, ValueOptions options);

// Lines and columns count from 1, columns in characters as a reader counts
// them; bytes from 0.
std::string DiagnosticsJson(const std::vector<Problem>& problems,
                            const std::vector<diag::Diagnostic>& diagnostics,
                            const support::SourceSet& sources);

std::string ReferencesJson(const std::vector<ReferenceUse>& references,
                           const support::SourceSet& sources);

}  // namespace pol::hcldec

#endif  // POL_COMPILER_HCLDEC_PRINT_JSON_H_
