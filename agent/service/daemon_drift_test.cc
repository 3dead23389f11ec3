// pold in this process, on real files with the kernel's events, in a file
// system of the test's own.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <thread>

#include "agent/enforce/filecaps/filecaps_fence.h"
#include "agent/enforce/selinux/selinux_fence.h"
#include "agent/kernel/fakes/fake_selinux_store.h"
#include "agent/kernel/files/file_capabilities.h"
#include "agent/kernel/files/selinux_store.h"
#include "agent/service/control_client.h"
#include "agent/service/daemon.h"
#include "compiler/bundle/container.h"
#include "compiler/support/files.h"
#include "tests/harness/scratch_mount.h"
#include "tests/harness/wait.h"

namespace pol::service {
namespace {

namespace fs = std::filesystem;
using harness::WaitUntil;
using kernel::kCapabilityXattr;
using kernel::kSelinuxXattr;
using ::testing::HasSubstr;

constexpr char kBind[] = "cap_net_bind_service=ep";
constexpr char kExec[] = "system_u:object_r:httpd_exec_t:s0";
constexpr char kData[] = "system_u:object_r:data_t:s0";

class DaemonDriftTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "watching file systems is for root";
    auto scratch = harness::ScratchMount::Create(GetParam());
    if (!scratch.ok()) GTEST_SKIP() << scratch.status();
    scratch_ = *std::move(scratch);
    root_ = scratch_->folder();
    std::string pattern = ::testing::TempDir() + "daemon_drift.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    for (const char* name : {"bin/api", "bin/told", "srv/a", "srv/deep/b"}) {
      fs::create_directories(fs::path(root_ + "/" + name).parent_path());
      ASSERT_TRUE(support::WriteFile(Path(name), "content", 0755).ok());
    }
    Start();
    auto applied = Client().Apply(Policy());
    ASSERT_TRUE(applied.ok()) << applied.status();
  }

  void TearDown() override {
    if (thread_.joinable()) {
      pthread_kill(thread_.native_handle(), SIGTERM);
      thread_.join();
    }
    daemon_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  void Start() {
    apply::Host host;
    host.paths.state_dir = folder_ + "/state";
    host.paths.run_dir = folder_ + "/run";
    host.files = kernel::MakeFileSystem();
    auto store = std::make_unique<kernel::FakeSelinuxStore>();
    host.selinux = std::move(store);
    host.fences.push_back(
        enforce::MakeSelinuxFence(*host.files, *host.selinux));
    host.fences.push_back(enforce::MakeFilecapsFence(*host.files));
    auto watch = kernel::MakeFileWatch();
    ASSERT_TRUE(watch.ok()) << watch.status();
    auto daemon = Daemon::Start(std::move(host), "nobody-has-this-group",
                                nullptr, *std::move(watch));
    ASSERT_TRUE(daemon.ok()) << daemon.status();
    daemon_ = *std::move(daemon);
    thread_ = std::thread([this] { EXPECT_TRUE(daemon_->Run().ok()); });
  }

  std::string Policy() {
    bundle::v1::Bundle bundle;
    bundle.add_identities();
    bundle.mutable_network()->set_class_count(1);
    bundle.mutable_network()->add_interval_starts(0);
    for (const char* name : {"bin/api", "bin/told"}) {
      bundle::v1::FileRecord* file = bundle.add_files();
      file->set_path(Path(name));
      file->set_context(kExec);
      file->set_manages_capabilities(true);
      file->set_capabilities(kBind);
      file->set_report_drift(std::string(name) == "bin/told");
      file->mutable_origin()->set_file("web.pol");
      file->mutable_origin()->set_line(12);
    }
    bundle::v1::FcontextRecord* tree = bundle.add_fcontexts();
    tree->set_path(root_ + "/srv(/.*)?");
    tree->set_context(kData);
    tree->mutable_origin()->set_file("web.pol");
    tree->mutable_origin()->set_line(20);
    return *bundle::Write(bundle);
  }

  std::string Path(const std::string& name) { return root_ + "/" + name; }

  ControlClient Client() {
    auto client = ControlClient::Connect(folder_ + "/run/pold.sock");
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  v1::DriftReport Report() {
    auto report = Client().Drift();
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : v1::DriftReport();
  }

  // In another process: only system calls, this one has threads.
  void Do(const std::function<bool()>& act) {
    pid_t child = fork();
    if (child == 0) _exit(act() ? 0 : 1);
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }

  std::string Label(const std::string& name) {
    std::string bytes(256, '\0');
    ssize_t size =
        getxattr(Path(name).c_str(), kSelinuxXattr, bytes.data(), bytes.size());
    return size < 0 ? "none" : std::string(bytes.c_str());
  }
  bool HasCapabilities(const std::string& name) {
    return getxattr(Path(name).c_str(), kCapabilityXattr, nullptr, 0) > 0;
  }
  bool Right() {
    return Label("bin/api") == kExec && HasCapabilities("bin/api") &&
           Label("srv/a") == kData && Label("srv/deep/b") == kData;
  }
  void ExpectPutBack(size_t events) {
    EXPECT_TRUE(WaitUntil([&] {
      return Right() && Report().lately_size() >= static_cast<int>(events);
    }));
    EXPECT_EQ(Report().now_size(), 0);
  }

  std::string folder_;
  std::unique_ptr<harness::ScratchMount> scratch_;
  std::string root_;
  std::unique_ptr<Daemon> daemon_;
  std::thread thread_;
};

TEST_P(DaemonDriftTest, WhateverTakesThemAwayTheyComeBack) {
  ASSERT_TRUE(Right());
  std::string api = Path("bin/api");
  std::string other = Path("other-name");
  std::string fresh = Path("fresh");
  ASSERT_TRUE(support::WriteFile(fresh, "new", 0755).ok());
  Do([&] { return removexattr(api.c_str(), kCapabilityXattr) == 0; });
  ExpectPutBack(1);
  Do([&] { return setxattr(api.c_str(), kSelinuxXattr, "x", 2, 0) == 0; });
  ExpectPutBack(2);
  Do([&] { return chown(api.c_str(), 0, 0) == 0; });
  ExpectPutBack(3);
  Do([&] {
    return link(api.c_str(), other.c_str()) == 0 &&
           truncate(other.c_str(), 1) == 0;
  });
  ExpectPutBack(4);
  EXPECT_THAT(Report().lately(0).who(), HasSubstr(other));
  EXPECT_EQ(Report().lately(0).difference().origin(), "web.pol:12");
}

TEST_P(DaemonDriftTest, APackageUpgradeIsNoEscape) {
  std::string api = Path("bin/api");
  std::string fresh = Path("bin/api.dpkg-new");
  ASSERT_TRUE(support::WriteFile(fresh, "new", 0755).ok());
  Do([&] { return rename(fresh.c_str(), api.c_str()) == 0; });
  // Label and capabilities, seen together or one after the other.
  ExpectPutBack(1);
  Do([&] { return truncate(api.c_str(), 1) == 0; });
  ExpectPutBack(2);
}

TEST_P(DaemonDriftTest, TreesAreWatchedWithWhatIsNewInThem) {
  std::string a = Path("srv/a");
  std::string fresh = Path("srv/deep/new");
  Do([&] {
    return setxattr(a.c_str(), kSelinuxXattr, "x", 2, 0) == 0 &&
           mknod(fresh.c_str(), S_IFREG | 0644, 0) == 0;
  });
  EXPECT_TRUE(
      WaitUntil([&] { return Right() && Label("srv/deep/new") == kData; }));
}

TEST_P(DaemonDriftTest, WhatIsOnlyToBeReportedStaysAsItIs) {
  std::string told = Path("bin/told");
  std::string api = Path("bin/api");
  Do([&] {
    return removexattr(told.c_str(), kCapabilityXattr) == 0 &&
           removexattr(api.c_str(), kCapabilityXattr) == 0;
  });
  ASSERT_TRUE(WaitUntil(
      [&] { return Report().now_size() == 1 && HasCapabilities("bin/api"); }));
  EXPECT_TRUE(Report().now(0).report_only());
  EXPECT_FALSE(HasCapabilities("bin/told"));
  // An apply puts it back.
  ASSERT_TRUE(Client().Apply(Policy()).ok());
  EXPECT_TRUE(HasCapabilities("bin/told"));
  EXPECT_TRUE(WaitUntil([&] { return Report().now_size() == 0; }));
}

TEST_P(DaemonDriftTest, WhoFightsIsMadeToWait) {
  std::string api = Path("bin/api");
  for (int i = 0; i < 5; ++i) {
    Do([&] { return removexattr(api.c_str(), kCapabilityXattr) == 0; });
    ASSERT_TRUE(WaitUntil([&] { return HasCapabilities("bin/api"); }));
  }
  // Counted when five times fell into ten seconds, as they do unless this
  // machine is very busy.
  if (Report().fights_size() == 0) GTEST_SKIP() << "too slow for a fight";
  EXPECT_EQ(Report().fights(0).object(), "file " + api);
}

TEST_P(DaemonDriftTest, WithoutAPolicyNothingIsWatched) {
  ASSERT_TRUE(Client().Remove().ok());
  ASSERT_TRUE(WaitUntil([&] { return Report().file_systems_size() == 0; }));
  EXPECT_EQ(Report().now_size(), 0);
}

INSTANTIATE_TEST_SUITE_P(FileSystems, DaemonDriftTest,
                         ::testing::Values("tmpfs", "ext4"),
                         [](const auto& one) {
                           return std::string(one.param);
                         });

}  // namespace
}  // namespace pol::service
