// One file through the compiler, and how each stage of it is printed.
#ifndef POL_TESTS_GOLDEN_STAGES_H_
#define POL_TESTS_GOLDEN_STAGES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "compiler/diag/code.h"
#include "compiler/diag/sink.h"
#include "compiler/sema/model.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::golden {

// What a run leaves behind.
struct Run {
  support::SourceSet sources;
  std::vector<syntax::Ast> files;
  sema::Model model;
  diag::Sink sink;
};

std::unique_ptr<Run> Compile(std::string name, std::string text);

// A name that a case may ask for in its first line, and what it then gets to
// see.
struct Stage {
  std::string_view name;
  std::string (*print)(const Run& run);
};
absl::Span<const Stage> Stages();

// The codes that each room declares.
std::vector<const diag::Code*> AllCodes();

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_STAGES_H_
