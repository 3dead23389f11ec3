#include "compiler/driver/compile.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "compiler/bundle/container.h"
#include "compiler/diag/sink.h"
#include "compiler/driver/load_modules.h"
#include "compiler/driver/prove.h"
#include "compiler/lower/lower.h"
#include "compiler/sema/analyze.h"
#include "compiler/support/files.h"

namespace pol::driver {
namespace {

// Past what a policy file may have, so that the parser is the one to refuse it,
// with a place.
constexpr size_t kMaxRead = 64u << 20;

constexpr char kSuffix[] = ".pol";

// The folder of the policy and what belongs to it.
struct Root {
  std::string folder;
  support::SourceSet sources;
};

absl::StatusOr<Root> ReadRoot(const std::string& path) {
  Root root;
  if (!support::IsDirectory(path)) {
    const size_t slash = path.rfind('/');
    root.folder = slash == path.npos ? "." : path.substr(0, slash + 1);
    POL_ASSIGN_OR_RETURN(std::string text, support::ReadFile(path, kMaxRead));
    root.sources.Add(slash == path.npos ? path : path.substr(slash + 1),
                     std::move(text));
    return root;
  }
  root.folder = path;
  POL_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       support::ListFiles(path, kSuffix));
  if (names.empty()) {
    return absl::NotFoundError(absl::StrCat("no ", kSuffix, " file in ", path));
  }
  for (const std::string& name : names) {
    POL_ASSIGN_OR_RETURN(
        std::string text,
        support::ReadFile(absl::StrCat(path, "/", name), kMaxRead));
    root.sources.Add(name, std::move(text));
  }
  return root;
}

Artefacts MakeArtefacts(const ir::RuleSet& rules) {
  return {network::BuildTables(rules), selinux::FcontextRecords(rules),
          filecaps::CapabilityRecords(rules)};
}

// What was said before goes on being said.
void Continue(const Compilation& compilation, diag::Sink& sink) {
  for (const diag::Diagnostic& diagnostic : compilation.diagnostics) {
    sink.Add(diagnostic);
  }
}

void Pause(const diag::Sink& sink, Compilation& compilation) {
  compilation.diagnostics = sink.Sorted();
  compilation.diagnostics_left_out += sink.dropped();
  if (sink.HasErrors()) compilation.result.reset();
}

void TakeModules(std::vector<Module> modules, sema::ModuleTree& tree) {
  for (Module& module : modules) {
    sema::ModuleSource source;
    source.folder = std::move(module.folder);
    source.files = std::move(module.files);
    for (const Module::Child& child : module.children) {
      source.children.push_back({child.block, child.module});
    }
    tree.sources.push_back(std::move(source));
  }
}

void TakeVariables(const std::vector<VariableValue>& values,
                   sema::ModuleTree& tree) {
  for (const VariableValue& value : values) {
    const bool known =
        !std::holds_alternative<syntax::Invalid>(value.expression.value);
    // A diagnostic has said why.
    if (!known && !value.text.has_value()) continue;
    tree.inputs.push_back({value.name, known ? &value.expression : nullptr,
                           value.text.value_or(""), value.text.has_value(),
                           value.span});
  }
}

absl::StatusOr<Compilation> Run(support::SourceSet sources,
                                const ModuleReader& reader,
                                const Options& options,
                                const std::string& folder) {
  std::vector<syntax::ParsedFile> files;
  for (support::FileId file = 0; file < sources.size(); ++file) {
    files.push_back(syntax::ParseFile(file, sources));
  }
  POL_ASSIGN_OR_RETURN(
      Compilation compilation,
      Begin(std::move(sources), std::move(files), reader, options));
  Check(compilation);
  POL_RETURN_IF_ERROR(Prove(compilation, options, folder));
  POL_RETURN_IF_ERROR(Complete(compilation));
  return compilation;
}

}  // namespace

absl::StatusOr<Compilation> Compile(const std::string& path,
                                    const Options& options) {
  POL_ASSIGN_OR_RETURN(Root root, ReadRoot(path));
  return Run(std::move(root.sources), DiskReader(root.folder), options,
             root.folder);
}

absl::StatusOr<Compilation> Compile(support::SourceSet sources,
                                    const ModuleReader& reader,
                                    const Options& options) {
  return Run(std::move(sources), reader, options, "");
}

absl::StatusOr<Compilation> Compile(support::SourceSet sources,
                                    const Options& options) {
  return Compile(std::move(sources), MemoryReader({}), options);
}

absl::StatusOr<Compilation> Begin(support::SourceSet sources,
                                  std::vector<syntax::ParsedFile> files,
                                  const ModuleReader& reader,
                                  const Options& options) {
  Compilation compilation;
  compilation.sources = std::move(sources);
  diag::Sink sink;
  std::vector<syntax::Ast> asts;
  for (syntax::ParsedFile& file : files) {
    asts.push_back(std::move(file.ast));
    for (const diag::Diagnostic& diagnostic : file.diagnostics) {
      sink.Add(diagnostic);
    }
  }
  TakeModules(LoadModules(std::move(asts), compilation.sources, reader, sink),
              compilation.tree);
  POL_ASSIGN_OR_RETURN(
      compilation.variables,
      GatherVariables(reader, options.variables, compilation.sources, sink));
  TakeVariables(compilation.variables, compilation.tree);
  Pause(sink, compilation);
  return compilation;
}

void Check(Compilation& compilation) {
  diag::Sink sink;
  Continue(compilation, sink);
  sema::Model model =
      sema::Analyze(compilation.tree, compilation.sources, sink);
  compilation.result.emplace().model = std::move(model);
  Pause(sink, compilation);
}

absl::Status Prove(Compilation& compilation, const Options& options,
                   const std::string& folder) {
  if (!compilation.result.has_value()) return absl::OkStatus();
  diag::Sink sink;
  Continue(compilation, sink);
  Compilation::Result& result = *compilation.result;
  result.rules = lower::Lower(result.model, compilation.sources, sink);
  absl::Status proved = absl::OkStatus();
  if (!sink.HasErrors()) {
    proved = ProveRules(result.model, result.rules, compilation.sources,
                        options, folder, sink);
  }
  Pause(sink, compilation);
  if (!options.notes) {
    auto& all = compilation.diagnostics;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [](const diag::Diagnostic& diagnostic) {
                               return diagnostic.severity() ==
                                      diag::Severity::kNote;
                             }),
              all.end());
  }
  return proved;
}

absl::Status Complete(Compilation& compilation) {
  if (!compilation.result.has_value()) return absl::OkStatus();
  Compilation::Result& result = *compilation.result;
  result.artefacts = MakeArtefacts(result.rules);
  result.message = AssembleBundle(result.rules, result.artefacts);
  POL_ASSIGN_OR_RETURN(result.bundle, bundle::Write(result.message));
  return absl::OkStatus();
}

}  // namespace pol::driver
