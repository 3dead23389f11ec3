#include "agent/service/drift_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace pol::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

apply::Drift Lost(const std::string& path) {
  return {{absl::StrCat("file ", path), "capabilities", "", "cap_net_raw=ep",
           "a.pol:3"},
          path,
          false,
          false};
}

kernel::Touched Written(const std::string& path) {
  kernel::Touched touched;
  touched.path = path;
  touched.what = kernel::Happened::kWritten;
  touched.who = {4711, false, "cp", "/bin/cp", 0, "cron.service"};
  return touched;
}

class DriftBookTest : public ::testing::Test {
 protected:
  // One file drifts at `now` and is put back when its turn comes; the time of
  // that.
  int64_t DriftAndPutBack(int64_t now) {
    book_.Touch(Written("/x"), now);
    int64_t due = *book_.NextDue();
    auto scope = book_.Take(due);
    EXPECT_TRUE(scope.has_value());
    DriftBook::Orders orders = book_.Found(*scope, {Lost("/x")}, due, 0);
    EXPECT_THAT(orders.files, ElementsAre("/x"));
    book_.Done(orders, absl::OkStatus(), {}, due, 0);
    return due;
  }
  std::vector<std::string> Lines() {
    std::vector<std::string> lines;
    for (auto& [priority, line] : book_.TakeLines()) lines.push_back(line);
    return lines;
  }
  v1::DriftReport Report(int64_t now) {
    v1::DriftReport report;
    book_.Fill(&report, now);
    return report;
  }

  DriftBook book_;
};

TEST_F(DriftBookTest, WhatComesTogetherIsLookedAtOnce) {
  book_.Touch(Written("/x"), 1000);
  book_.Touch(Written("/y"), 1040);
  book_.Touch(Written("/x"), 1090);
  EXPECT_EQ(book_.Take(1099), std::nullopt);
  // Later events do not push it away.
  EXPECT_EQ(book_.NextDue(), 1100);
  EXPECT_THAT(book_.Take(1100)->files, ElementsAre("/x"));
  EXPECT_EQ(book_.NextDue(), 1140);
  EXPECT_THAT(book_.Take(1200)->files, ElementsAre("/y"));
  EXPECT_EQ(book_.NextDue(), std::nullopt);
}

TEST_F(DriftBookTest, ALineSaysWhatWhoAndWhere) {
  DriftAndPutBack(1000);
  EXPECT_THAT(Lines(),
              ElementsAre("drift: /x lost its capabilities (cap_net_raw=ep): "
                          "written by cp (pid 4711, uid 0, unit "
                          "cron.service); put back (a.pol:3)"));
  v1::DriftReport report = Report(2000);
  EXPECT_EQ(report.now_size(), 0);
  ASSERT_EQ(report.lately_size(), 1);
  EXPECT_EQ(report.lately(0).outcome(), v1::PUT_BACK);
  EXPECT_EQ(report.fights_size(), 0);
}

