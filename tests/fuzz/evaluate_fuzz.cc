// Any bytes at all as the expression of one attribute, with a few names in
// scope, by the rules of policies and by HCL's.
//
//   build/fuzz/bin/evaluate_fuzz -max_len=2048 CORPUS
//   tests/fuzz/evaluate
#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/eval/convert.h"
#include "compiler/eval/print.h"
#include "compiler/support/check.h"
#include "tests/expressions/evaluated.h"

namespace {

void Check(const pol::expressions::Outcome& outcome) {
  for (const pol::diag::Diagnostic& diagnostic : outcome.diagnostics) {
    POL_CHECK(!diagnostic.message.empty()) << "message";
    POL_CHECK(diagnostic.span.begin <= diagnostic.span.end) << "span";
  }
  // What is broken has been said.
  POL_CHECK(!outcome.value.is_tainted() || !outcome.diagnostics.empty())
      << outcome.text;
  POL_CHECK(pol::eval::Same(outcome.value, outcome.value)) << outcome.text;
  POL_CHECK(pol::eval::Excerpt(outcome.value).size() <= 63) << outcome.text;
  // A value fits its own type.
  pol::eval::Mismatch mismatch;
  POL_CHECK(pol::eval::TryConvert(outcome.value,
                                  pol::eval::TypeOf(outcome.value), mismatch)
                .has_value())
      << mismatch.message;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  pol::expressions::Surroundings around = {
      .limits = {.steps = 20000,
                 .elements = 2000,
                 .string = 20000,
                 .memory = 2000000},
      .locals = {{"ports", "[80, 443]"},
                 {"tags", R"({tier = "db", zone = "a"})"},
                 {"nothing", "null"},
                 {"set", R"(toset(["b", "a"]))"}},
      .functions = {{"double(x)", "x * 2"}, {"loop(x)", "[loop(x)]"}}};
  Check(pol::expressions::Evaluated(text, around));
  around.options.hcl = true;
  Check(pol::expressions::Evaluated(text, around));
  return 0;
}
