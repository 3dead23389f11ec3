// Against the kernel, in a folder of its own.
#include "agent/kernel/files/tree_scan.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "agent/kernel/files/descriptors.h"

namespace pol::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using values::FileKind;

constexpr char kName[] = "user.pol-test";

class TreeScanTest : public ::testing::Test {
 protected:
  TreeScanTest() {
    std::string pattern = ::testing::TempDir() + "tree_scan.XXXXXX";
    folder_ = std::filesystem::canonical(mkdtemp(pattern.data()));
  }
  ~TreeScanTest() override { std::filesystem::remove_all(folder_); }

  std::string File(const std::string& name) {
    const std::string path = folder_ + "/" + name;
    std::filesystem::create_directories(
        std::filesystem::path(path).parent_path());
    const int fd = open(path.c_str(), O_CREAT | O_WRONLY, 0644);
    EXPECT_GE(fd, 0) << path;
    close(fd);
    return path;
  }

  // What is visited below `prefixes`, without the folder's path.
  std::map<std::string, FileKind> Scan(
      const std::vector<std::string>& prefixes) {
    std::mutex mutex;
    std::map<std::string, FileKind> seen;
    absl::Status scanned = files_->Scan(prefixes, [&] {
      return [&](ScannedFile& file) {
        std::lock_guard<std::mutex> lock(mutex);
        std::string name = file.path();
        if (name.compare(0, folder_.size(), folder_) == 0)
          name.erase(0, folder_.size());
        EXPECT_TRUE(seen.emplace(name, file.kind()).second) << file.path();
        return absl::OkStatus();
      };
    });
    EXPECT_TRUE(scanned.ok()) << scanned;
    return seen;
  }

  std::string folder_;
  std::unique_ptr<FileSystem> files_ = MakeFileSystem();
};

TEST_F(TreeScanTest, VisitsWhatBeginsWithThePrefixes) {
  File("app/b");
  File("app/a/deep");
  File("app2");
  File("other/app");
  std::filesystem::create_symlink(folder_ + "/other", folder_ + "/app/link");
  EXPECT_THAT(Scan({folder_ + "/app", folder_ + "/oth"}),
              ElementsAre(Pair("/app", FileKind::kDirectory),
                          Pair("/app/a", FileKind::kDirectory),
                          Pair("/app/a/deep", FileKind::kFile),
                          Pair("/app/b", FileKind::kFile),
                          Pair("/app/link", FileKind::kLink),
                          Pair("/app2", FileKind::kFile),
                          Pair("/other", FileKind::kDirectory),
                          Pair("/other/app", FileKind::kFile)));
  EXPECT_THAT(Scan({folder_ + "/app/link/"}), IsEmpty());
  EXPECT_THAT(Scan({folder_ + "/none/at/all"}), IsEmpty());
  EXPECT_THAT(Scan({}), IsEmpty());
  EXPECT_THAT(Scan({"/proc/", "/proc"}), IsEmpty());
}

TEST_F(TreeScanTest, KnowsEveryKindOfFile) {
  File("file");
  ASSERT_EQ(mkfifo((folder_ + "/pipe").c_str(), 0600), 0);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {AF_UNIX, {}};
  const std::string path = folder_ + "/socket";
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
            0);
  EXPECT_THAT(Scan({folder_ + "/"}),
              ElementsAre(Pair("/file", FileKind::kFile),
                          Pair("/pipe", FileKind::kPipe),
                          Pair("/socket", FileKind::kSocket)));
  close(fd);
  // Devices, and folders in which something is mounted.
  size_t devices = 0;
  for (const auto& [name, kind] : Scan({"/dev/"})) {
    struct stat status;
    if (lstat(name.c_str(), &status) != 0) continue;
    EXPECT_EQ(kind, Info(status).kind) << name;
    if (kind == FileKind::kCharacter) ++devices;
  }
  EXPECT_GT(devices, 0u);
}

