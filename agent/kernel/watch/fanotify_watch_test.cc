// Against the kernel, on file systems of the test's own.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "agent/kernel/watch/file_watch.h"
#include "compiler/support/files.h"
#include "tests/harness/scratch_mount.h"
#include "tests/harness/wait.h"

namespace pol::kernel {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class FanotifyWatchTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "watching file systems is for root";
    auto scratch = harness::ScratchMount::Create(GetParam());
    if (!scratch.ok()) GTEST_SKIP() << scratch.status();
    scratch_ = *std::move(scratch);
    root_ = scratch_->folder();
    fs::create_directories(root_ + "/bin");
    fs::create_directories(root_ + "/srv/app/data");
    fs::create_directories(root_ + "/tmp");
    Write("bin/api");
    Write("srv/app/one");
    auto watch = MakeFileWatch();
    ASSERT_TRUE(watch.ok()) << watch.status();
    watch_ = *std::move(watch);
    interest_.files[root_ + "/bin/api"] = true;
    interest_.trees = {root_ + "/srv/app"};
    interest_.settings = {root_ + "/etc"};
    Watch();
  }

  void TearDown() override { watch_.reset(); }

  void Watch() {
    auto coverage = watch_->Watch(interest_);
    ASSERT_TRUE(coverage.ok()) << coverage.status();
    ASSERT_EQ(coverage->size(), 1u);
    EXPECT_EQ((*coverage)[0].mount_point, root_);
    EXPECT_EQ((*coverage)[0].type, GetParam());
    ASSERT_TRUE((*coverage)[0].events) << (*coverage)[0].reason;
  }

  void Write(const std::string& name) {
    EXPECT_TRUE(support::WriteFile(root_ + "/" + name, "content", 0755).ok());
  }

  // Does it in another process, which is what is told.
  pid_t Do(const std::function<bool()>& act) {
    pid_t child = fork();
    if (child == 0) _exit(act() ? 0 : 1);
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    return child;
  }

  // Everything that is told until `path` is.
  Batch Until(const std::string& path) {
    Batch all;
    bool found = harness::WaitUntil([&] {
      Add(&all);
      for (const Touched& touched : all.touched)
        if (touched.path == root_ + path) return true;
      return false;
    });
    EXPECT_TRUE(found) << path;
    return all;
  }

  void Add(Batch* all) {
    watch_->Wait(-1, 10);
    auto batch = watch_->Read();
    ASSERT_TRUE(batch.ok()) << batch.status();
    all->seen += batch->seen;
    all->lost = all->lost || batch->lost;
    all->moved = all->moved || batch->moved;
    for (Touched& touched : batch->touched)
      all->touched.push_back(std::move(touched));
  }

  // What was told of a path first.
  static Touched First(const Batch& batch, const std::string& path) {
    for (const Touched& touched : batch.touched)
      if (touched.path == path) return touched;
    return {};
  }

  std::vector<std::string> Paths(const Batch& batch) {
    std::vector<std::string> paths;
    for (const Touched& touched : batch.touched)
      paths.push_back(touched.path.substr(root_.size()));
    return paths;
  }

  std::unique_ptr<harness::ScratchMount> scratch_;
  std::string root_;
  std::unique_ptr<FileWatch> watch_;
  Interest interest_;
};

TEST_P(FanotifyWatchTest, AttributesAreTold) {
  std::string path = root_ + "/bin/api";
  pid_t who = Do([&] {
    return setxattr(path.c_str(), "security.selinux", "a", 2, 0) == 0;
  });
  Touched touched = First(Until("/bin/api"), path);
  EXPECT_EQ(touched.what, Happened::kAttributes);
  EXPECT_EQ(touched.who.pid, who);
  EXPECT_TRUE(touched.who.gone);
  Do([&] { return removexattr(path.c_str(), "security.selinux") == 0; });
  Until("/bin/api");
  Do([&] { return chown(path.c_str(), 0, 0) == 0; });
  Until("/bin/api");
}

