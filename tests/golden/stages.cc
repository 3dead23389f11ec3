#include "tests/golden/stages.h"

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "compiler/diag/render.h"
#include "compiler/support/check.h"
#include "compiler/target/target.h"

namespace pol::golden {
namespace {

std::shared_ptr<const target::Target> TestTarget() {
  static const auto& target = *[] {
    absl::StatusOr<target::Target> read = target::ReadTarget(
        absl::StrCat(std::getenv("POL_BUILD_DIR"), "/test-target"));
    POL_CHECK(read.ok()) << read.status();
    return new std::shared_ptr<const target::Target>(
        std::make_shared<const target::Target>(*std::move(read)));
  }();
  return target;
}

}  // namespace

driver::Compilation Compile(std::string name, std::string text) {
  // The first day of 2026, so that a waiver can be out of date.
  driver::Options options;
  options.today = 1'767'225'600;
  options.notes = text.rfind("# notes", 0) == 0;
  options.wants_target = true;
  if (absl::StrContains(text, "# target\n")) options.target = TestTarget();
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
