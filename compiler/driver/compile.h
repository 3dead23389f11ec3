// The whole pipeline on one page: a policy folder becomes a bundle.
//
//   text -> Ast -> Model -> RuleSet -> artefacts -> bundle
//
// The author's mistakes are in Compilation::diagnostics; a Status means that
// the world did not let us read the folder.
#ifndef POL_COMPILER_DRIVER_COMPILE_H_
#define POL_COMPILER_DRIVER_COMPILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/bundle/bundle.pb.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/driver/assemble_bundle.h"
#include "compiler/driver/module_reader.h"
#include "compiler/driver/variables.h"
#include "compiler/ir/rule_set.h"
#include "compiler/sema/model.h"
#include "compiler/sema/module_tree.h"
#include "compiler/support/source.h"
#include "compiler/support/status.h"
#include "compiler/syntax/reparse.h"
#include "compiler/target/target.h"

namespace pol::driver {

struct Options {
  std::vector<VariableFlag> variables;
  // What waivers are compared with, Unix time in seconds. It decides which
  // findings are silent; no byte of a bundle depends on it.
  int64_t today = 0;
  // Findings that are no more than information.
  bool notes = false;
  // The host whose SELinux policy the names are compared with; no byte of a
  // bundle depends on it. Null: they are not compared, which a note says to who
  // `wants_target`.
  std::shared_ptr<const target::Target> target = nullptr;
  bool wants_target = false;
};

// Every stage's value of one run. What follows an error is absent.
struct Compilation {
  support::SourceSet sources;  // named relative to the policy folder
  std::vector<diag::Diagnostic> diagnostics;  // in source order
  size_t diagnostics_left_out = 0;            // beyond diag::Sink::kLimit
  sema::ModuleTree tree;
  std::vector<VariableValue> variables;  // which `tree` refers to

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
// file. The bytes of the bundle depend on the files' names and text, and on the
// variables, alone.
absl::StatusOr<Compilation> Compile(const std::string& path,
                                    const Options& options = {});

// The same for text that is already in memory. Modules and files of variables
// come from `reader`.
absl::StatusOr<Compilation> Compile(support::SourceSet sources,
                                    const ModuleReader& reader,
                                    const Options& options = {});
absl::StatusOr<Compilation> Compile(support::SourceSet sources,
                                    const Options& options = {});

// The same step by step, for who wants to look at what there is in between, or
// to stop there. `files` are the parses of all `sources`. Afterwards there are
// the trees, those of modules too, and what the parser said.
absl::StatusOr<Compilation> Begin(support::SourceSet sources,
                                  std::vector<syntax::ParsedFile> files,
                                  const ModuleReader& reader,
                                  const Options& options = {});
// To the Model, which is there unless a diagnostic is an error.
void Check(Compilation& compilation);
// To the RuleSet and what the analysis has to say of it; an error of that
// takes the result away. `folder` is the policy's own on the disk, for
// statements about its revisions; without one these are not looked at.
absl::Status Prove(Compilation& compilation, const Options& options,
                   const std::string& folder = "");
// To the bundle, if there are rules.
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
