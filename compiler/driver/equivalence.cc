#include "compiler/driver/equivalence.h"

#include <map>
#include <utility>
#include <vector>

#include "compiler/analysis/diagnostics.h"
#include "compiler/analysis/equivalent.h"
#include "compiler/analysis/words.h"
#include "compiler/archive/read_archive.h"
#include "compiler/diag/cat.h"
#include "compiler/diag/render.h"
#include "compiler/driver/module_reader.h"
#include "compiler/driver/revision.h"
#include "compiler/lower/lower.h"
#include "compiler/syntax/reparse.h"

namespace pol::driver {
namespace {

using diag::Cat;

bool IsOfTheRoot(std::string_view name) {
  constexpr std::string_view kSuffix = ".pol";
  return name.find('/') == name.npos && name.size() > kSuffix.size() &&
         name.substr(name.size() - kSuffix.size()) == kSuffix;
}

// The Model of a revision, with its sources.
absl::StatusOr<Compilation> CompileRevision(const std::string& folder,
                                            const std::string& revision,
                                            const Options& options) {
  POL_ASSIGN_OR_RETURN(archive::Files files, ReadRevision(folder, revision));
  support::SourceSet sources;
  std::vector<syntax::ParsedFile> parsed;
  for (const auto& [name, text] : files) {
    if (!IsOfTheRoot(name)) continue;
    parsed.push_back(syntax::ParseFile(sources.Add(name, text), sources));
  }
  const MemoryReader reader(std::move(files));
  POL_ASSIGN_OR_RETURN(
      Compilation compilation,
      Begin(std::move(sources), std::move(parsed), reader, options));
  Check(compilation);
  if (compilation.result.has_value()) return compilation;
  for (const diag::Diagnostic& diagnostic : compilation.diagnostics) {
    if (diagnostic.severity() != diag::Severity::kError) continue;
    return absl::FailedPreconditionError(Cat(
        "revision `", revision,
        "` has mistakes: ", diag::Place(compilation.sources, diagnostic.span),
        ": ", diagnostic.message));
  }
  return absl::FailedPreconditionError(
      Cat("revision `", revision, "` has mistakes"));
}

}  // namespace

absl::Status CheckEquivalences(const sema::Model& model,
                               const support::SourceSet& sources,
                               const Options& options,
                               const std::string& folder, diag::Sink& sink) {
  for (const sema::Equivalence& statement : model.equivalences) {
    POL_ASSIGN_OR_RETURN(const Compilation other,
                         CompileRevision(folder, statement.revision, options));
    // Both over the names of both, so that the same number is the same ID.
    const ir::RuleSet now = lower::Lower(
        model, sources, sink, lower::UniverseOf(other.result->model));
    const ir::RuleSet then = lower::Lower(other.result->model, other.sources,
                                          sink, lower::UniverseOf(model));
    if (sink.HasErrors()) return absl::OkStatus();
    const auto difference = analysis::FindDifference(now, then);
    if (!difference.has_value()) continue;
    auto& diagnostic =
        sink.Report(analysis::kNotEquivalent, statement.span,
                    Cat("the policy does not decide as revision `",
                        statement.revision, "` does"))
            .Note(Cat(
                "for example ",
                analysis::Text(now, {difference->connection, difference->at})))
            .Note(Cat("now: ", analysis::Text(now, difference->a)))
            .Note(Cat("then: ", analysis::Text(then, difference->b)));
    if (difference->a.rule.has_value()) {
      diagnostic.Also(now.rules[*difference->a.rule].origin.span,
                      "decides it now");
    }
  }
  return absl::OkStatus();
}

}  // namespace pol::driver
