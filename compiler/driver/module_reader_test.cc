#include "compiler/driver/module_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "compiler/driver/module_path.h"
#include "compiler/support/files.h"

namespace pol::driver {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = ModuleReader::Kind;

TEST(ModulePathTest, Joins) {
  EXPECT_EQ(JoinPath("", "./net"), "net");
  EXPECT_EQ(JoinPath("net", "."), "net");
  EXPECT_EQ(JoinPath("net", ".."), "");
  EXPECT_EQ(JoinPath("a/b", "../c//d/"), "a/c/d");
  EXPECT_EQ(JoinPath("a", "../../../x"), "../../x");
  EXPECT_EQ(JoinPath("..", "../x"), "../../x");
  EXPECT_EQ(JoinPath("../x", "../y"), "../y");
}

TEST(ModulePathTest, Tells) {
  for (const char* local : {".", "..", "./x", "../x"})
    EXPECT_TRUE(IsLocal(local)) << local;
  for (const char* other : {"", "x", "/x", ".x", "...", "git::./x", "~/x"})
    EXPECT_FALSE(IsLocal(other)) << other;
  EXPECT_TRUE(LeadsOutside("..") && LeadsOutside("../x"));
  EXPECT_FALSE(LeadsOutside("") || LeadsOutside("..x") || LeadsOutside("x"));
  EXPECT_TRUE(HasArchiveName("a.tar") && HasArchiveName("a.tar.xz") &&
              HasArchiveName("b/a.tgz") && HasArchiveName("a.zip"));
  EXPECT_FALSE(HasArchiveName("a.pol") || HasArchiveName("tar"));
}

class DiskReaderTest : public testing::Test {
 protected:
  DiskReaderTest() {
    std::string pattern = testing::TempDir() + "module_reader_test.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    Write("policy/main.pol", "main");
    Write("policy/net/b.pol", "b");
    Write("policy/net/a.pol", "a");
    Write("policy/net/deep/c.pol", "c");
    Write("shared/s.pol", "s");
    fs::create_directory_symlink(folder_ + "/policy/net",
                                 folder_ + "/policy/link");
  }
  ~DiskReaderTest() override { fs::remove_all(folder_); }

  void Write(const std::string& name, std::string_view text) {
    fs::create_directories((fs::path(folder_) / name).parent_path());
    ASSERT_TRUE(support::WriteFile(folder_ + "/" + name, text, 0644).ok());
  }

  std::string folder_;
};

TEST_F(DiskReaderTest, SeesTheFolderAndBesideIt) {
  const DiskReader reader(folder_ + "/policy");
  EXPECT_EQ(reader.Look(""), Kind::kFolder);
  EXPECT_EQ(reader.Look("net"), Kind::kFolder);
  EXPECT_EQ(reader.Look("../shared/s.pol"), Kind::kFile);
  EXPECT_EQ(reader.Look("x"), Kind::kNothing);
  EXPECT_THAT(*reader.List("net", ".pol"), ElementsAre("a.pol", "b.pol"));
  EXPECT_EQ(*reader.Read("../shared/s.pol", 1), "s");
  EXPECT_EQ(reader.Read("main.pol", 3).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(reader.List("x", ".pol").ok());
  EXPECT_EQ(reader.Identity("link"), reader.Identity("net"));
  EXPECT_EQ(reader.Identity("../policy"), reader.Identity(""));
  EXPECT_NE(reader.Identity("net"), reader.Identity("net/deep"));
}

TEST_F(DiskReaderTest, MemoryLiesOverIt) {
  const DiskReader disk(folder_ + "/policy");
  const MemoryReader reader({{"net/a.pol", "new a"}, {"net/d.pol", "d"}},
                            &disk);
  EXPECT_THAT(*reader.List("net", ".pol"),
              ElementsAre("a.pol", "b.pol", "d.pol"));
  EXPECT_EQ(*reader.Read("net/a.pol", 10), "new a");
  EXPECT_EQ(*reader.Read("net/b.pol", 10), "b");
  EXPECT_EQ(reader.Look("net"), Kind::kFolder);
  EXPECT_EQ(reader.Look("../shared"), Kind::kFolder);
}

TEST(MemoryReaderTest, HasWhatItWasGiven) {
  const MemoryReader reader({{"a.pol", "a"},
                             {"net/b.pol", "b"},
                             {"net/deep/c.pol", "c"},
                             {"net/read.me", "r"},
                             {"../s/d.pol", "d"}});
  EXPECT_EQ(reader.Look(""), Kind::kFolder);
  EXPECT_EQ(reader.Look("net/deep"), Kind::kFolder);
  EXPECT_EQ(reader.Look("../s"), Kind::kFolder);
  EXPECT_EQ(reader.Look("net/b.pol"), Kind::kFile);
  EXPECT_EQ(reader.Look("ne"), Kind::kNothing);
  EXPECT_THAT(*reader.List("", ".pol"), ElementsAre("a.pol"));
  EXPECT_THAT(*reader.List("net", ".pol"), ElementsAre("b.pol"));
  EXPECT_THAT(*reader.List("net", ".me"), ElementsAre("read.me"));
  EXPECT_THAT(*reader.List("x", ".pol"), IsEmpty());
  EXPECT_EQ(*reader.Read("../s/d.pol", 1), "d");
  EXPECT_EQ(reader.Read("a.pol", 0).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(reader.Read("x", 9).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace pol::driver
