#include "compiler/polc/drift_text.h"

#include <gtest/gtest.h>

namespace pol::polc {
namespace {

using service::v1::DriftReport;

TEST(DriftText, SaysWhatDiffersWhoDidItAndHowItIsWatched) {
  DriftReport report;
  report.set_watching(true);
  service::v1::Difference* now = report.add_now();
  now->set_object("file /usr/bin/api");
  now->set_aspect("capabilities");
  now->set_wanted("cap_net_raw=ep");
  now->set_origin("web.pol:12");
  now->set_report_only(true);
  service::v1::DriftEvent* event = report.add_lately();
  event->set_unix_ms(1'700'000'000'000);
  *event->mutable_difference() = *now;
  event->set_outcome(service::v1::PUT_BACK);
  event->set_who("written by cp (pid 4711, uid 0, unit cron.service)");
  service::v1::Fight* fight = report.add_fights();
  fight->set_object("file /usr/bin/api");
  fight->set_corrections(5);
  fight->set_next_in_ms(29'001);
  service::v1::WatchedFileSystem* root = report.add_file_systems();
  root->set_mount_point("/");
  root->set_type("ext4");
  root->set_events(true);
  service::v1::WatchedFileSystem* net = report.add_file_systems();
  net->set_mount_point("/net");
  net->set_type("nfs4");
  net->set_reason("no handles");
  EXPECT_EQ(DriftText(report),
            "differs now:\n"
            "  file /usr/bin/api capabilities: none, not cap_net_raw=ep "
            "(web.pol:12), only reported\n"
            "fought over:\n"
            "  file /usr/bin/api: 5 times; looked at again in 30 s\n"
            "lately:\n"
            "  2023-11-14T22:13:20+00:00 put back: file /usr/bin/api "
            "capabilities: none, not cap_net_raw=ep (web.pol:12); written by "
            "cp (pid 4711, uid 0, unit cron.service)\n"
            "watched:\n"
            "  / (ext4): by events\n"
            "  /net (nfs4): read again every minute: no handles\n");
}

TEST(DriftText, WithoutPoldItSaysSo) {
  apply::v1::HostStatus status;
  EXPECT_EQ(DriftText(DriftFromStatus(status)),
            "no drift\nnothing is watched: no pold runs\n");
  status.add_fences()->add_changes()->set_object("file /x");
  EXPECT_EQ(DriftFromStatus(status).now_size(), 1);
}

}  // namespace
}  // namespace pol::polc
