// Booleans, ports and permissive domains through the fence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/enforce/selinux/selinux_fence.h"
#include "agent/kernel/fakes/fake_file_system.h"
#include "agent/kernel/fakes/fake_selinux_store.h"

namespace pol::enforce {
namespace {

using kernel::BooleanEntry;
using kernel::EquivalenceEntry;
using kernel::LocalRecords;
using kernel::PermissiveEntry;
using kernel::PortEntry;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kHttp[] = "system_u:object_r:http_port_t:s0";
constexpr char kSsh[] = "system_u:object_r:ssh_port_t:s0";

void Place(bundle::v1::Origin* origin, uint32_t line) {
  origin->set_file("web.pol");
  origin->set_line(line);
}

Bundle Boolean(const std::string& name, bool on) {
  Bundle bundle;
  bundle::v1::BooleanRecord* record = bundle.add_booleans();
  record->set_name(name);
  record->set_on(on);
  Place(record->mutable_origin(), 3);
  return bundle;
}

Bundle Port(uint32_t first, uint32_t last) {
  Bundle bundle;
  bundle::v1::PortRecord* record = bundle.add_selinux_ports();
  record->set_protocol(6);
  record->mutable_ports()->set_first(first);
  record->mutable_ports()->set_last(last);
  record->set_type("http_port_t");
  Place(record->mutable_origin(), 4);
  return bundle;
}

Bundle Permissive(const std::string& type) {
  Bundle bundle;
  bundle::v1::PermissiveRecord* record = bundle.add_permissive();
  record->set_type(type);
  Place(record->mutable_origin(), 5);
  return bundle;
}

Bundle Equivalent(const std::string& path, const std::string& equal_to) {
  Bundle bundle;
  bundle::v1::EquivalenceRecord* record = bundle.add_equivalences();
  record->set_path(path);
  record->set_equal_to(equal_to);
  Place(record->mutable_origin(), 6);
  return bundle;
}

Bundle Everything() {
  Bundle bundle = Boolean("can_connect", true);
  bundle.MergeFrom(Port(8443, 8443));
  bundle.MergeFrom(Permissive("httpd_t"));
  return bundle;
}

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() {
    store_.booleans = {{"can_connect", false}, {"other", true}};
    store_.running = store_.booleans;
  }

  absl::Status Switch(const Bundle* active, const Bundle& target) {
    auto step = fence_->Prepare(active, target, 1);
    if (!step.ok()) return step.status();
    journal_ = (*step)->Journal();
    return (*step)->Switch();
  }
  absl::Status Return(const Bundle& active, const Bundle& former) {
    auto step = fence_->PrepareReturn(active, former, 2, journal_);
    return step.ok() ? (*step)->Switch() : step.status();
  }
  std::string Refusal(const Bundle& target) {
    LocalRecords before = store_.local;
    absl::Status status = fence_->Prepare(nullptr, target, 1).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(fence_->Read(nullptr, target).status(), status);
    EXPECT_EQ(store_.local, before);
    return std::string(status.message());
  }
  std::vector<std::string> Plan(const Bundle* active, const Bundle& target) {
    auto changes = fence_->Read(active, target);
    EXPECT_TRUE(changes.ok()) << changes.status();
    std::vector<std::string> lines;
    for (const Change& c : *changes) {
      lines.push_back(absl::StrCat(c.object, "|", c.aspect, "|", c.before, "|",
                                   c.after, "|", c.origin));
    }
    return lines;
  }

