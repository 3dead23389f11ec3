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

class WorkloadsTest : public testing::Test {
 protected:
  WorkloadsTest() {
    patient_.bundle.add_identities();
    patient_.bundle.add_identities()->set_spiffe_id("spiffe://x.org/web");
    web_ = patient_.bundle.add_workloads();
    web_->set_name("web");
    web_->set_identity(1);
    web_->mutable_origin()->set_file("web.pol");
    web_->mutable_origin()->set_line(3);
  }

  v1::Diagnosis Examine() { return patient_.Examine(CheckWorkloads); }

  Patient patient_;
  bundle::v1::Workload* web_;
};

TEST_F(WorkloadsTest, AUnitIsInstalledOrRuns) {
  web_->set_systemd_unit("web.service");
  patient_.machine.files["/usr/lib/systemd/system/web.service"] = "";
  EXPECT_THAT(Complaints(Examine()), IsEmpty());
  EXPECT_EQ(Found(Examine(), "unit web.service"),
            "/usr/lib/systemd/system/web.service, not running");
  patient_.machine
      .files["/sys/fs/cgroup/system.slice/web.service/cgroup.procs"] = "";
  EXPECT_EQ(Found(Examine(), "unit web.service"),
            "runs in /sys/fs/cgroup/system.slice/web.service");
}

TEST_F(WorkloadsTest, AnInstanceIsInstalledAsItsTemplate) {
  web_->set_systemd_unit("web@blue.service");
  patient_.machine.files["/etc/systemd/system/web@.service"] = "";
  EXPECT_THAT(Complaints(Examine()), IsEmpty());
}

TEST_F(WorkloadsTest, AnUnknownUnitBearsNothing) {
  web_->set_systemd_unit("wbe.service");
  // One of that name that stands below something else than slices is another.
  patient_.machine
      .files["/sys/fs/cgroup/user.service/wbe.service/cgroup.procs"] = "";
  const v1::Diagnosis diagnosis = Examine();
  EXPECT_THAT(
      Complaints(diagnosis),
      ElementsAre(AllOf(StartsWith("warning unit wbe.service"),
                        HasSubstr("bears spiffe://x.org/web as workload "
                                  "`web`"))));
  EXPECT_EQ(diagnosis.checks(1).origin(), "web.pol:3");
}

TEST_F(WorkloadsTest, UnitsNeedSystemd) {
  patient_.machine.systemd.clear();
  EXPECT_THAT(Complaints(Examine()),
              ElementsAre(StartsWith("warning systemd")));
  web_->set_systemd_unit("web.service");
  patient_.machine.files["/usr/lib/systemd/system/web.service"] = "";
  EXPECT_THAT(Complaints(Examine()),
              ElementsAre(StartsWith("problem systemd")));
}

TEST_F(WorkloadsTest, CgroupUserAndProgramAreLookedFor) {
  web_->set_cgroup("/finance");
  web_->set_user("web");
  web_->set_exec("/usr/bin/web");
  EXPECT_THAT(Complaints(Examine()),
              ElementsAre(StartsWith("warning cgroup /finance"),
                          StartsWith("warning user web: no such user"),
                          StartsWith("warning program /usr/bin/web")));
  patient_.machine.files["/sys/fs/cgroup/finance/cgroup.procs"] = "";
  patient_.machine.users.insert("web");
  patient_.machine.files["/usr/bin/web"] = "";
  EXPECT_THAT(Complaints(Examine()), IsEmpty());
}

}  // namespace
}  // namespace pol::doctor
