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

class BrokenStore : public kernel::FakeSelinuxStore {
 public:
  absl::StatusOr<kernel::LocalRecords> Local() override {
    return absl::FailedPreconditionError(
        "/var/lib/selinux/default/active is not there");
  }
};

class SelinuxTest : public testing::Test {
 protected:
  SelinuxTest() { patient_.bundle.add_fcontexts()->set_path("/srv(/.*)?"); }

  std::vector<std::string> Complain() {
    return Complaints(patient_.Examine(CheckSelinux));
  }

  Patient patient_;
};

TEST_F(SelinuxTest, AGoodHostHasNoComplaint) {
  patient_.selinux.local.fcontexts = {{"/a", "", "u:object_r:a_t"}};
  const v1::Diagnosis diagnosis = patient_.Examine(CheckSelinux);
  EXPECT_THAT(Complaints(diagnosis), IsEmpty());
  EXPECT_EQ(Found(diagnosis, "kernel"), "SELinux is enforcing");
  EXPECT_EQ(Found(diagnosis, "store"), "local file contexts: 1");
  EXPECT_EQ(Found(diagnosis, "policy"),
            "`default`, version 33; the kernel reads up to 33");
  EXPECT_EQ(Found(diagnosis, "libselinux"), "orders rules as before 3.8");
}

TEST_F(SelinuxTest, OffMeansWrittenAndNotEnforced) {
  patient_.selinux.kernel_enabled = false;
  EXPECT_THAT(
      Complain(),
      ElementsAre(HasSubstr("| labels are written but not enforced |")));
}

TEST_F(SelinuxTest, PermissiveNowOrAfterTheNextBoot) {
  patient_.machine.files["/sys/fs/selinux/enforce"] = "0";
  EXPECT_THAT(Complain(),
              ElementsAre(StartsWith("warning kernel: SELinux is permissive")));
  patient_.machine.files["/sys/fs/selinux/enforce"] = "1";
  patient_.machine.files["/etc/selinux/config"] =
      "# SELINUX=enforcing\nSELINUX=disabled\nSELINUXTYPE=default\n";
  EXPECT_THAT(Complain(), ElementsAre(StartsWith("warning next boot")));
}

TEST_F(SelinuxTest, RulesNeedAStoreAndItsTools) {
  patient_.selinux.missing = "no policy";
  EXPECT_THAT(Complain(), ElementsAre(StartsWith("problem store: no policy")));
  patient_.selinux.missing.reset();
  patient_.machine.files.erase("/sbin/sefcontext_compile");
  EXPECT_THAT(Complain(),
              ElementsAre(AllOf(StartsWith("problem /sbin/sefcontext_compile"),
                                HasSubstr("policycoreutils"))));
  // Labels of single files do without.
  patient_.bundle.clear_fcontexts();
  EXPECT_THAT(Complain(), ElementsAre(StartsWith("warning")));
}

TEST_F(SelinuxTest, AStoreThatWasCutOffIsAProblem) {
  BrokenStore store;
  EXPECT_THAT(Complaints(patient_.Examine(CheckSelinux, nullptr, &store)),
              ElementsAre(AllOf(StartsWith("problem store"),
                                HasSubstr("active is not there"))));
}

TEST_F(SelinuxTest, APolicyNewerThanTheKernelIsNamed) {
  patient_.machine.files["/sys/fs/selinux/policyvers"] = "31\n";
  EXPECT_THAT(Complain(), ElementsAre(AllOf(StartsWith("warning policy"),
                                            HasSubstr("reads up to 31"))));
}

TEST_F(SelinuxTest, TheOrderOfTheLibraryIsTold) {
  patient_.machine.first = true;
  EXPECT_EQ(Found(patient_.Examine(CheckSelinux), "libselinux"),
            "orders rules as since 3.8");
  patient_.machine.first = absl::InternalError("no folder in /tmp");
  EXPECT_THAT(Complain(), ElementsAre(StartsWith("warning libselinux")));
}

}  // namespace
}  // namespace pol::doctor
