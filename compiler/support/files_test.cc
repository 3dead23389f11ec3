#include "compiler/support/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace pol::support {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    std::string pattern = ::testing::TempDir() + "files_test.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~FilesTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(FilesTest, WritesAndReadsBack) {
  std::string path = folder_ + "/a.pol";
  ASSERT_TRUE(WriteFile(path, "first", 0600).ok());
  ASSERT_TRUE(WriteFile(path, std::string("second\0byte", 11), 0640).ok());
  EXPECT_EQ(*ReadFile(path, 100), std::string("second\0byte", 11));
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
  EXPECT_THAT(*ListFiles(folder_, ""), ElementsAre(".", "..", "a.pol"));
}

TEST_F(FilesTest, TheModeIsTheOneAskedForWhateverTheUmask) {
  const std::string path = folder_ + "/a.pol";
  const mode_t mask = umask(0077);
  const absl::Status written = WriteFile(path, "", 0664);
  umask(mask);
  ASSERT_TRUE(written.ok()) << written;
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0664u);
}

TEST_F(FilesTest, KeepsLinksAndDevices) {
  const std::string link = folder_ + "/link";
  ASSERT_TRUE(WriteFile(folder_ + "/a", "old", 0600).ok());
  std::filesystem::create_symlink(folder_ + "/a", link);
  ASSERT_TRUE(WriteFile(link, "new", 0600).ok());
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(*ReadFile(folder_ + "/a", 10), "new");

  const std::string pipe = folder_ + "/pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_TRUE(WriteFile(pipe, "through", 0600).ok());
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  char buffer[16];
  EXPECT_EQ(read(reader, buffer, sizeof buffer), 7);
  close(reader);
}

TEST_F(FilesTest, LimitIsExact) {
  std::string path = folder_ + "/a";
  ASSERT_TRUE(WriteFile(path, std::string(10, 'x'), 0600).ok());
  EXPECT_TRUE(ReadFile(path, 10).ok());
  EXPECT_EQ(ReadFile(path, 9).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(FilesTest, CreatesOnlyWhatIsNotThere) {
  const std::string path = folder_ + "/a";
  EXPECT_FALSE(Exists(path));
  ASSERT_TRUE(CreateFile(path, "first", 0600).ok());
  EXPECT_TRUE(Exists(path));
  EXPECT_EQ(CreateFile(path, "second", 0600).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(*ReadFile(path, 10), "first");
  std::filesystem::create_symlink(folder_ + "/b", folder_ + "/link");
  EXPECT_FALSE(CreateFile(folder_ + "/link", "x", 0600).ok());
  EXPECT_FALSE(Exists(folder_ + "/b"));
}

TEST_F(FilesTest, ErrorsNameWhatWasTried) {
  EXPECT_THAT(std::string(ReadFile(folder_ + "/none", 1).status().message()),
              HasSubstr("/none"));
  EXPECT_THAT(std::string(WriteFile(folder_ + "/no/such", "", 0600).message()),
              HasSubstr("/no/such"));
}

TEST_F(FilesTest, FindsTheHighestNumberWithinTheLimit) {
  for (const char* name : {"policy.9", "policy.31", "policy.33", "policy.x"})
    ASSERT_TRUE(WriteFile(folder_ + "/" + name, "", 0600).ok());
  EXPECT_EQ(*NewestNumbered(folder_, "policy.", 33), folder_ + "/policy.33");
  EXPECT_EQ(*NewestNumbered(folder_, "policy.", 32), folder_ + "/policy.31");
  EXPECT_EQ(NewestNumbered(folder_, "policy.", 8).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(FilesTest, ListsSorted) {
  for (const char* name : {"b.pol", "a.pol", "c.txt"}) {
    ASSERT_TRUE(WriteFile(folder_ + "/" + name, "", 0600).ok());
  }
  EXPECT_THAT(*ListFiles(folder_, ".pol"), ElementsAre("a.pol", "b.pol"));
}

}  // namespace
}  // namespace pol::support
