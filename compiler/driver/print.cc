#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/bundle/container.h"
#include "compiler/driver/compile.h"
#include "compiler/ir/dump.h"
#include "compiler/sema/analyze.h"
#include "compiler/support/view.h"
#include "compiler/syntax/dump.h"

namespace pol::driver {
namespace {

struct Stage {
  std::string name;
  bool needs_result;
  std::function<std::string(const Compilation&)> print;
};

std::string PrintFiles(const std::vector<syntax::Ast>& files) {
  return absl::StrJoin(files, "", [](std::string* out, const syntax::Ast& ast) {
    absl::StrAppend(out, syntax::Dump(ast));
  });
}

std::string PrintAst(const Compilation& compilation) {
  std::string out;
  for (const sema::ModuleSource& module : compilation.tree.sources) {
    absl::StrAppend(&out, module.folder.empty() ? "" : "module ", module.folder,
                    module.folder.empty() ? "" : "\n",
                    PrintFiles(module.files));
  }
  return out;
}

std::string PrintBundle(const Compilation& compilation) {
  const Compilation::Result& result = *compilation.result;
  return absl::StrCat("format ", bundle::kFormatVersion, "\nrequires ",
                      absl::StrJoin(result.message.requirements(), ", "),
                      "\nidentities ", result.message.identities_size(),
                      "\nworkloads ", result.message.workloads_size(),
                      "\naddresses ", result.message.addresses_size(),
                      "\nrules ", result.message.rules_size(), "\ncells ",
                      result.message.network().cells_size(), "\nfiles ",
                      result.message.files_size(), "\nfcontexts ",
                      result.message.fcontexts_size(), "\n");
}

const std::vector<Stage>& Stages() {
  static const auto& stages = *new std::vector<Stage>{
      {"ast", false, PrintAst},
      {"model", true,
       [](const Compilation& c) {
         return sema::Dump(c.result->model, c.sources);
       }},
      {"rules", true,
       [](const Compilation& c) { return ir::Dump(c.result->rules); }},
      {"tables", true,
       [](const Compilation& c) {
         return network::Dump(c.result->rules, c.result->artefacts.tables);
       }},
      {"fcontexts", true,
       [](const Compilation& c) {
         return selinux::Dump(c.result->artefacts.fcontexts);
       }},
      {"capabilities", true,
       [](const Compilation& c) {
         return filecaps::Dump(c.result->artefacts.capabilities);
       }},
      {"bundle", true, PrintBundle},
  };
  return stages;
}

absl::StatusOr<std::string> PrintStage(const Compilation& compilation,
                                       const Stage& stage) {
  if (stage.needs_result && !compilation.result) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the policy has errors; there is no stage `", stage.name, "`"));
  }
  return stage.print(compilation);
}

}  // namespace

const std::vector<std::string>& StageNames() {
  static const auto& names = *[] {
    auto* list = new std::vector<std::string>;
    for (const Stage& stage : Stages()) list->push_back(stage.name);
    return list;
  }();
  return names;
}

absl::StatusOr<std::string> Print(const Compilation& compilation,
                                  std::string_view name) {
  for (const Stage& stage : Stages()) {
    if (stage.name == name) return PrintStage(compilation, stage);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no stage `", support::ToAbsl(name), "`; there are all, ",
                   absl::StrJoin(StageNames(), ", ")));
}

absl::StatusOr<std::string> PrintAll(const Compilation& compilation) {
  std::string out;
  for (const Stage& stage : Stages()) {
    POL_ASSIGN_OR_RETURN(std::string text, PrintStage(compilation, stage));
    absl::StrAppend(&out, "== ", stage.name, "\n", text);
  }
  return out;
}

}  // namespace pol::driver