  kernel::FakeFileSystem files_;
  kernel::FakeSelinuxStore store_;
  std::unique_ptr<Fence> fence_ = MakeSelinuxFence(files_, store_);
  std::string journal_;
};

TEST_F(SettingsTest, PlanNamesEachWithItsLine) {
  EXPECT_THAT(
      Plan(nullptr, Everything()),
      ElementsAre("boolean can_connect|record||on|web.pol:3",
                  "boolean can_connect|running|off|on|web.pol:3",
                  "permissive httpd_t|record||permissive|web.pol:5",
                  absl::StrCat("port tcp 8443|record||", kHttp, "|web.pol:4")));
  EXPECT_EQ(store_.local, LocalRecords());
  EXPECT_FALSE(store_.running.at("can_connect"));
}

TEST_F(SettingsTest, SecondApplyFindsNothingToDoAndDriftIsSeen) {
  Bundle target = Everything();
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  EXPECT_THAT(store_.local.booleans,
              ElementsAre(BooleanEntry{"can_connect", true}));
  EXPECT_THAT(store_.local.ports,
              ElementsAre(PortEntry{"tcp", 8443, 8443, kHttp}));
  EXPECT_THAT(store_.local.permissive, ElementsAre(PermissiveEntry{"httpd_t"}));
  EXPECT_TRUE(store_.running.at("can_connect"));
  EXPECT_THAT(Plan(&target, target), IsEmpty());
  EXPECT_TRUE(fence_->Verify(target).ok());

  store_.running["can_connect"] = false;
  EXPECT_THAT(Plan(&target, target),
              ElementsAre("boolean can_connect|running|off|on|web.pol:3"));
  EXPECT_FALSE(fence_->Verify(target).ok());
  store_.running["can_connect"] = true;
  store_.local.permissive.clear();
  EXPECT_FALSE(fence_->Verify(target).ok());
}

TEST_F(SettingsTest, WhatLeavesThePolicyLeavesTheHostToo) {
  store_.local.booleans = {{"other", false}};
  store_.local.ports = {{"udp", 53, 53, kSsh}};
  LocalRecords theirs = store_.local;
  Bundle target = Everything();
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  ASSERT_EQ(Switch(&target, Bundle()), absl::OkStatus());
  EXPECT_EQ(store_.local, theirs);
  EXPECT_FALSE(store_.running.at("can_connect"));
}

TEST_F(SettingsTest, WhatSomebodyChangedSinceIsTheirs) {
  Bundle target = Everything();
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  store_.local.booleans[0].on = false;
  store_.running["can_connect"] = false;
  store_.local.ports[0].context = kSsh;
  LocalRecords theirs = store_.local;
  theirs.permissive.clear();
  ASSERT_EQ(fence_->Remove(target), absl::OkStatus());
  EXPECT_EQ(store_.local, theirs);
}

TEST_F(SettingsTest, ReplacedRecordsOfOthersAreShownAndComeBack) {
  store_.local.booleans = {{"can_connect", false}};
  store_.local.ports = {{"tcp", 8443, 8443, kSsh}};
  store_.local.permissive = {{"httpd_t"}};
  LocalRecords before = store_.local;
  Bundle target = Everything();
  EXPECT_THAT(Plan(nullptr, target),
              ElementsAre("boolean can_connect|record|off|on|web.pol:3",
                          "boolean can_connect|running|off|on|web.pol:3",
                          absl::StrCat("port tcp 8443|record|", kSsh, "|",
                                       kHttp, "|web.pol:4")));
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  ASSERT_EQ(Return(target, Bundle()), absl::OkStatus());
  EXPECT_EQ(store_.local, before);
  EXPECT_FALSE(store_.running.at("can_connect"));
}

TEST_F(SettingsTest, ReplacedRecordsComeBackBesideWhatOthersDidSince) {
  store_.local.ports = {{"tcp", 8443, 8443, kSsh}};
  Bundle target = Everything();
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  store_.local.ports.push_back({"udp", 53, 53, kSsh});
  ASSERT_EQ(Return(target, Bundle()), absl::OkStatus());
  EXPECT_THAT(store_.local.ports,
              ElementsAre(PortEntry{"tcp", 8443, 8443, kSsh},
                          PortEntry{"udp", 53, 53, kSsh}));
}

TEST_F(SettingsTest, ReturnGivesTheRunningValueOfThen) {
  // Somebody had set it without keeping it.
  store_.running["can_connect"] = true;
  Bundle off = Boolean("can_connect", false);
  ASSERT_EQ(Switch(nullptr, off), absl::OkStatus());
  EXPECT_FALSE(store_.running.at("can_connect"));
  ASSERT_EQ(Return(off, Bundle()), absl::OkStatus());
  EXPECT_TRUE(store_.running.at("can_connect"));
  EXPECT_EQ(store_.local, LocalRecords());
}

TEST_F(SettingsTest, FailureInTheKernelIsUndone) {
  Bundle target = Everything();
  auto step = fence_->Prepare(nullptr, target, 1);
  ASSERT_TRUE(step.ok());
  store_.fail_running = true;
  EXPECT_FALSE((*step)->Switch().ok());
  store_.fail_running = false;
  EXPECT_EQ((*step)->Undo(), absl::OkStatus());
  EXPECT_EQ(store_.local, LocalRecords());
  EXPECT_FALSE(store_.running.at("can_connect"));
}

TEST_F(SettingsTest, KernelWithoutSelinuxKeepsRecordsOnly) {
  store_.kernel_enabled = false;
  ASSERT_EQ(Switch(nullptr, Everything()), absl::OkStatus());
  EXPECT_EQ(store_.local.booleans.size(), 1u);
  EXPECT_FALSE(store_.running.at("can_connect"));
}

TEST_F(SettingsTest, ErrorsNameTheLineBeforeAnythingIsTouched) {
  EXPECT_THAT(Refusal(Boolean("can_conect", true)),
              AllOf(HasSubstr("web.pol:3"), HasSubstr("can_conect")));
  store_.local.ports = {{"tcp", 8000, 8050, kSsh}};
  EXPECT_THAT(Refusal(Port(8050, 8060)),
              AllOf(HasSubstr("web.pol:4"), HasSubstr("port tcp 8000-8050")));
  store_.unknown_contexts = {"system_u:object_r:nobody_t:s0"};
  EXPECT_THAT(Refusal(Permissive("nobody_t")), HasSubstr("web.pol:5"));
  store_.unknown_contexts = {kHttp};
  EXPECT_THAT(Refusal(Port(9000, 9000)), HasSubstr("web.pol:4"));
}

TEST_F(SettingsTest, PolicyWithoutRangesGetsContextsWithoutThem) {
  store_.has_ranges = false;
  ASSERT_EQ(Switch(nullptr, Port(8443, 8443)), absl::OkStatus());
  EXPECT_EQ(store_.local.ports.at(0).context, "system_u:object_r:http_port_t");
}

TEST_F(SettingsTest, EquivalencesComeAmongThoseOfOthersAndGo) {
  store_.local.equivalences = {{"/srv/web/sub", "/x"}, {"/opt", "/y"}};
  const LocalRecords theirs = store_.local;
  const Bundle ours = Equivalent("/srv/web", "/var/www");
  EXPECT_THAT(Plan(nullptr, ours),
              ElementsAre("equivalence /srv/web|record||/var/www|web.pol:6"));
  ASSERT_EQ(Switch(nullptr, ours), absl::OkStatus());
  // The last that fits wins: theirs keeps the folder below ours.
  EXPECT_THAT(store_.local.equivalences,
              ElementsAre(EquivalenceEntry{"/srv/web", "/var/www"},
                          EquivalenceEntry{"/srv/web/sub", "/x"},
                          EquivalenceEntry{"/opt", "/y"}));
  EXPECT_THAT(Plan(&ours, ours), IsEmpty());
  ASSERT_EQ(Switch(&ours, Bundle()), absl::OkStatus());
  EXPECT_EQ(store_.local, theirs);
}

TEST_F(SettingsTest, AnEquivalenceOfOthersThatWasReplacedComesBack) {
  store_.local.equivalences = {{"/srv/web", "/x"}, {"/srv/web/sub", "/y"}};
  const LocalRecords theirs = store_.local;
  const Bundle ours = Equivalent("/srv/web", "/var/www");
  EXPECT_THAT(Plan(nullptr, ours),
              ElementsAre("equivalence /srv/web|record|/x|/var/www|web.pol:6"));
  ASSERT_EQ(Switch(nullptr, ours), absl::OkStatus());
  store_.local.equivalences.push_back({"/new", "/z"});
  ASSERT_EQ(Return(ours, Bundle()), absl::OkStatus());
  EXPECT_THAT(store_.local.equivalences,
              ElementsAre(theirs.equivalences[0], theirs.equivalences[1],
                          EquivalenceEntry{"/new", "/z"}));
}

TEST_F(SettingsTest, AnEquivalenceThatSomebodyChangedIsTheirs) {
  const Bundle ours = Equivalent("/srv/web", "/var/www");
  ASSERT_EQ(Switch(nullptr, ours), absl::OkStatus());
  store_.local.equivalences = {{"/srv/web", "/elsewhere"}};
  // Drift, while the policy is in force …
  EXPECT_THAT(
      Plan(&ours, ours),
      ElementsAre("equivalence /srv/web|record|/elsewhere|/var/www|web.pol:6"));
  // … and nobody else's business when it goes.
  EXPECT_THAT(Plan(&ours, Bundle()), IsEmpty());
}

TEST_F(SettingsTest, AnEquivalenceThatWouldHaveNoEffectIsRefused) {
  store_.local.equivalences = {{"/srv/web/sub", "/x"}, {"/srv", "/y"}};
  EXPECT_THAT(Refusal(Equivalent("/srv/web", "/var/www")),
              AllOf(HasSubstr("web.pol:6: equivalence /srv/web would have no "
                              "effect"),
                    HasSubstr("/y/web")));
}

// The record of a file bears the name by which rules know it.
TEST_F(SettingsTest, AFileBelowAnEquivalenceIsRecordedAsItIsLookedUp) {
  files_.Add("/srv/web/index");
  Bundle ours = Equivalent("/srv/web", "/var/www");
  bundle::v1::FileRecord* file = ours.add_files();
  file->set_path("/srv/web/index");
  file->set_context("system_u:object_r:page_t:s0");
  ASSERT_EQ(Switch(nullptr, ours), absl::OkStatus());
  ASSERT_EQ(store_.local.fcontexts.size(), 1u);
  EXPECT_EQ(store_.local.fcontexts[0].regex, "/var/www/index");
  EXPECT_THAT(Plan(&ours, ours), IsEmpty());
  // Without the equivalence it is looked up as it is.
  Bundle alone = ours;
  alone.clear_equivalences();
  ASSERT_EQ(Switch(&ours, alone), absl::OkStatus());
  ASSERT_EQ(store_.local.fcontexts.size(), 1u);
  EXPECT_EQ(store_.local.fcontexts[0].regex, "/srv/web/index");
  EXPECT_THAT(store_.local.equivalences, IsEmpty());
}

// A rule where no path is ever looked up.
TEST_F(SettingsTest, ARuleThatOurEquivalenceTurnsAwayIsRefused) {
  Bundle ours = Equivalent("/srv/web", "/var/www");
  bundle::v1::FcontextRecord* rule = ours.add_fcontexts();
  rule->set_path("/srv/web/x(/.*)?");
  rule->set_context("system_u:object_r:page_t:s0");
  EXPECT_THAT(Refusal(ours), HasSubstr("never matches"));
}

}  // namespace
}  // namespace pol::enforce
