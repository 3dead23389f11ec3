#include "compiler/polc/change_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace pol::polc {
namespace {

using apply::v1::FenceReport;
using testing::HasSubstr;
using testing::Not;

// A rule that relabels `count` files below /srv/app.
FenceReport Relabels(int count) {
  FenceReport fence;
  fence.set_name("selinux");
  fence.set_available(true);
  for (int i = 0; i < count; ++i) {
    auto* change = fence.add_changes();
    change->set_object(absl::StrCat("file /srv/app/", i));
    change->set_aspect("label");
    change->set_before("u:r:old_t:s0");
    change->set_after("u:r:app_t:s0");
    change->set_origin("web.pol:12");
    change->set_rule("fcontext /srv/app(/.*)?");
  }
  return fence;
}

constexpr char kGroup[] =
    "selinux:\n"
    "  ~ fcontext /srv/app(/.*)? (web.pol:12) relabels 37 files: u:r:old_t:s0 "
    "-> u:r:app_t:s0\n";

TEST(FenceTextTest, FilesOfOneRuleAreOneEntry) {
  EXPECT_EQ(FenceText(Relabels(37), {}), kGroup);
}

TEST(FenceTextTest, VerboseNamesTheFirstAndFullAll) {
  std::string verbose = FenceText(Relabels(37), {Detail::kVerbose});
  EXPECT_THAT(verbose, HasSubstr(kGroup));
  EXPECT_THAT(verbose, HasSubstr("\n      /srv/app/19\n"));
  EXPECT_THAT(verbose, Not(HasSubstr("/srv/app/20\n")));
  EXPECT_THAT(verbose, HasSubstr("\n      … and 17 more (--full shows all)\n"));
  std::string full = FenceText(Relabels(37), {Detail::kFull});
  EXPECT_THAT(full, HasSubstr("\n      /srv/app/36\n"));
  EXPECT_THAT(full, Not(HasSubstr("--full")));
}

TEST(FenceTextTest, OneFileIsNamed) {
  EXPECT_EQ(FenceText(Relabels(1), {}),
            "selinux:\n"
            "  ~ file /srv/app/0 label: u:r:old_t:s0 -> u:r:app_t:s0 by "
            "fcontext /srv/app(/.*)? (web.pol:12)\n");
}

TEST(FenceTextTest, OtherLabelsAndFilesThatLeftAreGroupsOfTheirOwn) {
  FenceReport fence = Relabels(6);
  for (int i : {2, 3}) fence.mutable_changes(i)->clear_before();
  for (int i : {4, 5}) {
    fence.mutable_changes(i)->clear_rule();
    fence.mutable_changes(i)->clear_origin();
  }
  EXPECT_EQ(FenceText(fence, {}),
            "selinux:\n"
            "  ~ fcontext /srv/app(/.*)? (web.pol:12) relabels 2 files: "
            "u:r:old_t:s0 -> u:r:app_t:s0\n"
            "  + fcontext /srv/app(/.*)? (web.pol:12) labels 2 files: "
            "u:r:app_t:s0\n"
            "  ~ 2 files that left the policy: label u:r:old_t:s0 -> "
            "u:r:app_t:s0\n");
}

TEST(FenceTextTest, ALongListOfNamedObjectsIsFolded) {
  FenceReport fence = Relabels(kMaxListed + 2);
  for (auto& change : *fence.mutable_changes()) change.clear_rule();
  EXPECT_THAT(FenceText(fence, {}),
              HasSubstr("\n    … and 2 more changes (--full shows all)\n"));
  EXPECT_THAT(FenceText(fence, {Detail::kFull}), Not(HasSubstr("--full")));
}

TEST(FenceTextTest, NamesCannotSteerATerminal) {
  FenceReport fence = Relabels(1);
  fence.mutable_changes(0)->set_object("file /srv/app/\033[2J");
  EXPECT_THAT(FenceText(fence, {}), Not(HasSubstr("\033")));
}

TEST(FenceTextTest, ColourOnlyWhenAsked) {
  EXPECT_THAT(FenceText(Relabels(2), {}), Not(HasSubstr("\033")));
  EXPECT_THAT(FenceText(Relabels(2), {Detail::kShort, true}),
              HasSubstr("  \033[33m~\033[0m fcontext"));
}

TEST(CountsTextTest, BeforeAndAfter) {
  apply::v1::PlanCounts counts;
  counts.set_add(3);
  counts.set_change(12);
  counts.set_remove(1);
  EXPECT_EQ(CountsText(counts, false), "3 to add, 12 to change, 1 to remove");
  EXPECT_EQ(CountsText(counts, true), "3 added, 12 changed, 1 removed");
}

}  // namespace
}  // namespace pol::polc
