// The values that a run gives to the variables of a policy.
//
// They come from files of attributes, `name = value` with constant values, and
// from the command line. What comes later counts: first the folder's own
// *.auto.polvars by name, then `--var-file` and `--var` in the order given.
#ifndef POL_COMPILER_DRIVER_VARIABLES_H_
#define POL_COMPILER_DRIVER_VARIABLES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "compiler/diag/sink.h"
#include "compiler/driver/module_reader.h"
#include "compiler/support/source.h"
#include "compiler/support/status.h"
#include "compiler/syntax/ast.h"

namespace pol::driver {

// One `--var NAME=VALUE` or `--var-file PATH`, without the flag.
struct VariableFlag {
  bool is_file = false;
  std::string text;
};

struct VariableValue {
  std::string name;
  support::Span name_span;
  support::Span span;  // of the value
  // Invalid when a diagnostic has said why, or when `text` is no expression.
  syntax::Expression expression;
  // What stands behind `--var NAME=`: the value itself of a variable whose type
  // is string, whatever it looks like.
  std::optional<std::string> text;
};

// In the order of precedence: of several with one name the last counts. A
// `--var` is added to `sources` as a file "--var NAME" that says `NAME =
// VALUE`. A Status is about files that cannot be read and flags without a form.
absl::StatusOr<std::vector<VariableValue>> GatherVariables(
    const ModuleReader& reader, absl::Span<const VariableFlag> flags,
    support::SourceSet& sources, diag::Sink& sink);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_VARIABLES_H_