TEST_F(TreeScanTest, ReadsAttributesOfTheFileItself) {
  if (geteuid() != 0) GTEST_SKIP() << "security.* attributes need root";
  constexpr char kSecurity[] = "security.pol-test";
  const std::string large(2000, 'x');
  std::map<std::string, std::string> values = {
      {"a", "1"}, {"d", "2"}, {"d/f", large}, {"d/link", "3"}};
  File("none");
  File("a");
  File("d/f");
  std::filesystem::create_symlink("f", folder_ + "/d/link");
  for (const auto& [name, value] : values) {
    ASSERT_EQ(lsetxattr((folder_ + "/" + name).c_str(), kSecurity, value.data(),
                        value.size(), 0),
              0)
        << name;
  }
  std::mutex mutex;
  std::map<std::string, std::string> seen;
  absl::Status scanned = files_->Scan({folder_ + "/"}, [&] {
    return [&](ScannedFile& file) {
      POL_ASSIGN_OR_RETURN(std::optional<std::string> value,
                           file.GetXattr(kSecurity));
      std::lock_guard<std::mutex> lock(mutex);
      if (value) seen[file.path().substr(folder_.size() + 1)] = *value;
      return absl::OkStatus();
    };
  });
  EXPECT_TRUE(scanned.ok()) << scanned;
  EXPECT_EQ(seen, values);
}

TEST_F(TreeScanTest, AFileThatIsGoneIsNotFound) {
  File("a");
  absl::Status read;
  absl::Status scanned = files_->Scan({folder_ + "/"}, [&] {
    return [&](ScannedFile& file) {
      unlink(file.path().c_str());
      read = file.GetXattr(kName).status();
      return absl::OkStatus();
    };
  });
  EXPECT_TRUE(scanned.ok()) << scanned;
  EXPECT_TRUE(absl::IsNotFound(read)) << read;
}

TEST_F(TreeScanTest, TheFilesOfAFolderComeToOneVisitorOneAfterTheOther) {
  for (int i = 0; i < 40; ++i) {
    for (int k = 0; k < 10; ++k)
      File(absl::StrCat("d", i, "/e", i % 3, "/f", k));
  }
  std::vector<std::vector<std::string>> seen;  // by visitor, folder by folder
  absl::Status scanned = files_->Scan({folder_ + "/"}, [&] {
    seen.emplace_back();
    seen.reserve(64);
    return [&mine = seen.back()](ScannedFile& file) {
      if (file.kind() == FileKind::kDirectory) return absl::OkStatus();
      const std::string& path = file.path();
      std::string parent = path.substr(0, path.rfind('/'));
      if (mine.empty() || mine.back() != parent)
        mine.push_back(std::move(parent));
      return absl::OkStatus();
    };
  });
  EXPECT_TRUE(scanned.ok()) << scanned;
  std::set<std::string> folders;
  size_t turns = 0;
  for (const std::vector<std::string>& mine : seen) {
    turns += mine.size();
    folders.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(folders.size(), 40u);
  EXPECT_EQ(turns, 40u);
}

TEST_F(TreeScanTest, AnErrorEndsItAndIsReturned) {
  for (int i = 0; i < 50; ++i) File(absl::StrCat("d", i, "/f"));
  absl::Status scanned = files_->Scan({folder_ + "/"}, [&] {
    return [&](ScannedFile& file) {
      return file.kind() == FileKind::kFile ? absl::AbortedError("enough")
                                            : absl::OkStatus();
    };
  });
  EXPECT_TRUE(absl::IsAborted(scanned)) << scanned;
}

TEST_F(TreeScanTest, LeavesTheWorkingDirectoryOfTheProcessAlone) {
  File("d/f");
  const std::filesystem::path before = std::filesystem::current_path();
  absl::Status scanned = files_->Scan({folder_ + "/"}, [&] {
    return [&](ScannedFile& file) { return file.GetXattr(kName).status(); };
  });
  EXPECT_EQ(std::filesystem::current_path(), before);
}

TEST_F(TreeScanTest, ReportsAllOfItAtTheEnd) {
  for (int i = 0; i < 30; ++i) File(absl::StrCat("d", i, "/e/f"));
  const std::thread::id here = std::this_thread::get_id();
  std::vector<ScanProgress> reports;
  files_->OnProgress([&](const ScanProgress& progress) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    reports.push_back(progress);
  });
  Scan({folder_ + "/d"});
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports.back().files, 30u * 3);
  EXPECT_NEAR(reports.back().share, 1, 1e-6);
}

TEST_F(TreeScanTest, DeepTreeNeedsNoMoreDescriptorsThanAShallowOne) {
  std::string path = folder_;
  for (int depth = 0; depth < 300; ++depth) path += "/d";
  std::filesystem::create_directories(path);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = {64, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const size_t visited = Scan({folder_ + "/d"}).size();
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(visited, 300u);
}

}  // namespace
}  // namespace pol::kernel
