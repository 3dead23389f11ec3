// Against the kernel, in a folder of its own.
#include "agent/kernel/files/file_system.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using values::FileKind;

// Takes any bytes, and needs no more than to own the file.
constexpr char kName[] = "user.pol-test";

class FileSystemTest : public ::testing::Test {
 protected:
  FileSystemTest() {
    std::string pattern = ::testing::TempDir() + "file_system.XXXXXX";
    folder_ = std::filesystem::canonical(mkdtemp(pattern.data()));
  }
  ~FileSystemTest() override { std::filesystem::remove_all(folder_); }

  std::string File(const std::string& name) {
    std::string path = folder_ + "/" + name;
    std::filesystem::create_directories(
        std::filesystem::path(path).parent_path());
    EXPECT_TRUE(support::WriteFile(path, "content", 0644).ok());
    return path;
  }

  std::unique_ptr<OpenFile> Open(const std::string& path) {
    absl::StatusOr<std::unique_ptr<OpenFile>> file = files_->Open(path);
    EXPECT_TRUE(file.ok()) << file.status();
    return *std::move(file);
  }

  std::vector<std::string> Walk(const std::string& prefix) {
    std::vector<std::string> seen;
    absl::Status walked =
        files_->Walk(prefix, [&](const std::string& path, const FileInfo&) {
          seen.push_back(path);
        });
    EXPECT_TRUE(walked.ok()) << walked;
    return seen;
  }

  std::string folder_;
  std::unique_ptr<FileSystem> files_ = MakeFileSystem();
};

TEST_F(FileSystemTest, AbsentEmptyAndFullAttributesAreThreeThings) {
  std::string path = File("a");
  if (setxattr(path.c_str(), kName, "x", 1, 0) != 0)
    GTEST_SKIP() << "no extended attributes in " << folder_;
  removexattr(path.c_str(), kName);
  std::unique_ptr<OpenFile> file = Open(path);
  EXPECT_EQ(*file->GetXattr(kName), std::nullopt);
  ASSERT_TRUE(file->SetXattr(kName, "").ok());
  EXPECT_EQ(*file->GetXattr(kName), "");
  std::string bytes("a\0b\0", 4);
  ASSERT_TRUE(file->SetXattr(kName, bytes).ok());
  EXPECT_EQ(*file->GetXattr(kName), bytes);
  std::string large(2000, 'x');
  ASSERT_TRUE(file->SetXattr(kName, large).ok());
  EXPECT_EQ(*file->GetXattr(kName), large);
  ASSERT_TRUE(file->RemoveXattr(kName).ok());
  EXPECT_EQ(*file->GetXattr(kName), std::nullopt);
  EXPECT_TRUE(file->RemoveXattr(kName).ok());
}

TEST_F(FileSystemTest, HeldFileIsTheOneWrittenWhateverBecomesOfItsName) {
  if (geteuid() != 0) GTEST_SKIP() << "security.* attributes need root";
  std::string path = File("a");
  std::unique_ptr<OpenFile> file = Open(path);
  std::filesystem::rename(path, folder_ + "/moved");
  File("a");
  ASSERT_TRUE(file->SetXattr("security.pol-test", "x").ok());
  EXPECT_EQ(*Open(path)->GetXattr("security.pol-test"), std::nullopt);
  EXPECT_EQ(*Open(folder_ + "/moved")->GetXattr("security.pol-test"), "x");
  EXPECT_FALSE(file->info().SameFile(Open(path)->info()));
}

TEST_F(FileSystemTest, LinkIsNotFollowedButOpenedItself) {
  std::string target = File("target");
  std::filesystem::create_symlink(target, folder_ + "/link");
  std::unique_ptr<OpenFile> link = Open(folder_ + "/link");
  EXPECT_EQ(link->info().kind, FileKind::kLink);
  if (geteuid() != 0) GTEST_SKIP() << "security.* attributes need root";
  ASSERT_TRUE(link->SetXattr("security.pol-test", "x").ok());
  EXPECT_EQ(*Open(target)->GetXattr("security.pol-test"), std::nullopt);
}

TEST_F(FileSystemTest, LinkOnTheWayIsRefusedWithTheRealPath) {
  File("real/file");
  std::filesystem::create_symlink(folder_ + "/real", folder_ + "/alias");
  absl::Status refused = files_->Open(folder_ + "/alias/file").status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr(folder_ + "/real/file"));
}

TEST_F(FileSystemTest, FifoDoesNotBlock) {
  std::string path = folder_ + "/fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::unique_ptr<OpenFile> fifo = Open(path);
  EXPECT_EQ(fifo->info().kind, FileKind::kPipe);
  EXPECT_TRUE(fifo->GetXattr("security.selinux").ok());
}

TEST_F(FileSystemTest, MissingFileIsNotFound) {
  absl::Status missing = files_->Open(folder_ + "/no/such").status();
  EXPECT_TRUE(absl::IsNotFound(missing)) << missing;
  EXPECT_THAT(std::string(missing.message()), HasSubstr("/no/such"));
}

TEST_F(FileSystemTest, WalkVisitsWhatBeginsWithThePrefixInOrder) {
  File("app/b");
  File("app/a/deep");
  File("app2");
  File("other/app");
  std::filesystem::create_symlink(folder_ + "/other", folder_ + "/app/link");
  EXPECT_THAT(Walk(folder_ + "/app"),
              ElementsAre(folder_ + "/app", folder_ + "/app/a",
                          folder_ + "/app/a/deep", folder_ + "/app/b",
                          folder_ + "/app/link", folder_ + "/app2"));
  EXPECT_THAT(Walk(folder_ + "/app/a/"), ElementsAre(folder_ + "/app/a/deep"));
  EXPECT_THAT(Walk(folder_ + "/app/link/"), IsEmpty());
  EXPECT_THAT(Walk(folder_ + "/none/at/all"), IsEmpty());
}

TEST_F(FileSystemTest, WalkLeavesKernelFileSystemsOut) {
  EXPECT_THAT(Walk("/proc/"), IsEmpty());
  EXPECT_THAT(Walk("/proc"), IsEmpty());
}

TEST_F(FileSystemTest, DeepTreeNeedsNoMoreDescriptorsThanAShallowOne) {
  std::string path = folder_;
  for (int depth = 0; depth < 300; ++depth) path += "/d";
  std::filesystem::create_directories(path);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = {64, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  size_t visited = Walk(folder_ + "/d").size();
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(visited, 300u);
}

}  // namespace
}  // namespace pol::kernel
