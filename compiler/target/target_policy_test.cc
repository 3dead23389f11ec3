// Against Debian's policy, which is built once for a build directory.
#include "compiler/target/target_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "compiler/target/target.h"
#include "tests/harness/selinux_root.h"

namespace pol::target {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using values::Protocol;

class DebianPolicyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string pattern = ::testing::TempDir() + "target_policy.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    made_ = harness::MakeSelinuxRoot(folder_ + "/root");
    if (!made_.ok()) return;
    absl::StatusOr<Target> target = ReadTarget(folder_ + "/root");
    ASSERT_TRUE(target.ok()) << target.status();
    EXPECT_EQ(target->name, "default");
    policy_ = new TargetPolicy(std::move(target->policy));
  }
  static void TearDownTestSuite() {
    delete policy_;
    policy_ = nullptr;
    std::filesystem::remove_all(folder_);
  }
  void SetUp() override {
    if (!made_.ok()) GTEST_SKIP() << made_;
  }

  static std::string folder_;
  static absl::Status made_;
  static TargetPolicy* policy_;
};

std::string DebianPolicyTest::folder_;
absl::Status DebianPolicyTest::made_;
TargetPolicy* DebianPolicyTest::policy_ = nullptr;

TEST_F(DebianPolicyTest, KnowsWhatANameIs) {
  using Name = TargetPolicy::Name;
  EXPECT_EQ(policy_->WhatIs("httpd_t"), Name::kType);
  EXPECT_EQ(policy_->WhatIs("file_type"), Name::kAttribute);
  EXPECT_EQ(policy_->WhatIs("nobody_made_this_t"), Name::kUnknown);
  EXPECT_EQ(policy_->IsFileType("httpd_exec_t"), true);
  EXPECT_EQ(policy_->IsFileType("httpd_t"), false);
  EXPECT_EQ(policy_->IsFileType("null_device_t"), true);
  EXPECT_EQ(policy_->Has("httpd_t", "domain"), true);
  EXPECT_EQ(policy_->Has("httpd_exec_t", "exec_type"), true);
  EXPECT_EQ(policy_->Has("httpd_exec_t", "no_such_attribute"), std::nullopt);
  EXPECT_TRUE(policy_->HasBoolean("httpd_can_network_connect"));
  EXPECT_FALSE(policy_->HasBoolean("httpd_can_network"));
  EXPECT_TRUE(policy_->has_ranges());
}

TEST_F(DebianPolicyTest, KnowsWhichDomainInitEnters) {
  EXPECT_EQ(policy_->EntersBy("initrc_t", "httpd_exec_t"), "httpd_t");
  EXPECT_EQ(policy_->EntersBy("initrc_t", "etc_t"), std::nullopt);
}

TEST_F(DebianPolicyTest, KnowsThePorts) {
  auto ports = policy_->PortsIn(Protocol::kTcp, {22, 22});
  ASSERT_FALSE(ports.empty());
  EXPECT_EQ(ports[0].type, "ssh_port_t");
  EXPECT_EQ(policy_->Has("ssh_port_t", "defined_port_type"), true);
  EXPECT_EQ(policy_->Has("reserved_port_t", "defined_port_type"), false);
}

TEST_F(DebianPolicyTest, ChecksContexts) {
  EXPECT_EQ(policy_->Refusal("system_u:object_r:httpd_exec_t:s0"), "");
  EXPECT_EQ(policy_->Refusal("system_u:object_r:httpd_exec_t:s0:c0.c1023"), "");
  EXPECT_NE(policy_->Refusal("system_u:object_r:httpd_exec_t:s9"), "");
  EXPECT_NE(policy_->Refusal("system_u:object_r:httpd_exec_t:s0:c1024"), "");
  EXPECT_NE(policy_->Refusal("nobody_u:object_r:httpd_exec_t:s0"), "");
  EXPECT_NE(policy_->Refusal("system_u:object_r:file_type:s0"), "");
  EXPECT_NE(policy_->Refusal("<<none>>"), "");
}

TEST_F(DebianPolicyTest, SuggestsNames) {
  EXPECT_EQ(policy_->NearestType("httpd_exe_t", "file_type"), "httpd_exec_t");
  EXPECT_EQ(policy_->NearestBoolean("httpd_can_network_conect"),
            "httpd_can_network_connect");
  EXPECT_EQ(policy_->NearestUser("sytem_u"), "system_u");
  EXPECT_EQ(policy_->NearestType("quite_something_else_t", "file_type"),
            std::nullopt);
}

TEST(TargetTest, SaysWhatIsMissing) {
  std::string root = ::testing::TempDir() + "no_target";
  std::filesystem::create_directories(root + "/etc/selinux/x/policy");
  EXPECT_TRUE(absl::IsNotFound(ReadTarget("/nowhere").status()));
  std::ofstream(root + "/etc/selinux/config") << "SELINUXTYPE=x\n";
  absl::Status none = ReadTarget(root).status();
  EXPECT_THAT(std::string(none.message()), HasSubstr("x/policy holds no"));
  std::ofstream(root + "/etc/selinux/x/policy/policy.33") << "no policy";
  absl::Status damaged = ReadTarget(root).status();
  EXPECT_TRUE(absl::IsDataLoss(damaged)) << damaged;
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace pol::target
