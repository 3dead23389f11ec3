#include "agent/enforce/filecaps/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::enforce {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What real files and programs show is in exec_test.cc and real_files_test.cc;
// this is what no test can make on its host.

LintSubject Subject(const char* text = "cap_net_raw=ep") {
  LintSubject subject;
  subject.path = "/srv/web";
  subject.sets = *kernel::ReadCapabilitySets(*kernel::EncodeCapabilities(text));
  return subject;
}

TEST(LintCapabilitiesTest, UserNamespace) {
  LintSubject subject = Subject();
  EXPECT_THAT(LintCapabilities(subject), IsEmpty());
  subject.host.user_namespace = true;
  EXPECT_THAT(LintCapabilities(subject),
              ElementsAre(HasSubstr("runs in a user namespace")));
}

TEST(LintCapabilitiesTest, OlderKernel) {
  LintSubject subject = Subject("cap_bpf,cap_checkpoint_restore,cap_chown=ep");
  subject.host.last_capability = 40;
  EXPECT_THAT(LintCapabilities(subject), IsEmpty());
  subject.host.last_capability = 37;
  EXPECT_THAT(
      LintCapabilities(subject),
      ElementsAre("this kernel does not know cap_bpf,cap_checkpoint_restore: "
                  "its last capability is number 37"));
}

TEST(LintCapabilitiesTest, TheEmptySetAsksForNothing) {
  LintSubject subject = Subject("=");
  subject.facts.mode = 06755;
  subject.facts.script = "/bin/sh";
  subject.facts.elf.emplace().rpath = "$ORIGIN";
  subject.unit = "web.service";
  subject.settings.emplace().no_new_privileges = "NoNewPrivileges=";
  subject.settings->loader_variables = {"LD_PRELOAD"};
  EXPECT_THAT(LintCapabilities(subject), IsEmpty());
}

TEST(LintCapabilitiesTest, ProgramThatTheUnitSetsFree) {
  LintSubject subject = Subject();
  subject.unit = "web.service";
  subject.settings.emplace().bounding = 0;
  EXPECT_THAT(LintCapabilities(subject), ElementsAre(HasSubstr("without")));
  subject.settings->privileged_programs = {"/srv/web"};
  EXPECT_THAT(LintCapabilities(subject), IsEmpty());
}

TEST(LintCapabilitiesTest, RelativeLibraryPaths) {
  LintSubject subject = Subject();
  subject.facts.elf.emplace().rpath = "/usr/lib:lib:";
  EXPECT_THAT(LintCapabilities(subject),
              ElementsAre(HasSubstr("its library path names lib, .:")));
}

}  // namespace
}  // namespace pol::enforce
