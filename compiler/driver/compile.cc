#include "compiler/driver/compile.h"

#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "compiler/bundle/container.h"
#include "compiler/diag/sink.h"
#include "compiler/lower/lower.h"
#include "compiler/sema/analyze.h"
#include "compiler/support/files.h"
#include "compiler/syntax/parse.h"

namespace pol::driver {
namespace {

// Past what a policy file may have, so that the parser is the one to refuse it,
// with a place.
constexpr size_t kMaxRead = 64u << 20;

constexpr char kSuffix[] = ".pol";

std::string BaseName(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

absl::StatusOr<support::SourceSet> ReadSources(const std::string& path) {
  support::SourceSet sources;
  if (!support::IsDirectory(path)) {
    POL_ASSIGN_OR_RETURN(std::string text, support::ReadFile(path, kMaxRead));
    sources.Add(BaseName(path), std::move(text));
    return sources;
  }
  POL_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       support::ListFiles(path, kSuffix));
  if (names.empty()) {
    return absl::NotFoundError(absl::StrCat("no ", kSuffix, " file in ", path));
  }
  for (const std::string& name : names) {
    POL_ASSIGN_OR_RETURN(
        std::string text,
        support::ReadFile(absl::StrCat(path, "/", name), kMaxRead));
    sources.Add(name, std::move(text));
  }
  return sources;
}

Artefacts MakeArtefacts(const ir::RuleSet& rules) {
  return {network::BuildTables(rules), selinux::FcontextRecords(rules),
          filecaps::CapabilityRecords(rules)};
}

// `sink` holds what the parser said.
void Check(Compilation& compilation, diag::Sink& sink) {
  sema::Model model =
      sema::Analyze(compilation.asts, compilation.sources, sink);
  compilation.diagnostics = sink.Sorted();
  compilation.diagnostics_left_out = sink.dropped();
  if (sink.HasErrors()) return;
  compilation.result.emplace();
  compilation.result->model = std::move(model);
}

}  // namespace

absl::StatusOr<Compilation> Compile(const std::string& path) {
  POL_ASSIGN_OR_RETURN(support::SourceSet sources, ReadSources(path));
  return Compile(std::move(sources));
}

absl::StatusOr<Compilation> Compile(support::SourceSet sources) {
  Compilation compilation;
  compilation.sources = std::move(sources);
  diag::Sink sink;
  for (support::FileId file = 0; file < compilation.sources.size(); ++file) {
    compilation.asts.push_back(syntax::Parse(file, compilation.sources, sink));
  }
  Check(compilation, sink);
  POL_RETURN_IF_ERROR(Complete(compilation));
  return compilation;
}

Compilation Begin(support::SourceSet sources,
                  std::vector<syntax::ParsedFile> files) {
  Compilation compilation;
  compilation.sources = std::move(sources);
  for (syntax::ParsedFile& file : files) {
    compilation.asts.push_back(std::move(file.ast));
    compilation.diagnostics.insert(
        compilation.diagnostics.end(),
        std::make_move_iterator(file.diagnostics.begin()),
        std::make_move_iterator(file.diagnostics.end()));
  }
  return compilation;
}

void Check(Compilation& compilation) {
  diag::Sink sink;
  for (const diag::Diagnostic& diagnostic : compilation.diagnostics) {
    sink.Add(diagnostic);
  }
  Check(compilation, sink);
}

absl::Status Complete(Compilation& compilation) {
  if (!compilation.result.has_value()) return absl::OkStatus();
  Compilation::Result& result = *compilation.result;
  result.rules = lower::Lower(result.model, compilation.sources);
  result.artefacts = MakeArtefacts(result.rules);
  result.message = AssembleBundle(result.rules, result.artefacts);
  POL_ASSIGN_OR_RETURN(result.bundle, bundle::Write(result.message));
  return absl::OkStatus();
}

}  // namespace pol::driver
