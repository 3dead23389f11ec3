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

class KernelTest : public testing::Test {
 protected:
  KernelTest() { patient_.bundle.add_identities()->set_governed_ingress(true); }

  std::vector<std::string> Complain() {
    return Complaints(patient_.Examine(CheckKernel));
  }

  Patient patient_;
};

TEST_F(KernelTest, AGoodOneHasNoComplaint) {
  const v1::Diagnosis diagnosis = patient_.Examine(CheckKernel);
  EXPECT_THAT(Complaints(diagnosis), IsEmpty());
  EXPECT_EQ(diagnosis.warnings() + diagnosis.problems(), 0u);
  EXPECT_EQ(Found(diagnosis, "release"), "6.1.0-56-amd64");
  EXPECT_EQ(Found(diagnosis, "security modules"),
            "lockdown,capability,selinux,bpf");
}

TEST_F(KernelTest, AnOldReleaseDoesNotJudge) {
  patient_.machine.release = "5.15.0";
  EXPECT_THAT(
      Complain(),
      ElementsAre(AllOf(StartsWith("problem release: 5.15.0 | connections "
                                   "are not judged"),
                        HasSubstr("Linux 6.1"))));
  patient_.machine.release = "5.10.1";
  EXPECT_THAT(Complain(), ElementsAre(StartsWith("problem release"),
                                      StartsWith("warning locked memory")));
  for (const char* good : {"6.1.0", "6.18.44-x", "10.0"}) {
    patient_.machine.release = good;
    EXPECT_THAT(Complain(), IsEmpty()) << good;
  }
}

TEST_F(KernelTest, WithoutConnectionsItIsAWarning) {
  patient_.bundle.clear_identities();
  patient_.machine.release = "5.15.0";
  EXPECT_THAT(Complain(), ElementsAre(StartsWith("warning release")));
}

TEST_F(KernelTest, MissingTypesAndStrictLockdownDoNotJudge) {
  patient_.machine.files.erase("/sys/kernel/btf/vmlinux");
  EXPECT_THAT(Complain(),
              ElementsAre(AllOf(StartsWith("problem type information"),
                                HasSubstr("CONFIG_DEBUG_INFO_BTF"))));
  patient_.machine.files["/sys/kernel/btf/vmlinux"] = "";
  patient_.machine.files["/sys/kernel/security/lockdown"] =
      "none integrity [confidentiality]\n";
  EXPECT_THAT(Complain(),
              ElementsAre(StartsWith("problem lockdown: confidentiality")));
  patient_.machine.files["/sys/kernel/security/lockdown"] =
      "none [integrity] confidentiality\n";
  EXPECT_THAT(Complain(), IsEmpty());
}

TEST_F(KernelTest, AnInterpreterIsSlow) {
  patient_.machine.files["/proc/sys/net/core/bpf_jit_enable"] = "0\n";
  EXPECT_THAT(Complain(), ElementsAre(StartsWith("warning BPF compiler")));
  // Built in for good: there is no switch.
  patient_.machine.files.erase("/proc/sys/net/core/bpf_jit_enable");
  EXPECT_THAT(Complain(), IsEmpty());
}

}  // namespace
}  // namespace pol::doctor
