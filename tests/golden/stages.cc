#include "tests/golden/stages.h"

#include <utility>

#include "compiler/diag/render.h"
#include "compiler/support/check.h"

namespace pol::golden {

driver::Compilation Compile(std::string name, std::string text) {
  // The first day of 2026, so that a waiver can be out of date.
  driver::Options options{.variables = {}, .today = 1'767'225'600};
  options.notes = text.rfind("# notes", 0) == 0;
  support::SourceSet sources;
  sources.Add(std::move(name), std::move(text));
  absl::StatusOr<driver::Compilation> compilation =
      driver::Compile(std::move(sources), options);
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
