// The whole pipeline on one page: a policy folder becomes a bundle.
//
//   text -> Ast -> Model -> RuleSet -> artefacts -> bundle
//
// The author's mistakes are in Compilation::diagnostics; a Status means that
// the world did not let us read the folder.
#ifndef POL_COMPILER_DRIVER_COMPILE_H_
#define POL_COMPILER_DRIVER_COMPILE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/bundle/bundle.pb.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/driver/assemble_bundle.h"
#include "compiler/ir/rule_set.h"
#include "compiler/sema/model.h"
#include "compiler/support/source.h"
#include "compiler/support/status.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/reparse.h"

namespace pol::driver {

// Every stage's value of one run. What follows an error is absent.
struct Compilation {
  support::SourceSet sources;  // named relative to the policy folder
  std::vector<diag::Diagnostic> diagnostics;  // in source order
  size_t diagnostics_left_out = 0;            // beyond diag::Sink::kLimit
  std::vector<syntax::Ast> asts;              // one a file

  // Everything a policy without errors becomes.
  struct Result {
    sema::Model model;
    ir::RuleSet rules;
    Artefacts artefacts;
    bundle::v1::Bundle message;
    std::string bundle;  // the bytes of the .polb file
  };
  std::optional<Result> result;  // unset when a diagnostic is an error
};

// `path` is a folder, all of whose *.pol files belong together, or one .pol
// file. The bytes of the bundle depend on the files' names and text alone.
absl::StatusOr<Compilation> Compile(const std::string& path);

// The same for text that is already in memory.
absl::StatusOr<Compilation> Compile(support::SourceSet sources);

// The same step by step, for who wants to look at what there is in between, or
// to stop there. `files` are the parses of all `sources`. Afterwards there are
// the trees and what the parser said.
Compilation Begin(support::SourceSet sources,
                  std::vector<syntax::ParsedFile> files);
// To the Model, which is there unless a diagnostic is an error.
void Check(Compilation& compilation);
// To the bundle, if there is a Model.
absl::Status Complete(Compilation& compilation);

// The stages that Print() knows, in the order of the pipeline.
const std::vector<std::string>& StageNames();

// One stage as text, under no heading. kInvalidArgument for a name that is not
// a stage; kFailedPrecondition when errors kept the compilation from reaching
// it.
absl::StatusOr<std::string> Print(const Compilation& compilation,
                                  std::string_view stage);

// Every stage under a heading.
absl::StatusOr<std::string> PrintAll(const Compilation& compilation);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_COMPILE_H_
