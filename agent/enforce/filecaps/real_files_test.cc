// The fence on real files: targets that are no files, files replaced under it,
// what strips capabilities, and what plan warns of.

#include "agent/enforce/filecaps/real_files.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include <functional>
#include <optional>
#include <utility>

#include "agent/kernel/files/program_facts.h"

namespace pol::enforce {
namespace {

using kernel::kCapabilityXattr;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RealFilesTest : public RealFiles {
 protected:
  // Every way in refuses the path, naming the line.
  void ExpectRefused(const std::string& path, const std::string& why) {
    Bundle bundle = Wanting(path, kRaw);
    for (const absl::Status& status :
         {fence_->Read(nullptr, bundle).status(),
          fence_->Prepare(nullptr, bundle, 1).status(),
          fence_->Verify(bundle)}) {
      EXPECT_THAT(std::string(status.message()), HasSubstr("web.pol:3: "));
      EXPECT_THAT(std::string(status.message()), HasSubstr(why));
    }
  }

  void ExpectPrepareFails(const std::string& path, const std::string& why) {
    absl::Status status =
        fence_->Prepare(nullptr, Wanting(path, kRaw), 1).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("web.pol:3: " + path + ": " + why));
  }

  std::optional<std::string> Bytes(const std::string& path) {
    char bytes[64];
    ssize_t size =
        lgetxattr(path.c_str(), kCapabilityXattr, bytes, sizeof(bytes));
    if (size < 0) return std::nullopt;
    return std::string(bytes, static_cast<size_t>(size));
  }

  void SetFlag(const std::string& path, int flag, bool on) {
    int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(fd, 0);
    int flags = 0;
    EXPECT_EQ(ioctl(fd, FS_IOC_GETFLAGS, &flags), 0);
    flags = on ? flags | flag : flags & ~flag;
    EXPECT_EQ(ioctl(fd, FS_IOC_SETFLAGS, &flags), 0);
    close(fd);
  }

