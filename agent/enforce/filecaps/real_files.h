// A fence over real files in a folder of their own, for tests run by root.
#ifndef POL_AGENT_ENFORCE_FILECAPS_REAL_FILES_H_
#define POL_AGENT_ENFORCE_FILECAPS_REAL_FILES_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/enforce/filecaps/filecaps_fence.h"
#include "agent/kernel/files/file_capabilities.h"
#include "tests/harness/process.h"

namespace pol::enforce {

inline constexpr char kRaw[] = "cap_net_raw=ep";

class RealFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "capabilities are given by root";
    char* real = realpath(::testing::TempDir().c_str(), nullptr);
    folder_ = std::string(real) + "/filecaps.XXXXXX";
    free(real);
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    ASSERT_EQ(chmod(folder_.c_str(), 0755), 0);
    std::string trial = Write("trial", "");
    std::string bytes = *kernel::EncodeCapabilities(kRaw);
    if (setxattr(trial.c_str(), kernel::kCapabilityXattr, bytes.data(),
                 bytes.size(), 0) != 0) {
      GTEST_SKIP() << folder_ << " holds no capabilities";
    }
    fence_ = MakeFilecapsFence(*files_, folder_ + "/root");
  }

  void TearDown() override {
    for (auto it = mounts_.rbegin(); it != mounts_.rend(); ++it)
      umount2(it->c_str(), MNT_DETACH);
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }

  std::string Write(const std::string& name, const std::string& text,
                    mode_t mode = 0755) {
    std::filesystem::create_directories(
        std::filesystem::path(Path(name)).parent_path());
    std::ofstream(Path(name)) << text;
    chmod(Path(name).c_str(), mode);
    return Path(name);
  }

  // A program that prints what stands in a file.
  std::string Cat(const std::string& name = "cat", mode_t mode = 0755) {
    std::filesystem::create_directories(
        std::filesystem::path(Path(name)).parent_path());
    std::filesystem::copy_file("/usr/bin/cat", Path(name));
    chmod(Path(name).c_str(), mode);
    return Path(name);
  }

  // Mounts an empty file system at a new folder, for this process alone.
  std::string Mount(const std::string& name, const char* type,
                    unsigned long flags) {
    EXPECT_EQ(unshare(CLONE_NEWNS), 0);
    EXPECT_EQ(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    std::filesystem::create_directory(Path(name));
    EXPECT_EQ(mount("none", Path(name).c_str(), type, flags, "mode=0755"), 0);
    mounts_.push_back(Path(name));
    return Path(name);
  }

  // A bundle that gives `path` these capabilities, by web.pol:3, as a program
  // of a workload in web.service.
  static Bundle Wanting(const std::string& path, const std::string& text) {
    Bundle bundle;
    bundle::v1::Workload* workload = bundle.add_workloads();
    workload->set_name("web");
    workload->set_systemd_unit("web.service");
    bundle::v1::FileRecord* file = bundle.add_files();
    file->set_path(path);
    file->set_workload("web");
    file->set_manages_capabilities(true);
    file->set_capabilities(text);
    file->mutable_origin()->set_file("web.pol");
    file->mutable_origin()->set_line(3);
    return bundle;
  }

  absl::Status Apply(const Bundle& bundle) {
    auto step = fence_->Prepare(nullptr, bundle, 1);
    return step.ok() ? (*step)->Switch() : step.status();
  }
  void Give(const std::string& path, const std::string& text) {
    absl::Status applied = Apply(Wanting(path, text));
    ASSERT_TRUE(applied.ok()) << applied;
  }

  // What plan warns of, without the object and the line, which are checked.
  std::vector<std::string> Found(const std::string& path,
                                 const std::string& text) {
    auto findings = fence_->Findings(nullptr, Wanting(path, text));
    EXPECT_TRUE(findings.ok()) << findings.status();
    std::vector<std::string> texts;
    for (const Finding& finding : *findings) {
      EXPECT_EQ(finding.object, "file " + path);
      EXPECT_EQ(finding.origin, "web.pol:3");
      texts.push_back(finding.text);
    }
    return texts;
  }

  static void MustRun(std::vector<std::string> argv) {
    harness::Command command;
    command.argv = std::move(argv);
    absl::StatusOr<std::string> done = harness::RunOk(command);
    ASSERT_TRUE(done.ok()) << done.status();
  }

  // As nobody, through setpriv(1) with further options.
  static harness::Outcome Run(std::vector<std::string> argv,
                              std::vector<std::string> options = {},
                              std::vector<std::string> environment = {}) {
    std::vector<std::string> command = {"setpriv", "--reuid=65534",
                                        "--regid=65534", "--clear-groups"};
    command.insert(command.end(), options.begin(), options.end());
    // setpriv(1) itself may keep capabilities; what it starts has none.
    command.push_back("env");
    command.insert(command.end(), argv.begin(), argv.end());
    harness::Command whole;
    whole.argv = std::move(command);
    whole.environment = std::move(environment);
    absl::StatusOr<harness::Outcome> outcome = harness::RunToEnd(whole);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.value_or(harness::Outcome{});
  }

  // The line of /proc/self/status that begins with `key`, as a program that
  // cats it has it.
  static std::string Status(const std::string& program, const std::string& key,
                            std::vector<std::string> options = {}) {
    harness::Outcome outcome = Run({program, "/proc/self/status"}, options);
    EXPECT_EQ(outcome.exit_status, 0) << outcome.errors;
    return StatusLine(outcome.output, key);
  }
  static std::string StatusLine(const std::string& text,
                                const std::string& key) {
    size_t start = text.find(key + ":\t");
    if (start == text.npos) return "no line " + key;
    start += key.size() + 2;
    return text.substr(start, text.find('\n', start) - start);
  }

  std::string folder_;
  std::vector<std::string> mounts_;
  std::unique_ptr<kernel::FileSystem> files_ = kernel::MakeFileSystem();
  std::unique_ptr<Fence> fence_;
};

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_FILECAPS_REAL_FILES_H_
