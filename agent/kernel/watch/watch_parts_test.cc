// The parts of watching that need no kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include "agent/kernel/watch/concern.h"
#include "agent/kernel/watch/fanotify_event.h"
#include "agent/kernel/watch/mounts.h"
#include "agent/kernel/watch/process_info.h"

namespace pol::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Mounts, AreThoseThatHoldWhatIsOfInterest) {
  std::vector<Mount> mounts = ParseMounts(
      "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
      "23 22 0:5 / /proc rw - proc proc rw\n"
      "24 22 8:2 / /srv rw - xfs /dev/sda2 rw\n"
      "25 24 8:3 / /srv/a\\040b rw - ext4 /dev/sda3 rw\n"
      "26 22 8:4 / /home rw - ext4 /dev/sda4 rw\n"
      "not a line\n");
  ASSERT_EQ(mounts.size(), 5u);
  Interest interest;
  interest.files["/usr/bin/api"] = true;
  interest.files["/proc/self/x"] = true;
  interest.trees = {"/srv"};
  std::vector<std::string> found;
  for (const ConcernedMount& one : ConcernedMounts(mounts, interest))
    found.push_back(one.mount.point + (one.writes ? " writes" : ""));
  EXPECT_THAT(found, ElementsAre("/ writes", "/srv", "/srv/a b"));
}

TEST(Mounts, ALaterOneHidesTheEarlier) {
  std::vector<Mount> mounts = ParseMounts(
      "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "24 22 8:2 / /srv rw - xfs /dev/sda2 rw\n"
      "25 24 0:9 / /srv rw - tmpfs none rw\n");
  Interest interest;
  interest.files["/srv/x"] = false;
  auto found = ConcernedMounts(mounts, interest);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].mount.type, "tmpfs");
}

TEST(Processes, AreToldWithTheirUnit) {
  EXPECT_EQ(UnitOf("0::/system.slice/cron.service\n"), "cron.service");
  EXPECT_EQ(
      UnitOf("1:name=x:/y\n0::/user.slice/user-0.slice/session-3.scope\n"),
      "session-3.scope");
  EXPECT_EQ(UnitOf("0::/machine/one\n"), "/machine/one");
  EXPECT_EQ(UnitOf("0::/\n"), "");
  Process self = LookUpProcess(getpid());
  EXPECT_FALSE(self.gone);
  EXPECT_EQ(self.uid, geteuid());
  EXPECT_THAT(self.exe, HasSubstr("watch_parts_test"));
  EXPECT_EQ(Describe({4711, false, "cp", "/bin/cp", 0, "cron.service"}),
            "cp (pid 4711, uid 0, unit cron.service)");
  EXPECT_TRUE(LookUpProcess(0x7fffffff).gone);
  EXPECT_THAT(Describe(LookUpProcess(0x7fffffff)), HasSubstr("is gone"));
}

FileKey Key(const std::string& handle) { return {7, 1, handle}; }

class ConcernTest : public ::testing::Test {
 protected:
  ConcernTest() {
    Interest interest;
    interest.files["/usr/bin/api"] = true;
    interest.trees = {"/srv/app"};
    interest.settings = {"/etc/selinux/targeted"};
    concern_.Set(interest);
    concern_.Know(Key("api"), "/usr/bin/api");
  }

  std::string Judge(uint64_t mask, const std::string& folder,
                    const std::string& name, const std::string& file = "") {
    FanotifyEvent event;
    event.mask = mask;
    event.folder = Key(folder);
    event.name = name;
    if (!file.empty()) event.file = Key(file);
    moved_ = false;
    std::optional<Touched> touched = concern_.Judge(event, &moved_);
    if (!touched) return moved_ ? "moved" : "";
    return touched->path + (touched->folder ? "/**" : "") +
           (touched->setting ? " setting" : "") +
           (touched->through.empty() ? "" : " through " + touched->through) +
           (moved_ ? " moved" : "");
  }

  int asked_ = 0;
  bool moved_ = false;
  // A folder's handle is its path.
  Concern concern_{[this](const FileKey& key) {
    ++asked_;
    return key.handle == "gone" ? std::nullopt
                                : std::optional<std::string>(key.handle);
  }};
};

