#include "compiler/polc/drift_text.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace pol::polc {
namespace {

using service::v1::Difference;
using service::v1::DriftEvent;
using service::v1::DriftReport;

const char* OrNone(const std::string& text) {
  return text.empty() ? "none" : text.c_str();
}

std::string DifferenceText(const Difference& difference) {
  std::string line = absl::StrCat(difference.object(), " ", difference.aspect(),
                                  ": ", OrNone(difference.found()), ", not ",
                                  OrNone(difference.wanted()));
  if (!difference.origin().empty())
    absl::StrAppend(&line, " (", difference.origin(), ")");
  return line;
}

const char* Outcome(const DriftEvent& event) {
  switch (event.outcome()) {
    case service::v1::PUT_BACK:
      return "put back";
    case service::v1::REPORTED:
      return "left as it is";
    case service::v1::NOTHING_THERE:
      return "nothing there to put right";
    default:
      return "not put back";
  }
}

std::string EventText(const DriftEvent& event) {
  std::string line = absl::StrCat(
      "  ",
      absl::FormatTime(absl::RFC3339_sec, absl::FromUnixMillis(event.unix_ms()),
                       absl::UTCTimeZone()),
      " ", Outcome(event), ": ", DifferenceText(event.difference()));
  if (!event.who().empty()) absl::StrAppend(&line, "; ", event.who());
  if (!event.error().empty()) absl::StrAppend(&line, "; ", event.error());
  return absl::StrCat(line, "\n");
}

std::string WatchText(const DriftReport& report) {
  if (!report.watching())
    return absl::StrCat("nothing is watched: ", report.reason(), "\n");
  std::string out;
  for (const service::v1::WatchedFileSystem& one : report.file_systems()) {
    absl::StrAppend(&out, "  ", one.mount_point(), " (", one.type(), "): ");
    if (one.events()) {
      absl::StrAppend(&out, "by events\n");
    } else {
      absl::StrAppend(&out, "read again every minute: ", one.reason(), "\n");
    }
  }
  return out.empty() ? "nothing to watch: no policy speaks of files\n"
                     : absl::StrCat("watched:\n", out);
}

}  // namespace

std::string DriftText(const DriftReport& report) {
  std::string out = report.now().empty() ? "no drift\n" : "differs now:\n";
  for (const Difference& difference : report.now()) {
    absl::StrAppend(&out, "  ", DifferenceText(difference),
                    difference.report_only() ? ", only reported" : "", "\n");
  }
  if (report.now_left_out() != 0)
    absl::StrAppend(&out, "  … and ", report.now_left_out(), " more\n");
  if (!report.fights().empty()) absl::StrAppend(&out, "fought over:\n");
  for (const service::v1::Fight& fight : report.fights()) {
    absl::StrAppend(&out, "  ", fight.object(), ": ", fight.corrections(),
                    " times; looked at again in ",
                    (fight.next_in_ms() + 999) / 1000, " s\n");
  }
  if (!report.lately().empty()) absl::StrAppend(&out, "lately:\n");
  for (const DriftEvent& event : report.lately()) out += EventText(event);
  return out + WatchText(report);
}

DriftReport DriftFromStatus(const apply::v1::HostStatus& status) {
  DriftReport report;
  report.set_reason("no pold runs");
  for (const apply::v1::FenceReport& fence : status.fences()) {
    for (const apply::v1::Change& change : fence.changes()) {
      Difference* out = report.add_now();
      out->set_object(change.object());
      out->set_aspect(change.aspect());
      out->set_found(change.before());
      out->set_wanted(change.after());
      out->set_origin(change.origin());
    }
  }
  return report;
}

}  // namespace pol::polc
