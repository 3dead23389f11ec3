#include "compiler/polc/line_diff.h"

#include <gtest/gtest.h>

namespace pol::polc {
namespace {

TEST(LineDiffTest, EqualTextsHaveNone) {
  EXPECT_EQ(LineDiff("a", "", ""), "");
  EXPECT_EQ(LineDiff("a", "x\ny", "x\ny"), "");
}

TEST(LineDiffTest, ChangedLinesStandInTheirContext) {
  EXPECT_EQ(LineDiff("a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
                     "1\n2\n3\n4\nV\n6\n7\n8\n9\n"),
            "--- a\n+++ a\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+V\n 6\n 7\n 8\n");
  EXPECT_EQ(LineDiff("a", "1\n2\n", "I\nII\n"),
            "--- a\n+++ a\n@@ -1,2 +1,2 @@\n-1\n-2\n+I\n+II\n");
}

TEST(LineDiffTest, ContextsThatTouchAreOneHunk) {
  EXPECT_EQ(LineDiff("a", "1\n-\n-\n-\n-\n-\n-\n2\n-\n-\n-\n-\n-\n-\n-\n3\n",
                     "I\n-\n-\n-\n-\n-\n-\nII\n-\n-\n-\n-\n-\n-\n-\nIII\n"),
            "--- a\n+++ a\n"
            "@@ -1,11 +1,11 @@\n-1\n+I\n -\n -\n -\n -\n -\n -\n-2\n+II\n"
            " -\n -\n -\n"
            "@@ -13,4 +13,4 @@\n -\n -\n -\n-3\n+III\n");
}

TEST(LineDiffTest, TheLastLineMayHaveNoEnd) {
  EXPECT_EQ(LineDiff("a", "1", "I"),
            "--- a\n+++ a\n@@ -1,1 +1,1 @@\n"
            "-1\n\\ No newline at end of file\n"
            "+I\n\\ No newline at end of file\n");
  EXPECT_EQ(LineDiff("a", "1\n  ", "1\n"),
            "--- a\n+++ a\n@@ -1,2 +1,1 @@\n 1\n"
            "-  \n\\ No newline at end of file\n");
  EXPECT_EQ(LineDiff("a", "  ", ""),
            "--- a\n+++ a\n@@ -1,1 +0,0 @@\n"
            "-  \n\\ No newline at end of file\n");
}

}  // namespace
}  // namespace pol::polc
