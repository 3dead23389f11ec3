#include "compiler/driver/error_pages.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "compiler/diag/cat.h"
#include "compiler/diag/nearest.h"
#include "compiler/driver/all_codes.h"
#include "compiler/support/check.h"

namespace pol::driver {
namespace {

constexpr absl::string_view kFence = "```";

std::string Normalized(std::string_view name) {
  std::string text = absl::AsciiStrToUpper(support::ToAbsl(name));
  if (!text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text[0])))
    text = "P" + text;
  return text;
}

}  // namespace

absl::StatusOr<const diag::Code*> FindCode(std::string_view name) {
  const std::string wanted = Normalized(name);
  std::vector<std::string> names;
  for (const diag::Code* code : AllCodes()) {
    if (code->Name() == wanted) return code;
    names.push_back(code->Name());
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  const auto nearest = diag::Nearest(wanted, known);
  return absl::NotFoundError(
      diag::Cat("there is no diagnostic `", name, "`",
                nearest ? diag::Cat("; did you mean `", *nearest, "`?") : ""));
}

std::string_view ErrorPage(const diag::Code& code) {
  const std::string name = code.Name();
  for (size_t i = 0; i < internal::kPageCount; ++i) {
    if (name == internal::kPages[i].name) return internal::kPages[i].text;
  }
  POL_CHECK(false) << name << " has no page";
  return {};
}

std::string Summary(const diag::Code& code) {
  std::string_view page = ErrorPage(code);
  page.remove_prefix(page.find("\n\n") + 2);
  const std::string_view text =
      page.substr(0, std::min(page.find("\n\nFails:"), page.find("\n\n```")));
  return std::string(absl::StripTrailingAsciiWhitespace(support::ToAbsl(text)));
}

std::string PageText(const diag::Code& code) {
  std::istringstream lines{std::string(ErrorPage(code))};
  std::string line;
  std::getline(lines, line);  // "# P2003: unknown name"
  std::string text = diag::Cat(diag::ToString(code.severity), "[", code.Name(),
                               "]: ", code.title, "\n");
  bool example = false;
  while (std::getline(lines, line)) {
    if (absl::StartsWith(line, kFence)) {
      example = !example;
      continue;
    }
    absl::StrAppend(&text, example && !line.empty() ? "    " : "", line, "\n");
  }
  return text;
}

std::string CodeList() {
  std::string list;
  for (const diag::Code* code : AllCodes()) {
    absl::StrAppendFormat(&list, "%s  %-7s  %s\n", code->Name(),
                          support::ToAbsl(diag::ToString(code->severity)),
                          support::ToAbsl(code->title));
  }
  return list;
}

std::string CodesJson(absl::Span<const diag::Code* const> codes) {
  auto list = nlohmann::ordered_json::array();
  for (const diag::Code* code : codes) {
    list.push_back({{"code", code->Name()},
                    {"severity", diag::ToString(code->severity)},
                    {"title", code->title},
                    {"page", ErrorPage(*code)}});
  }
  const nlohmann::ordered_json report = {{"format_version", "1.0"},
                                         {"codes", std::move(list)}};
  return report.dump(2) + "\n";
}

}  // namespace pol::driver
