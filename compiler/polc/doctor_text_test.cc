#include "compiler/polc/doctor_text.h"

#include <gtest/gtest.h>

namespace pol::polc {
namespace {

doctor::v1::Check& Add(doctor::v1::Diagnosis& diagnosis,
                       const std::string& subject, doctor::v1::Result result,
                       const std::string& name, const std::string& found) {
  doctor::v1::Check& check = *diagnosis.add_checks();
  check.set_subject(subject);
  check.set_result(result);
  check.set_name(name);
  check.set_found(found);
  return check;
}

TEST(DoctorTextTest, SubjectsLinesAndNumbers) {
  doctor::v1::Diagnosis diagnosis;
  diagnosis.set_policy("policies/");
  diagnosis.set_warnings(1);
  diagnosis.set_problems(1);
  Add(diagnosis, "kernel", doctor::v1::OK, "release", "6.1.0");
  doctor::v1::Check& programs =
      Add(diagnosis, "kernel", doctor::v1::PROBLEM, "programs", "said:\nno");
  programs.set_means("connections are not judged");
  programs.set_mend("report it");
  doctor::v1::Check& unit = Add(diagnosis, "workloads", doctor::v1::WARNING,
                                "unit a.service", "not installed");
  unit.set_origin("a.pol:3");
  unit.set_means("nobody");
  EXPECT_EQ(DiagnosisText(diagnosis), R"(this host, for policies/

kernel
  ok       release: 6.1.0
  problem  programs: said:
           no
           means  connections are not judged
           mend   report it

workloads
  warning  unit a.service: not installed (a.pol:3)
           means  nobody

3 checks: 1 ok, 1 warning, 1 problem
)");
}

TEST(DoctorTextTest, WithoutAPolicyItIsAboutTheHost) {
  EXPECT_EQ(DiagnosisText({}),
            "this host, in general\n\n0 checks: 0 ok, 0 warnings, 0 "
            "problems\n");
}

}  // namespace
}  // namespace pol::polc
