// docs/plan-json.md names every field of what is printed, and no other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "agent/apply/report.pb.h"
#include "compiler/polc/host_flags.h"
#include "compiler/support/files.h"

namespace pol::polc {
namespace {

using google::protobuf::Descriptor;
using Fields = std::map<std::string, std::set<std::string>>;

// The fields of a message and of those in it, by message.
void Collect(const Descriptor* message, Fields* fields) {
  std::set<std::string>& names = (*fields)[message->name()];
  if (!names.empty()) return;
  for (int i = 0; i < message->field_count(); ++i) {
    names.insert(message->field(i)->name());
    if (message->field(i)->message_type() != nullptr)
      Collect(message->field(i)->message_type(), fields);
  }
}

// The names in the first cells of the tables, by heading.
Fields Documented(const std::string& text) {
  Fields fields;
  std::string heading;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StartsWith(line, "## ")) heading = std::string(line.substr(3));
    if (!absl::StartsWith(line, "| `")) continue;
    const std::string cell(line.substr(2, line.find(" |", 2) - 2));
    for (absl::string_view name : absl::StrSplit(cell, ", "))
      fields[heading].emplace(name.substr(1, name.size() - 2));
  }
  return fields;
}

TEST(PlanJsonTest, EveryFieldIsDocumentedAndNoOther) {
  const char* source = std::getenv("POL_SOURCE_DIR");
  if (source == nullptr) GTEST_SKIP() << "POL_SOURCE_DIR is not set";
  auto text = support::ReadFile(std::string(source) + "/docs/plan-json.md",
                                size_t{1} << 20);
  ASSERT_TRUE(text.ok()) << text.status();
  Fields fields;
  Collect(apply::v1::Plan::descriptor(), &fields);
  Collect(apply::v1::Outcome::descriptor(), &fields);
  EXPECT_EQ(Documented(*text), fields);
}

TEST(PlanJsonTest, TheVersionStandsInFront) {
  HostFlags flags;
  flags.format = Format::kJson;
  testing::internal::CaptureStdout();
  EXPECT_EQ(Show(flags, apply::v1::Plan(), "unused"), kOk);
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              testing::StartsWith("{\"format_version\": \"1.0\", \"value\": "));
}

}  // namespace
}  // namespace pol::polc
