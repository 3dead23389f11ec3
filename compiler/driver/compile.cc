#include "compiler/driver/compile.h"

#include <utility>

#include "absl/strings/match.h"
#include "compiler/analysis/fcontexts.h"
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
  sema::Model model =
      sema::Analyze(compilation.asts, compilation.sources, sink);
  Compilation::Result result;
  if (!sink.HasErrors()) {
    result.model = std::move(model);
    result.rules = lower::Lower(result.model, compilation.sources);
    analysis::CheckFcontexts(result.rules, sink);
  }
  compilation.diagnostics = sink.Sorted();
  compilation.diagnostics_left_out = sink.dropped();
  if (sink.HasErrors()) return compilation;

  result.artefacts = MakeArtefacts(result.rules);
  result.message = AssembleBundle(result.rules, result.artefacts);
  POL_ASSIGN_OR_RETURN(result.bundle, bundle::Write(result.message));
  compilation.result = std::move(result);
  return compilation;
}

}  // namespace pol::driver
