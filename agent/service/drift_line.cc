#include "agent/service/drift_line.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace pol::service {
namespace {

const char* Verb(kernel::Happened what) {
  switch (what) {
    case kernel::Happened::kWritten:
      return "written";
    case kernel::Happened::kCreated:
      return "created";
    case kernel::Happened::kMovedHere:
      return "moved here";
    case kernel::Happened::kAttributes:
      break;
  }
  return "attributes changed";
}

std::string WhatText(const v1::Difference& difference) {
  absl::string_view object = difference.object();
  absl::ConsumePrefix(&object, "file ");
  const std::string& aspect = difference.aspect();
  const std::string& found = difference.found();
  const std::string& wanted = difference.wanted();
  if (aspect == "presence") {
    return found == "missing" ? absl::StrCat(object, " is missing")
                              : absl::StrCat(object, ": ", found);
  }
  if (found.empty())
    return absl::StrCat(object, " lost its ", aspect, " (", wanted, ")");
  if (wanted.empty())
    return absl::StrCat(object, " has the ", aspect, " ", found, ", not none");
  return absl::StrCat(object, " has the ", aspect, " ", found, ", not ",
                      wanted);
}

std::string OutcomeText(const v1::DriftEvent& event) {
  switch (event.outcome()) {
    case v1::PUT_BACK:
      return "put back";
    case v1::REPORTED:
      return "left as it is, as the policy says";
    case v1::NOTHING_THERE:
      return "there is nothing to put right";
    default:
      return absl::StrCat("not put back: ", event.error());
  }
}

}  // namespace

std::string WhoText(const std::vector<Cause>& causes) {
  return absl::StrJoin(causes, ", ", [](std::string* out, const Cause& cause) {
    absl::StrAppend(out, Verb(cause.what), " by ", kernel::Describe(cause.who));
    if (!cause.through.empty()) absl::StrAppend(out, " as ", cause.through);
  });
}

std::string DriftLine(const v1::DriftEvent& event) {
  std::string line = absl::StrCat("drift: ", WhatText(event.difference()));
  if (!event.who().empty()) absl::StrAppend(&line, ": ", event.who());
  absl::StrAppend(&line, "; ", OutcomeText(event));
  if (!event.difference().origin().empty())
    absl::StrAppend(&line, " (", event.difference().origin(), ")");
  return line;
}

}  // namespace pol::service
