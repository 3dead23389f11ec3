#include "compiler/diag/sink.h"

#include <gtest/gtest.h>

#include <string>

namespace pol::diag {
namespace {

constexpr Code kFirst{2001, Severity::kError, "first"};
constexpr Code kSecond{2002, Severity::kError, "second"};
constexpr Code kMild{2003, Severity::kWarning, "mild"};

std::string Messages(const Sink& sink) {
  std::string all;
  for (const Diagnostic& diagnostic : sink.Sorted()) {
    all.append(diagnostic.message).append(1, ' ');
  }
  return all;
}

TEST(SinkTest, SortsByFileOffsetAndCode) {
  Sink sink;
  sink.Report(kFirst, {1, 0, 1}, "f");
  sink.Report(kFirst, {0, 5, 6}, "e");
  sink.Report(kSecond, {0, 3, 4}, "d");
  sink.Report(kFirst, {0, 3, 9}, "c");
  sink.Report(kFirst, {0, 3, 4}, "b");
  sink.Report(kMild, {0, 1, 2}, "a");
  EXPECT_EQ(Messages(sink), "a b c d e f ");
}

TEST(SinkTest, DropsWhatWasSaidBefore) {
  Sink sink;
  sink.Report(kFirst, {0, 3, 4}, "x").Note("kept");
  sink.Report(kFirst, {0, 3, 4}, "y");
  sink.Report(kFirst, {0, 3, 4}, "x").Note("dropped");
  sink.Report(kSecond, {0, 3, 4}, "x");
  EXPECT_EQ(Messages(sink), "x y x ");
  EXPECT_EQ(sink.Sorted()[0].notes, std::vector<std::string>{"kept"});
}

TEST(SinkTest, WarningsAreNoErrors) {
  Sink sink;
  sink.Report(kMild, {}, "m");
  EXPECT_FALSE(sink.HasErrors());
  sink.Report(kFirst, {}, "e");
  EXPECT_TRUE(sink.HasErrors());
}

TEST(SinkTest, KeepsNoMoreThanItsLimit) {
  Sink sink;
  for (uint32_t i = 0; i < Sink::kLimit + 5; ++i) {
    sink.Report(kFirst, {0, i, i}, "x").Help("h");
  }
  EXPECT_EQ(sink.Sorted().size(), Sink::kLimit);
  EXPECT_EQ(sink.dropped(), 5u);
}

TEST(CodeTest, TableRisesWithinItsRoom) {
  static constexpr const Code* kGood[] = {&kFirst, &kSecond};
  static constexpr const Code* kTwice[] = {&kFirst, &kFirst};
  EXPECT_TRUE(IsTable(kGood, 2000, 2999));
  EXPECT_FALSE(IsTable(kTwice, 2000, 2999));
  EXPECT_FALSE(IsTable(kGood, 3000, 3999));
  EXPECT_EQ(kFirst.Name(), "P2001");
}

}  // namespace
}  // namespace pol::diag