  // Does something to a file with capabilities and expects them gone, seen,
  // and put back.
  void ExpectStripped(const std::function<void(const std::string&)>& act) {
    std::string cat = Path("victim");
    std::filesystem::remove(cat);
    Cat("victim");
    Give(cat, kRaw);
    Bundle bundle = Wanting(cat, kRaw);
    EXPECT_THAT(*fence_->Read(&bundle, bundle), IsEmpty());
    act(cat);
    EXPECT_EQ(Bytes(cat), std::nullopt);
    auto drift = fence_->Read(&bundle, bundle);
    ASSERT_TRUE(drift.ok()) << drift.status();
    ASSERT_EQ(drift->size(), 1u);
    EXPECT_EQ((*drift)[0].before, "");
    EXPECT_EQ((*drift)[0].after, kRaw);
    EXPECT_FALSE(fence_->Verify(bundle).ok());
    auto step = fence_->Prepare(&bundle, bundle, 2);
    ASSERT_TRUE(step.ok()) << step.status();
    EXPECT_TRUE((*step)->Switch().ok());
    EXPECT_EQ(Bytes(cat), *kernel::EncodeCapabilities(kRaw));
  }
};

TEST_F(RealFilesTest, NothingButFilesAndNothingBlocks) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  ExpectRefused(Path("fifo"), "is a FIFO: only a regular file");
  std::filesystem::create_symlink(Cat(), Path("link"));
  ExpectRefused(Path("link"), "is a symbolic link: only a regular file");
  EXPECT_EQ(Bytes(Path("cat")), std::nullopt);
  std::filesystem::create_directory(Path("folder"));
  ExpectRefused(Path("folder"), "is a folder: only a regular file");
  if (mknod(Path("null").c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0)
    ExpectRefused(Path("null"), "is a device: only a regular file");
  std::filesystem::create_directory_symlink(Path("folder"), Path("way"));
  Write("folder/x", "");
  ExpectRefused(Path("way/x"), "the file is " + Path("folder/x"));
  ExpectRefused(Path("none"), "No such file");
  for (const char* name : {"fifo", "link", "folder", "way/x", "none"}) {
    EXPECT_THAT(Found(Path(name), kRaw), IsEmpty());
    EXPECT_FALSE(kernel::ReadProgramFacts(Path(name)).ok());
  }
}

TEST_F(RealFilesTest, FileReplacedMeanwhile) {
  std::string cat = Cat();
  auto step = fence_->Prepare(nullptr, Wanting(cat, kRaw), 1);
  ASSERT_TRUE(step.ok()) << step.status();
  std::filesystem::rename(Cat("other"), cat);
  absl::Status switched = (*step)->Switch();
  EXPECT_TRUE(absl::IsAborted(switched)) << switched;
  EXPECT_THAT(std::string(switched.message()),
              HasSubstr("web.pol:3: " + cat + " was replaced meanwhile"));
  EXPECT_EQ(Bytes(cat), std::nullopt);
}

TEST_F(RealFilesTest, FileMadeAnewMeanwhileWithTheSameInode) {
  std::string cat = Cat();
  auto step = fence_->Prepare(nullptr, Wanting(cat, kRaw), 1);
  ASSERT_TRUE(step.ok()) << step.status();
  // Times of files are as coarse as the kernel's clock.
  usleep(50'000);
  std::filesystem::remove(cat);
  Cat();
  absl::Status switched = (*step)->Switch();
  EXPECT_TRUE(absl::IsAborted(switched)) << switched;
  EXPECT_EQ(Bytes(cat), std::nullopt);
}

TEST_F(RealFilesTest, FileReplacedByAFifoMeanwhile) {
  std::string cat = Cat();
  auto step = fence_->Prepare(nullptr, Wanting(cat, kRaw), 1);
  ASSERT_TRUE(step.ok()) << step.status();
  std::filesystem::remove(cat);
  ASSERT_EQ(mkfifo(cat.c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsAborted((*step)->Switch()));
}

TEST_F(RealFilesTest, WhatStripsCapabilitiesIsDrift) {
  ExpectStripped([](const std::string& path) {
    std::ofstream(path, std::ios::app) << "x";
  });
  ExpectStripped(
      [](const std::string& path) { ASSERT_EQ(truncate(path.c_str(), 8), 0); });
  ExpectStripped(
      [](const std::string& path) { ASSERT_EQ(chown(path.c_str(), 0, 0), 0); });
  for (std::vector<std::string> command :
       {std::vector<std::string>{"cp"}, {"cp", "-p"}, {"install"}}) {
    ExpectStripped([&](const std::string& path) {
      std::vector<std::string> copy = command;
      copy.insert(copy.end(), {path, path + ".new"});
      MustRun(copy);
      std::filesystem::rename(path + ".new", path);
    });
  }
  // As dpkg and rpm do: the new file beside the old one, then over it.
  ExpectStripped([](const std::string& path) {
    std::filesystem::copy_file("/usr/bin/env", path + ".dpkg-new");
    std::filesystem::rename(path + ".dpkg-new", path);
  });
}

TEST_F(RealFilesTest, WhatKeepsThemIsNoDrift) {
  std::string cat = Cat();
  Give(cat, kRaw);
  ASSERT_EQ(chmod(cat.c_str(), 0755), 0);
  std::filesystem::create_hard_link(cat, Path("name"));
  MustRun({"cp", "-a", cat, Path("copy")});
  for (const std::string& path : {cat, Path("name"), Path("copy")}) {
    Bundle bundle = Wanting(path, kRaw);
    EXPECT_THAT(*fence_->Read(&bundle, bundle), IsEmpty()) << path;
  }
}

TEST_F(RealFilesTest, FileSystemWithoutCapabilities) {
  std::string mount = Mount("m", "ramfs", 0);
  std::string cat = Cat("m/cat");
  std::string why = "the file system at " + mount +
                    " (ramfs) holds no capabilities: they cannot be written";
  EXPECT_THAT(Found(cat, kRaw), ElementsAre(why));
  EXPECT_EQ(fence_->Read(nullptr, Wanting(cat, kRaw))->size(), 1u);
  ExpectPrepareFails(cat, why);
  EXPECT_THAT(*fence_->Read(nullptr, Wanting(cat, "")), IsEmpty());
  EXPECT_THAT(Found(cat, ""), IsEmpty());
}

TEST_F(RealFilesTest, ReadOnlyMount) {
  std::string mount = Mount("m", "tmpfs", 0);
  std::string cat = Cat("m/cat");
  std::string done = Cat("m/done");
  Give(done, kRaw);
  ASSERT_EQ(::mount("none", mount.c_str(), nullptr,
                    MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr),
            0);
  std::string why = "the mount at " + mount +
                    " is read-only: capabilities cannot be changed there";
  EXPECT_THAT(Found(cat, kRaw), ElementsAre(why));
  ExpectPrepareFails(cat, why);
  EXPECT_THAT(Found(done, kRaw), IsEmpty());
  EXPECT_THAT(Found(done, ""), ElementsAre(why));
}

TEST_F(RealFilesTest, ImmutableAndAppendOnly) {
  for (auto [flag, why] : {std::pair(FS_IMMUTABLE_FL, "it is immutable"),
                           std::pair(FS_APPEND_FL, "it is append-only")}) {
    std::string name = why;
    std::string cat = Cat(name);
    SetFlag(cat, flag, true);
    EXPECT_THAT(Found(cat, kRaw), ElementsAre(HasSubstr(why)));
    ExpectPrepareFails(cat, why);
    std::string bytes = *kernel::EncodeCapabilities(kRaw);
    EXPECT_NE(
        setxattr(cat.c_str(), kCapabilityXattr, bytes.data(), bytes.size(), 0),
        0);
    EXPECT_EQ(errno, EPERM);
    SetFlag(cat, flag, false);
    EXPECT_THAT(Found(cat, kRaw), IsEmpty());
  }
}

TEST_F(RealFilesTest, CapabilityThatTheKernelDoesNotKnow) {
  int last = *kernel::LastCapability();
  if (last >= 62) GTEST_SKIP() << "this kernel knows all that a file can hold";
  std::string cat = Cat();
  std::string text = absl::StrCat(last + 1, "=ep");
  Give(cat, text);
  EXPECT_EQ(Status(cat, "CapPrm"), "0000000000000000");
  EXPECT_THAT(Found(cat, text), ElementsAre(absl::StrCat(
                                    "this kernel does not know ", last + 1,
                                    ": its last capability is number ", last)));
}

TEST_F(RealFilesTest, Interpreters) {
  for (const char* name : {"python3.11", "perl", "bash"}) {
    std::string path = Cat(name);
    EXPECT_THAT(Found(path, kRaw),
                ElementsAre(HasSubstr("does anything with cap_net_raw")))
        << name;
  }
  EXPECT_THAT(Found(Cat("pythonista"), kRaw), IsEmpty());
}

TEST_F(RealFilesTest, WhoElseMayRewriteIt) {
  std::string cat = Cat("in/cat", 0757);
  EXPECT_THAT(Found(cat, kRaw), ElementsAre(HasSubstr("everybody may write it: "
                                                      "what is put in its "
                                                      "place gets")));
  ASSERT_EQ(chmod(cat.c_str(), 0755), 0);
  ASSERT_EQ(chown(cat.c_str(), 1000, 0), 0);
  EXPECT_THAT(Found(cat, kRaw), ElementsAre(HasSubstr("user 1000 owns it")));
  ASSERT_EQ(chown(cat.c_str(), 0, 1000), 0);
  ASSERT_EQ(chmod(cat.c_str(), 0775), 0);
  EXPECT_THAT(Found(cat, kRaw),
              ElementsAre(HasSubstr("group 1000 may write it")));
  ASSERT_EQ(chmod(cat.c_str(), 0755), 0);
  ASSERT_EQ(chmod(Path("in").c_str(), 0777), 0);
  EXPECT_THAT(
      Found(cat, kRaw),
      ElementsAre(HasSubstr("everybody may write the folder " + Path("in"))));
  ASSERT_EQ(chmod(Path("in").c_str(), 01777), 0);
  EXPECT_THAT(Found(cat, kRaw), IsEmpty());
  ASSERT_EQ(chown(Path("in").c_str(), 1000, 0), 0);
  EXPECT_THAT(Found(cat, kRaw),
              Contains(HasSubstr("user 1000 owns the folder")));
}

TEST_F(RealFilesTest, AgentInAUserNamespace) {
  ASSERT_FALSE(kernel::InUserNamespace());
  EXPECT_EXIT(
      {
        if (unshare(CLONE_NEWUSER) != 0) exit(2);
        exit(kernel::InUserNamespace() ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST_F(RealFilesTest, KernelWithoutFileCapabilities) {
  EXPECT_TRUE(SupportUnder("quiet no_file_capsule root=/dev/vda\n").available);
  Support support = SupportUnder("quiet no_file_caps\n");
  EXPECT_FALSE(support.available);
  EXPECT_THAT(support.reason, HasSubstr("no_file_caps"));
}

}  // namespace
}  // namespace pol::enforce
