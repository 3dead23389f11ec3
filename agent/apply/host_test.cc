// The fences together on real files and a real policy store, in a folder.
#include "agent/apply/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>

#include "agent/apply/apply.h"
#include "agent/apply/drift.h"
#include "agent/apply/plan.h"
#include "agent/enforce/filecaps/filecaps_fence.h"
#include "agent/enforce/selinux/selinux_fence.h"
#include "agent/kernel/files/file_capabilities.h"
#include "compiler/bundle/container.h"
#include "compiler/support/files.h"
#include "tests/harness/selinux_root.h"

namespace pol::apply {
namespace {

using bundle::v1::Bundle;
using kernel::kCapabilityXattr;
using kernel::kSelinuxXattr;

constexpr char kContent[] = "system_u:object_r:httpd_sys_content_t:s0";
constexpr char kExec[] = "system_u:object_r:httpd_exec_t:s0";

class RealHostTest : public ::testing::Test {
 protected:
  RealHostTest() {
    std::string pattern = ::testing::TempDir() + "real_host.XXXXXX";
    folder_ = std::filesystem::canonical(mkdtemp(pattern.data()));
  }
  ~RealHostTest() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "security attributes need root";
    absl::Status made = harness::MakeSelinuxRoot(folder_ + "/root");
    if (!made.ok()) GTEST_SKIP() << made;
    if (setxattr(folder_.c_str(), kSelinuxXattr, "x", 2, 0) != 0)
      GTEST_SKIP() << "no security attributes in " << folder_;
    for (const char* name : {"bin/api", "www/a", "www/deep/b"}) {
      std::filesystem::path path = folder_ + "/" + name;
      std::filesystem::create_directories(path.parent_path());
      ASSERT_TRUE(support::WriteFile(path, "x", 0755).ok());
    }
    host_.paths.state_dir = folder_ + "/state";
    host_.paths.run_dir = folder_ + "/run";
    host_.files = kernel::MakeFileSystem();
    host_.selinux = kernel::MakeSelinuxStore(folder_ + "/root");
    host_.fences.push_back(
        enforce::MakeSelinuxFence(*host_.files, *host_.selinux));
    host_.fences.push_back(enforce::MakeFilecapsFence(*host_.files));
  }

  LoadedBundle Policy() {
    Bundle bundle;
    bundle.add_identities();
    bundle.mutable_network()->set_class_count(1);
    bundle.mutable_network()->add_interval_starts(0);
    auto* file = bundle.add_files();
    file->set_path(folder_ + "/bin/api");
    file->set_context(kExec);
    file->set_manages_capabilities(true);
    file->set_capabilities("cap_net_bind_service=ep");
    file->mutable_origin()->set_file("web.pol");
    file->mutable_origin()->set_line(3);
    auto* rule = bundle.add_fcontexts();
    std::string stem = folder_ + "/www";
    rule->set_path(stem + "(/.*)?");
    rule->set_context(kContent);
    rule->mutable_origin()->set_file("web.pol");
    rule->mutable_origin()->set_line(8);
    auto* boolean = bundle.add_booleans();
    boolean->set_name("httpd_can_network_connect");
    boolean->set_on(true);
    auto* port = bundle.add_selinux_ports();
    port->set_protocol(6);
    port->mutable_ports()->set_first(7443);
    port->mutable_ports()->set_last(7443);
    port->set_type("http_port_t");
    bundle.add_requirements("selinux-boolean");
    bundle.add_requirements("selinux-port");
    return *LoadBundle(*bundle::Write(bundle));
  }

  std::optional<std::string> Xattr(const std::string& name,
                                   const std::string& xattr) {
    return *(*host_.files->Open(folder_ + name))->GetXattr(xattr);
  }
  std::string Label(const std::string& name) {
    return Xattr(name, kSelinuxXattr).value_or("none");
  }
  static std::string Bytes(const std::string& context) {
    return std::string(context.c_str(), context.size() + 1);
  }

  std::string folder_;
  Host host_;
};

TEST_F(RealHostTest, PolicyComesHoldsAndLeavesNoTrace) {
  LoadedBundle policy = Policy();
  absl::StatusOr<v1::Plan> plan = MakePlan(host_, policy);
  ASSERT_TRUE(plan.ok()) << plan.status();
  // Two records, a boolean and a port; the binary and the four files of the
  // tree; the capabilities.
  EXPECT_EQ(plan->fences(0).changes_size(), 9);
  EXPECT_EQ(plan->fences(1).changes_size(), 1);

  absl::StatusOr<v1::Outcome> applied = Apply(host_, policy);
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(Label("/bin/api"), Bytes(kExec));
  EXPECT_EQ(Label("/www/deep/b"), Bytes(kContent));
  EXPECT_EQ(*kernel::DecodeCapabilities(*Xattr("/bin/api", kCapabilityXattr)),
            "cap_net_bind_service=ep");
  EXPECT_EQ(host_.selinux->Local()->fcontexts.size(), 2u);
  EXPECT_EQ(host_.selinux->Local()->booleans.size(), 1u);
  EXPECT_EQ(host_.selinux->Local()->ports.size(), 1u);

  EXPECT_FALSE(Apply(host_, policy)->changed());
  EXPECT_EQ(MakePlan(host_, policy)->fences(0).changes_size(), 0);

  // A write takes the capabilities away, as a package upgrade would.
  ASSERT_EQ(truncate((folder_ + "/bin/api").c_str(), 0), 0);
  EXPECT_EQ(Xattr("/bin/api", kCapabilityXattr), std::nullopt);
  EXPECT_EQ(Repair(host_)->drifted(), 1u);
  EXPECT_NE(Xattr("/bin/api", kCapabilityXattr), std::nullopt);

  // As semanage(8) takes records away; the watcher puts them back.
  kernel::LocalRecords held = *host_.selinux->Local();
  kernel::LocalRecords fewer = held;
  fewer.fcontexts.erase(fewer.fcontexts.begin());
  fewer.ports.clear();
  ASSERT_TRUE(host_.selinux->Replace(held, fewer).ok());
  Scope everything;
  everything.everything = true;
  absl::StatusOr<std::vector<Drift>> drift =
      ReadDrift(host_, policy.message, everything);
  ASSERT_TRUE(drift.ok()) << drift.status();
  EXPECT_EQ(drift->size(), 2u);
  for (const Drift& one : *drift) EXPECT_EQ(one.path, "");
  absl::Status repaired = RepairRecords(host_);
  ASSERT_TRUE(repaired.ok()) << repaired;
  EXPECT_EQ(*host_.selinux->Local(), held);
  EXPECT_TRUE(ReadDrift(host_, policy.message, everything)->empty());
  EXPECT_EQ(InterestOf(host_, policy.message).settings.size(), 2u);

  absl::StatusOr<v1::Outcome> back = Rollback(host_, std::nullopt);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->generation(), 0u);
  for (const char* name : {"/bin/api", "/www", "/www/a", "/www/deep/b"})
    EXPECT_EQ(Xattr(name, kSelinuxXattr), std::nullopt) << name;
  EXPECT_EQ(Xattr("/bin/api", kCapabilityXattr), std::nullopt);
  EXPECT_EQ(*host_.selinux->Local(), kernel::LocalRecords());
}

}  // namespace
}  // namespace pol::apply
