#include "tests/golden/stages.h"

#include <utility>

#include "compiler/diag/render.h"
#include "compiler/sema/analyze.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/parse.h"

namespace pol::golden {
namespace {

constexpr Stage kStages[] = {
    {"diagnostics",
     [](const Run& run) {
       return diag::RenderText(run.sink.Sorted(), run.sources, {});
     }},
    {"json",
     [](const Run& run) {
       return diag::RenderJson(run.sink.Sorted(), run.sources);
     }},
    {"model",
     [](const Run& run) { return sema::Dump(run.model, run.sources); }},
};

}  // namespace

std::unique_ptr<Run> Compile(std::string name, std::string text) {
  auto run = std::make_unique<Run>();
  const support::FileId file =
      run->sources.Add(std::move(name), std::move(text));
  run->files.push_back(syntax::Parse(file, run->sources, run->sink));
  run->model = sema::Analyze(run->files, run->sources, run->sink);
  return run;
}

absl::Span<const Stage> Stages() { return kStages; }

std::vector<const diag::Code*> AllCodes() {
  std::vector<const diag::Code*> codes(std::begin(syntax::kCodes),
                                       std::end(syntax::kCodes));
  codes.insert(codes.end(), std::begin(sema::kCodes), std::end(sema::kCodes));
  return codes;
}

}  // namespace pol::golden
