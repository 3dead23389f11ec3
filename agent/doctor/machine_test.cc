#include "agent/doctor/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "agent/doctor/mounts.h"
#include "agent/kernel/network/programs.h"

namespace pol::doctor {
namespace {

TEST(MachineTest, ReadsThisHost) {
  const std::unique_ptr<Machine> machine = MakeMachine();
  EXPECT_THAT(machine->Release(), testing::ContainsRegex("^[0-9]+\\.[0-9]+"));
  EXPECT_TRUE(machine->HasUser("root"));
  EXPECT_TRUE(machine->HasUser("4711"));
  EXPECT_FALSE(machine->HasUser("no-such-user-here"));
  EXPECT_THAT(machine->List("/proc/self"), testing::Contains("status"));
  EXPECT_TRUE(machine->List("/proc/self/nothing").empty());
  EXPECT_FALSE(machine->Exists("/proc/self/nothing"));

  const auto text = machine->Read("/proc/self/mountinfo");
  ASSERT_TRUE(text.ok()) << text.status();
  const std::vector<Mount> mounts = ParseMounts(*text);
  const Mount* mount = MountOf(mounts, "/proc/self");
  ASSERT_NE(mount, nullptr);
  EXPECT_EQ(mount->type, "proc");
}

TEST(MachineTest, ThisKernelHasWhatTheProgramsNeed) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root: bpf(2)";
  if (const absl::Status may = kernel::ProbePrivilege(); !may.ok())
    GTEST_SKIP() << may.message();
  const std::unique_ptr<Machine> machine = MakeMachine();
  const auto features = machine->Features();
  ASSERT_TRUE(features.ok()) << features.status();
  EXPECT_GE(features->size(), 15u);
  for (const kernel::Feature& feature : *features)
    EXPECT_TRUE(feature.available) << feature.kind << " " << feature.name;
  const absl::Status tried = machine->TryPrograms();
  EXPECT_TRUE(tried.ok()) << tried;
}

}  // namespace
}  // namespace pol::doctor
