#include "compiler/support/source.h"

#include <gtest/gtest.h>

namespace pol::support {
namespace {

TEST(SourceFileTest, LocatesFromOne) {
  SourceFile file("a.pol", "ab\r\ncd\n\xC3\xA9x");
  EXPECT_EQ(file.Locate(0), (Position{1, 1}));
  EXPECT_EQ(file.Locate(1), (Position{1, 2}));
  EXPECT_EQ(file.Locate(4), (Position{2, 1}));
  EXPECT_EQ(file.Locate(9), (Position{3, 2}));   // after the two bytes of é
  EXPECT_EQ(file.Locate(10), (Position{3, 3}));  // the end of the file
}

TEST(SourceFileTest, LinesHaveNoEnding) {
  SourceFile file("a.pol", "ab\r\ncd\n");
  EXPECT_EQ(file.Line(1), "ab");
  EXPECT_EQ(file.Line(2), "cd");
  EXPECT_EQ(file.Line(3), "");
  EXPECT_EQ(file.Line(4), "");
}

TEST(SourceSetTest, TextOfSpan) {
  SourceSet set;
  set.Add("a.pol", "first");
  FileId second = set.Add("b.pol", "second");
  EXPECT_EQ(set.Text({second, 1, 4}), "eco");
  EXPECT_EQ(set.Text(Join({second, 0, 1}, {second, 4, 6})), "second");
}

}  // namespace
}  // namespace pol::support