TEST_P(FanotifyWatchTest, WhoIsStillThereIsNamed) {
  int gate[2];
  ASSERT_EQ(pipe(gate), 0);
  std::string path = root_ + "/bin/api";
  pid_t child = fork();
  if (child == 0) {
    chmod(path.c_str(), 0700);
    char byte;
    close(gate[1]);
    _exit(read(gate[0], &byte, 1) == 0 ? 0 : 1);
  }
  Touched touched = First(Until("/bin/api"), path);
  EXPECT_EQ(touched.who.pid, child);
  EXPECT_FALSE(touched.who.gone);
  EXPECT_EQ(touched.who.uid, 0u);
  EXPECT_EQ(fs::path(touched.who.exe).filename(),
            "agent_kernel_watch_fanotify_watch_test");
  close(gate[0]);
  close(gate[1]);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
}

TEST_P(FanotifyWatchTest, AWriteIsToldThroughAnyName) {
  std::string path = root_ + "/bin/api";
  std::string other = root_ + "/tmp/link";
  ASSERT_EQ(link(path.c_str(), other.c_str()), 0);
  Do([&] {
    int fd = open(other.c_str(), O_WRONLY | O_APPEND);
    return write(fd, "x", 1) == 1;
  });
  Touched touched = First(Until("/bin/api"), path);
  EXPECT_EQ(touched.what, Happened::kWritten);
  EXPECT_EQ(touched.through, other);
  Do([&] { return truncate(path.c_str(), 1) == 0; });
  EXPECT_EQ(First(Until("/bin/api"), path).through, "");
}

TEST_P(FanotifyWatchTest, AReplacedFileIsToldAndWatchedOn) {
  std::string path = root_ + "/bin/api";
  Write("tmp/new");
  Do([&] { return rename((root_ + "/tmp/new").c_str(), path.c_str()) == 0; });
  EXPECT_EQ(First(Until("/bin/api"), path).what, Happened::kMovedHere);
  // The new file is known by its handle: a write through another name counts.
  std::string other = root_ + "/tmp/link";
  ASSERT_EQ(link(path.c_str(), other.c_str()), 0);
  Do([&] { return truncate(other.c_str(), 1) == 0; });
  EXPECT_EQ(First(Until("/bin/api"), path).through, other);
}

TEST_P(FanotifyWatchTest, TreesTellOfWhatIsNewAndOfFoldersThatCome) {
  Do([&] {
    Write("srv/app/data/new");
    fs::create_directories(root_ + "/tmp/come/deep");
    fs::rename(root_ + "/tmp/come", root_ + "/srv/app/come");
    return true;
  });
  Batch batch = Until("/srv/app/come");
  EXPECT_THAT(Paths(batch), Contains("/srv/app/data/new"));
  EXPECT_TRUE(First(batch, root_ + "/srv/app/come").folder);
  // Its path is found anew although the folder was seen elsewhere before.
  Do([&] {
    Write("srv/app/come/deep/x");
    return true;
  });
  Until("/srv/app/come/deep/x");
}

TEST_P(FanotifyWatchTest, FoldersOnTheWayAreTold) {
  Do([&] {
    fs::rename(root_ + "/bin", root_ + "/old");
    return true;
  });
  Do([&] {
    fs::rename(root_ + "/old", root_ + "/bin");
    return true;
  });
  Batch batch = Until("/bin");
  EXPECT_TRUE(batch.moved);
  EXPECT_TRUE(First(batch, root_ + "/bin").folder);
}

TEST_P(FanotifyWatchTest, SettingsTellOfEverything) {
  Do([&] {
    fs::create_directories(root_ + "/etc/deep");
    Write("etc/deep/file_contexts.local");
    return true;
  });
  EXPECT_TRUE(First(Until("/etc/deep/file_contexts.local"),
                    root_ + "/etc/deep/file_contexts.local")
                  .setting);
}

TEST_P(FanotifyWatchTest, OwnChangesAndOtherFilesAreNotTold) {
  ASSERT_EQ(chmod((root_ + "/bin/api").c_str(), 0700), 0);
  Batch batch;
  for (int round = 0; round < 10; ++round) {
    Do([&] {
      for (int i = 0; i < 1000; ++i) {
        std::string path = absl::StrCat(root_, "/tmp/", round, "-", i);
        if (mknod(path.c_str(), S_IFREG | 0644, 0) != 0) return false;
      }
      return true;
    });
    size_t before = batch.seen;
    EXPECT_TRUE(harness::WaitUntil([&] {
      Add(&batch);
      return batch.seen >= before + 1000;
    }));
  }
  EXPECT_THAT(batch.touched, IsEmpty());
  EXPECT_FALSE(batch.lost);
  Do([&] { return chmod((root_ + "/srv/app/one").c_str(), 0700) == 0; });
  EXPECT_THAT(Paths(Until("/srv/app/one")), ElementsAre("/srv/app/one"));
}