TEST_F(ConcernTest, NamesWhatIsOfInterestAndDropsTheRest) {
  EXPECT_EQ(Judge(FAN_ATTRIB, "/usr/bin", "api"), "/usr/bin/api");
  EXPECT_EQ(Judge(FAN_MOVED_TO, "/usr/bin", "api"), "/usr/bin/api");
  EXPECT_EQ(Judge(FAN_ATTRIB, "/usr/bin", "other"), "");
  EXPECT_EQ(Judge(FAN_ATTRIB, "/tmp", "api"), "");
  EXPECT_EQ(Judge(FAN_ATTRIB, "gone", "api"), "");
  EXPECT_EQ(Judge(FAN_ATTRIB, "/srv", "app"), "/srv/app");
  EXPECT_EQ(Judge(FAN_CREATE, "/srv/app2", "x"), "/srv/app2/x");
  EXPECT_EQ(Judge(FAN_MODIFY, "/srv/app", "x"), "");
  EXPECT_EQ(Judge(FAN_MODIFY, "/etc/selinux/targeted/contexts", "x"),
            "/etc/selinux/targeted/contexts/x setting");
}

TEST_F(ConcernTest, OtherNamesOfTheSameFileCount) {
  EXPECT_EQ(Judge(FAN_MODIFY, "/tmp", "link", "api"),
            "/usr/bin/api through /tmp/link");
  EXPECT_EQ(Judge(FAN_ATTRIB, "/usr/bin", "api", "api"), "/usr/bin/api");
  EXPECT_EQ(Judge(FAN_MODIFY, "/tmp", "link", "other"), "");
}

TEST_F(ConcernTest, FoldersOnTheWayMeanThatEverythingIsOtherwise) {
  EXPECT_EQ(Judge(FAN_MOVED_TO | FAN_ONDIR, "/usr", "bin"),
            "/usr/bin/** moved");
  EXPECT_EQ(Judge(FAN_CREATE | FAN_ONDIR, "/", "srv"), "/srv/** moved");
  EXPECT_EQ(Judge(FAN_MOVED_TO | FAN_ONDIR, "/srv/app", "new"),
            "/srv/app/new/**");
  EXPECT_EQ(Judge(FAN_ATTRIB | FAN_ONDIR, "/srv/app", "."), "/srv/app");
  EXPECT_EQ(Judge(FAN_MOVED_TO | FAN_ONDIR, "/home", "x"), "");
}

TEST_F(ConcernTest, AFolderIsLookedUpOnce) {
  for (int i = 0; i < 1000; ++i) Judge(FAN_MODIFY, "/var/log", "x", "x");
  EXPECT_EQ(asked_, 1);
  concern_.ForgetFolders();
  Judge(FAN_MODIFY, "/var/log", "x", "x");
  EXPECT_EQ(asked_, 2);
}

TEST(FanotifyEventTest, DamagedBytesAreRefused) {
  fanotify_event_metadata metadata = {};
  metadata.event_len = sizeof(metadata);
  metadata.metadata_len = sizeof(metadata);
  metadata.vers = FANOTIFY_METADATA_VERSION;
  metadata.mask = FAN_Q_OVERFLOW;
  std::string good(reinterpret_cast<char*>(&metadata), sizeof(metadata));
  std::string_view bytes = good;
  auto event = TakeEvent(&bytes);
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->mask, static_cast<uint64_t>(FAN_Q_OVERFLOW));
  EXPECT_TRUE(bytes.empty());
  for (size_t size = 1; size < good.size(); ++size) {
    bytes = std::string_view(good).substr(0, size);
    EXPECT_FALSE(TakeEvent(&bytes).ok()) << size;
  }
  // A record that says it is longer than the event.
  metadata.event_len += 4;
  std::string bad(reinterpret_cast<char*>(&metadata), sizeof(metadata));
  bad += std::string("\1\0\xff\xff", 4);
  bytes = bad;
  EXPECT_FALSE(TakeEvent(&bytes).ok());
}

}  // namespace
}  // namespace pol::kernel
