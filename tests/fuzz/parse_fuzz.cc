// Any bytes at all, through the parser, the analysis and both renderers.
//
//   build/fuzz/parse_fuzz -max_len=4096 CORPUS tests/fuzz/parse
//   tests/golden/cases/syntax
#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/diag/render.h"
#include "compiler/support/check.h"
#include "tests/golden/stages.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto run = pol::golden::Compile(
      "fuzz.pol", std::string(reinterpret_cast<const char*>(data), size));
  const auto& diagnostics = run.diagnostics;
  for (size_t i = 0; i < diagnostics.size(); ++i) {
    const pol::support::Span span = diagnostics[i].span;
    POL_CHECK(span.begin <= span.end && span.end <= size) << "span";
    POL_CHECK(i == 0 || diagnostics[i - 1].span.begin <= span.begin) << "order";
    POL_CHECK(!diagnostics[i].message.empty()) << "message";
  }
  for (unsigned char c : pol::diag::RenderText(diagnostics, run.sources, {})) {
    POL_CHECK((c >= 0x20 && c != 0x7F) || c == '\n') << "control byte";
  }
  pol::diag::RenderJson(diagnostics, run.sources);
  POL_CHECK(pol::driver::PrintAll(run).ok() == run.result.has_value())
      << "stages";
  return 0;
}
