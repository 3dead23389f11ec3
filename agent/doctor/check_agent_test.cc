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

class AgentTest : public testing::Test {
 protected:
  std::vector<std::string> Complain() {
    return Complaints(patient_.Examine(CheckAgent));
  }

  Patient patient_;
};

TEST_F(AgentTest, TheSameVersionThatKnowsAllIsFine) {
  patient_.bundle.add_requirements("tls-version");
  const v1::Diagnosis diagnosis = patient_.Examine(CheckAgent);
  EXPECT_THAT(Complaints(diagnosis), IsEmpty());
  EXPECT_EQ(Found(diagnosis, "pold"), "version 1.2.3");
  EXPECT_EQ(Found(diagnosis, "requirements"), "pold knows all 1");
}

TEST_F(AgentTest, AbsentUnreachableOrOlder) {
  patient_.agent.version = "1.2.2";
  EXPECT_THAT(
      Complain(),
      ElementsAre(StartsWith("warning pold: version 1.2.2; polc is 1.2.3")));
  patient_.agent.version = "";
  EXPECT_THAT(Complain(),
              ElementsAre(StartsWith("warning pold: version unknown")));
  patient_.agent.pold_runs = false;
  EXPECT_THAT(Complain(),
              ElementsAre(StartsWith("warning pold: it does not run")));
  patient_.agent.trouble = "open /run/pol/pold.sock: Permission denied";
  EXPECT_THAT(Complain(), ElementsAre(HasSubstr("Permission denied")));
}

TEST_F(AgentTest, WhatItDoesNotKnowIsRefusedWithItsLine) {
  patient_.bundle.add_requirements("starttls");
  bundle::v1::RequirementCause* cause =
      patient_.bundle.add_requirement_causes();
  cause->set_what("policy api-to-database");
  cause->mutable_origin()->set_file("main.pol");
  cause->mutable_origin()->set_line(9);
  const v1::Diagnosis diagnosis = patient_.Examine(CheckAgent);
  EXPECT_THAT(Complaints(diagnosis),
              ElementsAre(AllOf(StartsWith("problem requirement starttls: "
                                           "policy api-to-database asks"),
                                HasSubstr("refused rather than"))));
  EXPECT_EQ(diagnosis.checks(1).origin(), "main.pol:9");
}

class OffFence : public enforce::Fence {
 public:
  OffFence(std::string name, bool available)
      : name_(std::move(name)), available_(available) {}
  std::string_view name() const override { return name_; }
  enforce::Support Probe() override {
    return {available_, available_ ? "" : "it is off"};
  }
  absl::StatusOr<std::vector<enforce::Change>> Read(
      const enforce::Bundle*, const enforce::Bundle&) override {
    return std::vector<enforce::Change>();
  }
  absl::StatusOr<std::unique_ptr<enforce::Step>> Prepare(const enforce::Bundle*,
                                                         const enforce::Bundle&,
                                                         uint64_t) override {
    return absl::InternalError("a diagnosis changes nothing");
  }
  absl::Status Verify(const enforce::Bundle&) override {
    return absl::OkStatus();
  }
  absl::Status Remove(const enforce::Bundle&) override {
    return absl::InternalError("a diagnosis changes nothing");
  }

 private:
  std::string name_;
  bool available_;
};

TEST_F(AgentTest, AFenceThatIsOffCountsWhereThePolicyNeedsIt) {
  for (const char* name : {"selinux", "capabilities", "network"})
    patient_.fences.push_back(std::make_unique<OffFence>(name, false));
  EXPECT_THAT(Complaints(patient_.Examine(CheckFences)),
              ElementsAre(StartsWith("warning selinux: it is off | labels"),
                          StartsWith("warning capabilities"),
                          StartsWith("warning network")));
  patient_.bundle.add_identities()->set_governed_ingress(true);
  patient_.bundle.add_files()->set_capabilities("cap_chown=ep");
  patient_.bundle.add_fcontexts()->set_path("/srv(/.*)?");
  patient_.selinux.missing = "no policy";
  EXPECT_THAT(Complaints(patient_.Examine(CheckFences)),
              ElementsAre(StartsWith("problem selinux"),
                          StartsWith("problem capabilities"),
                          StartsWith("problem network")));
}

}  // namespace
}  // namespace pol::doctor