TEST_F(DriftBookTest, WhoFightsIsMadeToWaitLongerAndLonger) {
  int64_t now = 1000;
  for (int i = 0; i < 5; ++i) now = DriftAndPutBack(now) + 1;
  std::vector<std::string> lines = Lines();
  ASSERT_THAT(lines, SizeIs(6));
  EXPECT_EQ(lines.back(),
            "drift: somebody changes file /x back: 5 times, 5 in the last "
            "10 s; it is looked at again in 30 s");
  ASSERT_EQ(Report(now).fights_size(), 1);
  EXPECT_EQ(Report(now).fights(0).corrections(), 5u);

  // Whatever comes meanwhile wakes nobody.
  int64_t last = now - 1;
  int64_t next = DriftAndPutBack(now);
  EXPECT_EQ(next, last + 30'000);
  EXPECT_THAT(Lines().back(), HasSubstr("again in 60 s"));
  EXPECT_EQ(DriftAndPutBack(next + 1), next + 60'000);
  for (int i = 0; i < 10; ++i) next = DriftAndPutBack(next + 1);
  EXPECT_EQ(DriftAndPutBack(next + 1) - next, DriftBook::kMaxPauseMs);
}

TEST_F(DriftBookTest, AfterSomeQuietItIsFastAgain) {
  int64_t now = 1000;
  for (int i = 0; i < 5; ++i) now = DriftAndPutBack(now) + 1;
  now += 200'000;
  EXPECT_EQ(DriftAndPutBack(now), now + DriftBook::kSettleMs);
  now += 1000;
  EXPECT_EQ(DriftAndPutBack(now), now + DriftBook::kSettleMs);
  EXPECT_EQ(Report(now + 500).fights_size(), 0);
}

TEST_F(DriftBookTest, AFightOverOneFileDelaysNoOther) {
  int64_t now = 1000;
  for (int i = 0; i < 5; ++i) now = DriftAndPutBack(now) + 1;
  book_.Touch(Written("/x"), now);
  book_.Touch(Written("/y"), now);
  EXPECT_THAT(book_.Take(now + 100)->files, ElementsAre("/y"));
  // And reading everything does not go around the pause.
  book_.TouchEverything(now + 200);
  auto scope = book_.Take(now + 200);
  DriftBook::Orders orders =
      book_.Found(*scope, {Lost("/x"), Lost("/y")}, now + 200, 0);
  EXPECT_THAT(orders.files, ElementsAre("/y"));
  EXPECT_EQ(Report(now + 200).now_size(), 2);
}

TEST_F(DriftBookTest, WhatIsOnlyToBeReportedIsToldOnce) {
  apply::Drift drift = Lost("/x");
  drift.report_only = true;
  for (int i = 0; i < 3; ++i) {
    book_.Touch(Written("/x"), 1000 * i);
    auto scope = book_.Take(1000 * i + 100);
    EXPECT_TRUE(book_.Found(*scope, {drift}, 1000 * i + 100, 0).empty());
  }
  EXPECT_THAT(Lines(), ElementsAre(HasSubstr("left as it is, as the policy")));
  EXPECT_EQ(Report(5000).now_size(), 1);
  EXPECT_TRUE(Report(5000).now(0).report_only());
  // Somebody puts it right: nothing differs any more.
  book_.Touch(Written("/x"), 6000);
  book_.Found(*book_.Take(6100), {}, 6100, 0);
  EXPECT_EQ(Report(6200).now_size(), 0);
}

TEST_F(DriftBookTest, WhatCannotBePutBackIsTriedAgain) {
  book_.Touch(Written("/x"), 0);
  book_.Touch(Written("/y"), 0);
  DriftBook::Orders orders =
      book_.Found(*book_.Take(100), {Lost("/x"), Lost("/y")}, 100, 0);
  book_.Done(orders, absl::PermissionDeniedError("immutable"), {Lost("/x")},
             100, 0);
  std::vector<std::string> lines = Lines();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], HasSubstr("/x lost"));
  EXPECT_THAT(lines[0], HasSubstr("not put back: immutable"));
  EXPECT_THAT(lines[1], HasSubstr("/y lost"));
  EXPECT_THAT(lines[1], HasSubstr("; put back"));
  EXPECT_EQ(book_.NextDue(), 100 + DriftBook::kRetryMs);
  orders = book_.Found(*book_.Take(1100), {Lost("/x")}, 1100, 0);
  book_.Done(orders, absl::PermissionDeniedError("immutable"), {Lost("/x")},
             1100, 0);
  EXPECT_EQ(book_.NextDue(), 1100 + 2 * DriftBook::kRetryMs);
  // When it works at last, nobody had fought.
  orders = book_.Found(*book_.Take(3100), {Lost("/x")}, 3100, 0);
  book_.Done(orders, absl::OkStatus(), {}, 3100, 0);
  EXPECT_EQ(DriftAndPutBack(4000), 4000 + DriftBook::kSettleMs);
}

TEST_F(DriftBookTest, SettingsMeanEverything) {
  kernel::Touched touched = Written("/etc/selinux/x");
  touched.setting = true;
  book_.Touch(touched, 0);
  auto scope = book_.Take(100);
  ASSERT_TRUE(scope.has_value());
  EXPECT_TRUE(scope->everything);
  apply::Drift record{{"fcontext /srv any", "record", "", "a:b:c", "a.pol:1"},
                      "",
                      false,
                      false};
  DriftBook::Orders orders = book_.Found(*scope, {record}, 100, 0);
  EXPECT_TRUE(orders.records);
  book_.Done(orders, absl::OkStatus(), {}, 100, 0);
  EXPECT_THAT(Lines(), ElementsAre(HasSubstr("written by cp (pid 4711")));
}

TEST_F(DriftBookTest, AStormEndsInReadingEverything) {
  for (int i = 0; i < 30'000; ++i)
    book_.Touch(Written(absl::StrCat("/", i)), 0);
  auto scope = book_.Take(100);
  EXPECT_TRUE(scope->everything);
  EXPECT_LE(scope->files.size(), 20'000u);
}

TEST_F(DriftBookTest, AFolderThatCameExplainsItsFiles) {
  kernel::Touched folder = Written("/srv/new");
  folder.what = kernel::Happened::kMovedHere;
  folder.folder = true;
  book_.Touch(folder, 0);
  auto scope = book_.Take(100);
  EXPECT_THAT(scope->folders, ElementsAre("/srv/new"));
  book_.Done(book_.Found(*scope, {Lost("/srv/new/a/b")}, 100, 0),
             absl::OkStatus(), {}, 100, 0);
  EXPECT_THAT(Lines(), ElementsAre(HasSubstr("moved here by cp")));
}

}  // namespace
}  // namespace pol::service
