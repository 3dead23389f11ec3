#include "tests/golden/case.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "compiler/support/check.h"
#include "compiler/support/files.h"

namespace pol::golden {
namespace {

constexpr size_t kSizeLimit = 1 << 20;

void ReadAnnouncements(Case& read) {
  static const std::regex pattern(
      R"(# (error|warning)\[(P[0-9]{4})\](?: at ([0-9]+))?)");
  std::istringstream lines(read.text);
  std::string line;
  for (uint32_t number = 1; std::getline(lines, line); ++number) {
    ++read.lines;
    for (std::sregex_iterator at(line.begin(), line.end(), pattern), end;
         at != end; ++at) {
      const uint32_t due = (*at)[3].matched
                               ? static_cast<uint32_t>(std::stoul((*at)[3]))
                               : number;
      read.announced.emplace_back(due, (*at)[1], (*at)[2]);
    }
  }
  std::sort(read.announced.begin(), read.announced.end());
}

void ReadStages(Case& read) {
  static const std::regex pattern("# print: ([a-z, ]+)\n[^]*");
  std::smatch match;
  if (!std::regex_match(read.text, match, pattern)) return;
  static const std::regex word("[a-z]+");
  const std::string list = match[1];
  for (std::sregex_iterator at(list.begin(), list.end(), word), end; at != end;
       ++at) {
    read.stages.push_back(at->str());
  }
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
