// How fast policies are parsed and compiled, beside HCL's parser, interleaved
// in one run on one core.

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/driver/compile.h"
#include "compiler/support/check.h"
#include "compiler/support/source.h"
#include "compiler/syntax/parse.h"
#include "tests/bench/policy_text.h"
#include "tests/bench/stopwatch.h"
#include "tests/bench/summary.h"

namespace pol::bench {
namespace {

constexpr size_t kSize = 1'000'000;
constexpr int kRounds = 9;

void Parse(const std::string& text) {
  support::SourceSet sources;
  const support::FileId file = sources.Add("bench.pol", text);
  diag::Sink sink;
  syntax::Parse(file, sources, sink);
  POL_CHECK(!sink.HasErrors()) << "the generated policies have errors";
}

void Compile(const std::string& text) {
  support::SourceSet sources;
  sources.Add("bench.pol", text);
  const absl::StatusOr<driver::Compilation> compilation =
      driver::Compile(std::move(sources));
  POL_CHECK(compilation.ok() && compilation->result)
      << "the policies do not compile";
}

// Megabytes a second, and how often as fast as the peer.
struct Series {
  std::vector<double> rates;
  std::vector<double> ratios;

  void Print(const char* name) const {
    std::printf("%-24s %-26s", name, ToString(Summarise(rates)).c_str());
    if (!ratios.empty()) {
      std::printf(" %s", ToString(Summarise(ratios)).c_str());
    }
    std::printf("\n");
  }
};

int Run() {
  StayOnOneCore();
  const std::string text = PolicyText(kSize);
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  const HclPeer peer(text);
  Series parse;
  Series compile;
  Series hcl;
  for (int round = 0; round < kRounds; ++round) {
    const double parsed = SecondsOf([&text] { Parse(text); });
    const double compiled = SecondsOf([&text] { Compile(text); });
    parse.rates.push_back(megabytes / parsed);
    compile.rates.push_back(megabytes / compiled);
    if (!peer.why_not().empty()) continue;
    const absl::StatusOr<double> seconds = peer.Seconds("parse");
    POL_CHECK(seconds.ok()) << seconds.status().ToString();
    hcl.rates.push_back(megabytes / *seconds);
    parse.ratios.push_back(*seconds / parsed);
    compile.ratios.push_back(*seconds / compiled);
  }
  std::printf(
      "%zu bytes of policies on one core, median of %d interleaved rounds "
      "(quartiles)\n%-24s %-26s %s\n",
      text.size(), kRounds, "", "MB/s", "times HCL's parser");
  parse.Print("text to Ast");
  compile.Print("text to bundle");
  if (peer.why_not().empty()) {
    hcl.Print("HCL, text to Ast");
  } else {
    std::printf("SKIPPED: HCL's parser: %s\n", peer.why_not().c_str());
  }
  return 0;
}

}  // namespace
}  // namespace pol::bench

int main() { return pol::bench::Run(); }
