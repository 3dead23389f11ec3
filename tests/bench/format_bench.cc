// How fast policies are formatted, beside HCL's formatter, interleaved in one
// run on one core; and that twice the text takes twice the time.

#include <cstdio>
#include <string>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/support/check.h"
#include "compiler/support/source.h"
#include "compiler/syntax/format.h"
#include "tests/bench/policy_text.h"
#include "tests/bench/stopwatch.h"
#include "tests/bench/summary.h"

namespace pol::bench {
namespace {

constexpr size_t kMegabyte = 1'000'000;
constexpr int kRounds = 9;

double SecondsToFormat(const std::string& text) {
  std::string formatted;
  const double seconds =
      SecondsOf([&] { formatted = syntax::FormatValid(text); });
  POL_CHECK(formatted.size() > text.size()) << "nothing was aligned";
  return seconds;
}

// What `polc fmt` does with a file, which it parses first.
double SecondsToCheckAndFormat(const std::string& text) {
  support::SourceSet sources;
  const support::FileId file = sources.Add("bench.pol", text);
  diag::Sink sink;
  bool formatted = false;
  const double seconds = SecondsOf(
      [&] { formatted = syntax::Format(file, sources, sink).has_value(); });
  POL_CHECK(formatted) << "the generated policies have errors";
  return seconds;
}

void BesideHcl() {
  const std::string text = PolicyText(kMegabyte);
  const HclPeer peer(text);
  if (!peer.why_not().empty()) {
    std::printf("SKIPPED: HCL's formatter: %s\n", peer.why_not().c_str());
    return;
  }
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  std::vector<double> rates;
  std::vector<double> format;
  std::vector<double> check_and_format;
  for (int round = 0; round < kRounds; ++round) {
    const double ours = SecondsToFormat(text);
    const double checked = SecondsToCheckAndFormat(text);
    const absl::StatusOr<double> theirs = peer.Seconds("format");
    POL_CHECK(theirs.ok()) << theirs.status().ToString();
    rates.push_back(megabytes / *theirs);
    format.push_back(*theirs / ours);
    check_and_format.push_back(*theirs / checked);
  }
  std::printf("times hclwrite.Format, which does not parse (%s MB/s)\n",
              ToString(Summarise(rates)).c_str());
  std::printf("  format                 %s\n",
              ToString(Summarise(format)).c_str());
  std::printf("  parse and format       %s\n",
              ToString(Summarise(check_and_format)).c_str());
}

void BySize() {
  std::printf("\n  MB   format MB/s\n");
  constexpr size_t kSizes[] = {1, 2, 4, 8, 16};
  std::vector<std::string> texts;
  for (const size_t size : kSizes) {
    texts.push_back(PolicyText(size * kMegabyte));
  }
  std::vector<std::vector<double>> rates(texts.size());
  for (int round = 0; round < kRounds; ++round) {
    for (size_t i = 0; i < texts.size(); ++i) {
      rates[i].push_back(static_cast<double>(texts[i].size()) / 1e6 /
                         SecondsToFormat(texts[i]));
    }
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    std::printf("  %2zu   %s\n", kSizes[i],
                ToString(Summarise(rates[i])).c_str());
  }
}

}  // namespace
}  // namespace pol::bench

int main() {
  pol::bench::StayOnOneCore();
  std::printf(
      "policies on one core, medians of %d interleaved rounds (quartiles)\n",
      pol::bench::kRounds);
  pol::bench::BesideHcl();
  pol::bench::BySize();
}
