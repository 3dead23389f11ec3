// How fast a 2 MB policy file is parsed and compiled, on one core.

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/diag/sink.h"
#include "compiler/driver/compile.h"
#include "compiler/support/check.h"
#include "compiler/support/source.h"
#include "compiler/syntax/parse.h"
#include "tests/bench/summary.h"

namespace pol::bench {
namespace {

constexpr size_t kSize = 2'000'000;
constexpr int kRounds = 9;

std::string GeneratePolicies() {
  std::string text;
  for (int i = 0; text.size() < kSize; ++i) {
    absl::StrAppend(
        &text, "# Application ", i, " reads and writes its own database.\n",
        "policy \"db-access-", i, "\" {\n",
        "  source_identity = \"spiffe://gov.cn/ns/app-", i, "\"\n",
        "  target_identity = \"spiffe://gov.cn/ns/postgres-", i % 100, "\"\n",
        "  port = ", 1024 + i % 40000, "\n", "  protocol = \"tcp\"\n",
        "  tls_required = true\n", "}\n\n");
  }
  return text;
}

template <typename Work>
Summary MegabytesPerSecond(size_t bytes, Work work) {
  std::vector<double> rates;
  for (int round = 0; round < kRounds; ++round) {
    auto begin = std::chrono::steady_clock::now();
    work();
    std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - begin;
    rates.push_back(static_cast<double>(bytes) / 1e6 / seconds.count());
  }
  return Summarise(rates);
}

void Run() {
  std::string text = GeneratePolicies();
  Summary parse = MegabytesPerSecond(text.size(), [&text] {
    support::SourceSet sources;
    support::FileId file = sources.Add("bench.pol", text);
    diag::Sink sink;
    syntax::Parse(file, sources, sink);
    POL_CHECK(!sink.HasErrors()) << "the generated policies have errors";
  });
  Summary compile = MegabytesPerSecond(text.size(), [&text] {
    support::SourceSet sources;
    sources.Add("bench.pol", text);
    absl::StatusOr<driver::Compilation> compilation =
        driver::Compile(std::move(sources));
    POL_CHECK(compilation.ok() && compilation->result)
        << "the policies do not compile";
  });
  std::printf("%zu bytes of policies, median of %d rounds (quartiles)\n",
              text.size(), kRounds);
  std::printf("parse                      MB/s  %s\n", ToString(parse).c_str());
  std::printf("text to bundle             MB/s  %s\n",
              ToString(compile).c_str());
  std::printf("text to bundle / parse   ratio  %.3f\n",
              compile.middle / parse.middle);
}

}  // namespace
}  // namespace pol::bench

int main() { pol::bench::Run(); }
