#include "compiler/filecontexts/file_contexts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "compiler/support/files.h"

namespace pol::filecontexts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using values::FileKind;

absl::Status StatusOf(std::string base) {
  return FileContexts::Parse({.base = std::move(base)}).status();
}

TEST(FileContextsTest, ReadsThreeWordsALine) {
  FileContexts contexts = *FileContexts::Parse(
      {.base = "# a comment\xff\n\n  /a\t--  u:r:t:s0  what follows\xff\r\n"
               "/b(/.*)?\tu:r:t:s0 \n/c -d <<none>>",
       .homedirs = "/home/x -l u:r:h:s0\n",
       .local = "/a u:r:l:s0\n"});
  ASSERT_EQ(contexts.rules().size(), 5u);
  const Rule& first = contexts.rules()[0];
  EXPECT_EQ(first.regex, "/a");
  EXPECT_EQ(first.kind, FileKind::kFile);
  EXPECT_EQ(first.context, "u:r:t:s0");
  EXPECT_EQ(first.line, 3u);
  EXPECT_EQ(contexts.rules()[1].kind, FileKind::kAny);
  EXPECT_TRUE(contexts.rules()[2].leaves_label());
  EXPECT_EQ(contexts.rules()[2].kind, FileKind::kDirectory);
  EXPECT_EQ(contexts.rules()[3].source, Source::kHomedirs);
  EXPECT_EQ(contexts.rules()[4].source, Source::kLocal);
  EXPECT_EQ(contexts.rules()[4].line, 1u);
}

TEST(FileContextsTest, ALineThatLibselinuxRefusesIsAnError) {
  for (const char* line : {"/alone\n", "/a -x u:r:t:s0\n", "/a --- u:r:t:s0\n",
                           "/\xc3\xa9 u:r:t:s0\n"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(StatusOf(line))) << line;
  }
  EXPECT_THAT(std::string(StatusOf("/a u:r:t:s0\n/b\n").message()),
              HasSubstr("file_contexts:2"));
  EXPECT_TRUE(
      absl::IsUnimplemented(StatusOf(std::string("/a\0b u:r:t\n", 11))));
}

TEST(FileContextsTest, LoadsWhatIsThere) {
  std::string pattern = ::testing::TempDir() + "file_contexts.XXXXXX";
  const std::string folder = mkdtemp(pattern.data());
  const std::string base = folder + "/fc";
  EXPECT_TRUE(absl::IsNotFound(FileContexts::Load(base).status()));
  ASSERT_TRUE(support::WriteFile(base, "/a u:r:t:s0\n", 0600).ok());
  EXPECT_EQ(FileContexts::Load(base)->rules().size(), 1u);
  ASSERT_TRUE(support::WriteFile(base + ".local", "/b u:r:t:s0\n", 0600).ok());
  ASSERT_TRUE(support::WriteFile(base + ".subs_dist", "/c /b\n", 0600).ok());
  FileContexts contexts = *FileContexts::Load(base);
  EXPECT_EQ(contexts.rules().size(), 2u);
  EXPECT_EQ(contexts.Canonical("/c/x"), "/b/x");
  std::filesystem::remove_all(folder);
}

TEST(SubstitutionsTest, CommentsAndHalfLinesAreNone) {
  EXPECT_THAT(
      Substitutions::Parse("# /a /b\n\n/alone\n/var/run\t/run\n/bin /usr")
          ->pairs(),
      ElementsAre(Pair("/var/run", "/run"), Pair("/bin", "/usr")));
}

TEST(SubstitutionsTest, WholeComponentsOnceLastLineWins) {
  Substitutions subs =
      *Substitutions::Parse("/a /b\n/b /c\n/a/x /d\n/root /\n/slash /e/\n");
  EXPECT_EQ(subs.Apply("/a/y"), "/b/y");
  EXPECT_EQ(subs.Apply("/a"), "/b");
  EXPECT_EQ(subs.Apply("/ab"), std::nullopt);
  EXPECT_EQ(subs.Apply("/a/x/y"), "/d/y");
  EXPECT_EQ(subs.Apply("/root"), "/");
  EXPECT_EQ(subs.Apply("/root/etc"), "/etc");
  EXPECT_EQ(subs.Apply("/slash/f"), "/e//f");
}

TEST(SubstitutionsTest, KnowsWhereAFolderIsDivided) {
  Substitutions subs = *Substitutions::Parse("/a/b/c /d\n");
  EXPECT_TRUE(subs.DividesChildren("/"));
  EXPECT_TRUE(subs.DividesChildren("/a"));
  EXPECT_TRUE(subs.DividesChildren("/a/b"));
  EXPECT_FALSE(subs.DividesChildren("/a/b/c"));
  EXPECT_FALSE(subs.DividesChildren("/a/bb"));
  EXPECT_FALSE(subs.DividesChildren("/b"));
}

TEST(SubstitutionsTest, WhatReleasesReadDifferentlyIsUnknown) {
  EXPECT_TRUE(absl::IsUnimplemented(
      Substitutions::Parse("/a " + std::string(1100, 'x') + "\n").status()));
  EXPECT_TRUE(
      absl::IsUnimplemented(Substitutions::Parse("/a /b\n/c").status()));
  // A pattern to some.
  Substitutions subs = *Substitutions::Parse("/home/*/bin /usr/bin\n");
  EXPECT_TRUE(subs.IsUnknown("/home/anna"));
  EXPECT_FALSE(subs.IsUnknown("/homes"));
  EXPECT_TRUE(subs.DividesChildren("/home/anna"));
}

// The file applies .subs once, then .subs_dist once.
TEST(FileContextsTest, CanonicalPathIsThatOfBothEquivalences) {
  FileContexts contexts = *FileContexts::Parse({.base = "/x u:r:t:s0\n",
                                                .subs = "/a /b\n",
                                                .subs_dist = "/b /c\n/c /d\n"});
  EXPECT_EQ(contexts.Canonical("/a/1"), "/c/1");
  EXPECT_EQ(contexts.Canonical("/b/1"), "/c/1");
  EXPECT_EQ(contexts.Canonical("/e"), "/e");
}

}  // namespace
}  // namespace pol::filecontexts
