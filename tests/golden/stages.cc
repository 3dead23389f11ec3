#include "tests/golden/stages.h"

#include <utility>

#include "compiler/diag/render.h"
#include "compiler/support/check.h"

namespace pol::golden {

driver::Compilation Compile(std::string name, std::string text) {
  support::SourceSet sources;
  sources.Add(std::move(name), std::move(text));
  absl::StatusOr<driver::Compilation> compilation =
      driver::Compile(std::move(sources));
  POL_CHECK(compilation.ok()) << compilation.status();
  return *std::move(compilation);
}

absl::StatusOr<std::string> Print(const driver::Compilation& compilation,
                                  std::string_view stage) {
  if (stage == "diagnostics")
    return diag::RenderText(compilation.diagnostics, compilation.sources, {});
  if (stage == "json")
    return diag::RenderJson(compilation.diagnostics, compilation.sources);
  return driver::Print(compilation, stage);
}

}  // namespace pol::golden
