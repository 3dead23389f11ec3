#include "tests/golden/stages.h"

#include <utility>

#include "compiler/analysis/diagnostics.h"
#include "compiler/diag/render.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/support/check.h"
#include "compiler/syntax/diagnostics.h"

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

std::vector<const diag::Code*> AllCodes() {
  std::vector<const diag::Code*> codes(std::begin(syntax::kCodes),
                                       std::end(syntax::kCodes));
  codes.insert(codes.end(), std::begin(sema::kCodes), std::end(sema::kCodes));
  codes.insert(codes.end(), std::begin(analysis::kFcontextCodes),
               std::end(analysis::kFcontextCodes));
  return codes;
}

}  // namespace pol::golden
