#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/doctor/patient.h"

namespace pol::doctor {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class ConnectionsTest : public testing::Test {
 protected:
  ConnectionsTest() {
    patient_.bundle.add_identities()->set_governed_egress(true);
  }

  std::vector<std::string> Complain() {
    return Complaints(patient_.Examine(CheckConnections));
  }

  std::string& Mounts() {
    return patient_.machine.files["/proc/self/mountinfo"];
  }

  Patient patient_;
};

TEST_F(ConnectionsTest, AGoodHostHasNoComplaint) {
  const v1::Diagnosis diagnosis = patient_.Examine(CheckConnections);
  EXPECT_THAT(Complaints(diagnosis), IsEmpty());
  EXPECT_EQ(Found(diagnosis, "cgroup2"), "/sys/fs/cgroup");
  EXPECT_EQ(Found(diagnosis, "bpffs"),
            "/sys/fs/bpf/pol is on the one at /sys/fs/bpf");
  EXPECT_EQ(Found(diagnosis, "BPF"), "2 map types, 1 program type");
  EXPECT_NE(Found(diagnosis, "programs"), "");
}

TEST_F(ConnectionsTest, AHybridHierarchyIsFineAndNamed) {
  Mounts() += "23 20 0:24 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n";
  patient_.machine.cgroup = std::string("/sys/fs/cgroup/unified");
  const v1::Diagnosis diagnosis = patient_.Examine(CheckConnections);
  EXPECT_THAT(Complaints(diagnosis), IsEmpty());
  EXPECT_THAT(Found(diagnosis, "cgroup2"),
              AllOf(StartsWith("/sys/fs/cgroup/unified"), HasSubstr("beside")));
}

TEST_F(ConnectionsTest, WithoutCgroup2NothingIsJudged) {
  patient_.machine.cgroup = absl::FailedPreconditionError("no cgroup2");
  EXPECT_THAT(Complain(),
              ElementsAre(StartsWith("problem cgroup2: no cgroup2 | "
                                     "connections are not judged")));
}

TEST_F(ConnectionsTest, WithoutABpffsItSaysHowToMountOne) {
  Mounts() = "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
  EXPECT_THAT(Complain(),
              ElementsAre(AllOf(StartsWith("problem bpffs"),
                                HasSubstr("| mount -t bpf bpf /sys/fs/bpf"))));
  patient_.machine.files["/proc/filesystems"] = "nodev\tsysfs\n";
  EXPECT_THAT(Complain(), ElementsAre(HasSubstr("CONFIG_BPF_SYSCALL")));
}

TEST_F(ConnectionsTest, EachMissingFeatureIsNamedAndNothingIsLoaded) {
  patient_.machine.features->at(0).available = false;
  patient_.machine.features->at(2).available = false;
  patient_.machine.programs = absl::InternalError("would fail as well");
  EXPECT_THAT(Complain(),
              ElementsAre(StartsWith("problem program type cgroup_skb"),
                          StartsWith("problem map type ringbuf")));
}

TEST_F(ConnectionsTest, WhatTheVerifierSaysIsShown) {
  patient_.machine.programs = absl::InternalError("R1 invalid mem access");
  EXPECT_THAT(Complain(),
              ElementsAre(StartsWith("problem programs: R1 invalid")));
}

TEST_F(ConnectionsTest, WhoMayNotAskIsToldSo) {
  patient_.machine.features = absl::PermissionDeniedError("needs CAP_BPF");
  EXPECT_THAT(Complain(), ElementsAre(AllOf(StartsWith("warning BPF"),
                                            HasSubstr("as root"))));
  patient_.agent.pold_runs = false;
  EXPECT_THAT(Complain(), ElementsAre(StartsWith("problem BPF")));
}

TEST(PrivilegesTest, AreThoseOfWhoeverApplies) {
  Patient patient;
  patient.has_policy = false;
  patient.machine.files["/proc/self/status"] =
      "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n";
  EXPECT_THAT(Complaints(patient.Examine(CheckPrivileges)), IsEmpty())
      << "pold applies";
  patient.agent.pold_runs = false;
  EXPECT_THAT(Complaints(patient.Examine(CheckPrivileges)),
              ElementsAre(StartsWith("warning caller: not root")));
  patient.machine.files["/proc/self/status"] =
      "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n";
  EXPECT_THAT(Complaints(patient.Examine(CheckPrivileges)), IsEmpty());
}

TEST(PrivilegesTest, ARootOfAContainerLacksSome) {
  Patient patient;
  patient.has_policy = false;
  patient.agent.pold_runs = false;
  // As Docker gives them.
  patient.machine.files["/proc/self/status"] =
      "Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n";
  EXPECT_THAT(Complaints(patient.Examine(CheckPrivileges)),
              ElementsAre(StartsWith("problem caller: root without cap_bpf, "
                                     "cap_perfmon, cap_net_admin, "
                                     "cap_sys_admin |")));
  // A policy of capabilities alone needs none of them.
  patient.has_policy = true;
  patient.bundle.add_files()->set_capabilities("cap_chown=ep");
  EXPECT_THAT(Complaints(patient.Examine(CheckPrivileges)), IsEmpty());
}

}  // namespace
}  // namespace pol::doctor