TEST_P(FanotifyWatchTest, WhatTheQueueCannotHoldIsSaidToBeLost) {
  auto limit = support::ReadFile("/proc/sys/fs/fanotify/max_queued_events", 64);
  ASSERT_TRUE(limit.ok());
  int files = std::stoi(*limit) + 100;
  if (files > 100'000) GTEST_SKIP() << "the queue holds " << *limit;
  Do([&] {
    for (int i = 0; i < files; ++i)
      if (mknod(absl::StrCat(root_, "/tmp/x").c_str(), S_IFREG, 0) != 0 ||
          rename((root_ + "/tmp/x").c_str(),
                 absl::StrCat(root_, "/tmp/", i % 512).c_str()) != 0)
        return false;
    return true;
  });
  Batch all;
  EXPECT_TRUE(harness::WaitUntil([&] {
    Add(&all);
    return all.lost;
  }));
}

TEST_P(FanotifyWatchTest, ABusyFileOfNoInterestIsNotToldOfForever) {
  std::string busy = root_ + "/tmp/busy";
  auto write_one = [&] {
    int fd = open(busy.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0755);
    bool written = write(fd, "x", 1) == 1;
    close(fd);
    return written;
  };
  Batch all;
  for (int i = 0; i < 300 && !HasFatalFailure(); ++i) {
    Do(write_one);
    Add(&all);
  }
  if (all.seen >= 300) GTEST_SKIP() << "no evictable marks before Linux 5.19";
  // And it is heard again when it takes the place of a file of interest.
  Do([&] { return rename(busy.c_str(), (root_ + "/bin/api").c_str()) == 0; });
  Until("/bin/api");
  Do([&] { return truncate((root_ + "/bin/api").c_str(), 0) == 0; });
  EXPECT_EQ(First(Until("/bin/api"), root_ + "/bin/api").what,
            Happened::kWritten);
}

TEST_P(FanotifyWatchTest, AMountOverItIsTold) {
  Batch all;
  ASSERT_EQ(mount("none", (root_ + "/srv").c_str(), "tmpfs", 0, ""), 0);
  EXPECT_TRUE(harness::WaitUntil([&] {
    Add(&all);
    return all.moved;
  }));
  auto coverage = watch_->Watch(interest_);
  ASSERT_TRUE(coverage.ok());
  EXPECT_EQ(coverage->size(), 2u);
  EXPECT_EQ(umount2((root_ + "/srv").c_str(), MNT_DETACH), 0);
}

INSTANTIATE_TEST_SUITE_P(FileSystems, FanotifyWatchTest,
                         ::testing::Values("tmpfs", "ext4"),
                         [](const auto& one) {
                           return std::string(one.param);
                         });

TEST(FanotifyWatch, WhatCannotBeWatchedSaysWhy) {
  if (geteuid() != 0) GTEST_SKIP() << "watching file systems is for root";
  auto scratch = harness::ScratchMount::Create("tmpfs");
  if (!scratch.ok()) GTEST_SKIP() << scratch.status();
  // Files of ramfs have no identity to be told by.
  std::string folder = (*scratch)->folder() + "/ram";
  fs::create_directories(folder);
  ASSERT_EQ(mount("none", folder.c_str(), "ramfs", 0, ""), 0);
  auto watch = MakeFileWatch();
  ASSERT_TRUE(watch.ok()) << watch.status();
  Interest interest;
  interest.files[folder + "/x"] = true;
  auto coverage = (*watch)->Watch(interest);
  ASSERT_TRUE(coverage.ok()) << coverage.status();
  ASSERT_EQ(coverage->size(), 1u);
  EXPECT_FALSE((*coverage)[0].events);
  EXPECT_THAT((*coverage)[0].reason, Not(IsEmpty()));
  EXPECT_EQ(umount2(folder.c_str(), MNT_DETACH), 0);
}

}  // namespace
}  // namespace pol::kernel
