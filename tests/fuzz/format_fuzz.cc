// Any bytes at all, through the formatter: what parses keeps its Ast and all
// bytes that are not blanks, and is done after one time.
//
//   build/fuzz/format_fuzz -max_len=4096 CORPUS tests/fuzz/format
//   tests/golden/cases/syntax
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "compiler/diag/sink.h"
#include "compiler/support/check.h"
#include "compiler/support/source.h"
#include "compiler/syntax/dump.h"
#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"

namespace pol {
namespace {

std::optional<std::string> Dumped(const std::string& text) {
  support::SourceSet sources;
  diag::Sink sink;
  const syntax::Ast ast =
      syntax::Parse(sources.Add("fuzz.pol", text), sources, sink);
  if (sink.HasErrors()) return std::nullopt;
  return syntax::Dump(ast);
}

std::string WithoutBlanks(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](char c) { return c == ' ' || c == '\t'; }),
             text.end());
  return text;
}

}  // namespace
}  // namespace pol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  pol::support::SourceSet sources;
  pol::diag::Sink sink;
  const auto formatted =
      pol::syntax::Format(sources.Add("fuzz.pol", text), sources, sink);
  POL_CHECK(formatted.has_value() != sink.HasErrors()) << "a reason or a text";
  if (!formatted) return 0;
  POL_CHECK(pol::Dumped(*formatted) == pol::Dumped(text)) << "another Ast";
  POL_CHECK(pol::WithoutBlanks(*formatted) == pol::WithoutBlanks(text))
      << "more than blanks";
  POL_CHECK(pol::syntax::FormatValid(*formatted) == *formatted) << "not done";
  return 0;
}
