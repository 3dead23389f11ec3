#include "tests/golden/case.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/support/check.h"
#include "compiler/support/files.h"

namespace pol::golden {
namespace {

constexpr size_t kSizeLimit = 1 << 20;

// The number at the front of a text; 0 when there is none.
uint32_t LeadingNumber(absl::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
  uint32_t number = 0;
  return absl::SimpleAtoi(text.substr(0, digits), &number) ? number : 0;
}

// All "# error[P1234]" of one line, each with " at 7" behind it or not.
void ReadLine(absl::string_view line, uint32_t number, Case& read) {
  for (const std::string severity : {"error", "warning", "note"}) {
    const std::string begin = absl::StrCat("# ", severity, "[");
    for (size_t at = line.find(begin); at != line.npos;
         at = line.find(begin, at + 1)) {
      absl::string_view rest = line.substr(at + begin.size());
      const std::string code(rest.substr(0, rest.find(']')));
      uint32_t due = number;
      if (absl::ConsumePrefix(&rest, code + "] at ")) {
        due = LeadingNumber(rest);
      }
      read.announced.emplace_back(due, severity, code);
    }
  }
}

void ReadAnnouncements(Case& read) {
  for (absl::string_view line : absl::StrSplit(read.text, '\n')) {
    ReadLine(line, static_cast<uint32_t>(++read.lines), read);
  }
  std::sort(read.announced.begin(), read.announced.end());
}

void ReadStages(Case& read) {
  absl::string_view line = read.text;
  line = line.substr(0, line.find('\n'));
  if (!absl::ConsumePrefix(&line, "# print: ")) return;
  read.stages = absl::StrSplit(line, ", ");
}

}  // namespace

std::vector<Case> ReadCases(const std::string& folder) {
  std::vector<Case> cases;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".pol") continue;
    Case read;
    read.path = entry.path();
    read.name = std::filesystem::relative(entry.path(), folder);
    read.expect_path =
        std::filesystem::path(entry.path()).replace_extension(".expect");
    auto text = support::ReadFile(read.path, kSizeLimit);
    POL_CHECK(text.ok()) << text.status();
    read.text = *std::move(text);
    ReadAnnouncements(read);
    ReadStages(read);
    cases.push_back(std::move(read));
  }
  std::sort(cases.begin(), cases.end(),
            [](const Case& a, const Case& b) { return a.name < b.name; });
  return cases;
}

std::vector<Announcement> Announcements(
    absl::Span<const diag::Diagnostic> diagnostics,
    const support::SourceSet& sources) {
  std::vector<Announcement> announcements;
  for (const diag::Diagnostic& diagnostic : diagnostics) {
    announcements.emplace_back(sources.Locate(diagnostic.span).line,
                               std::string(ToString(diagnostic.severity())),
                               diagnostic.code->Name());
  }
  std::sort(announcements.begin(), announcements.end());
  return announcements;
}

}  // namespace pol::golden
