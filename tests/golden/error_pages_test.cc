// docs/errors: every code has a page, every example does what the page says.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "compiler/diag/render.h"
#include "compiler/driver/all_codes.h"
#include "compiler/support/files.h"
#include "compiler/target/diagnostics.h"
#include "tests/golden/folder.h"
#include "tests/golden/stages.h"

namespace pol::golden {
namespace {

std::string Folder() {
  return std::string(std::getenv("POL_SOURCE_DIR")) + "/docs/errors";
}

void AppendUtf8(uint32_t value, std::string& out) {
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xC0 | value >> 6);
    out += static_cast<char>(0x80 | (value & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | value >> 12);
    out += static_cast<char>(0x80 | (value >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (value & 0x3F));
  }
}

// `<U+202E>` and `<0xFF>` stand for what a page cannot show.
std::string WithBytes(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const bool point = text.compare(at, 3, "<U+") == 0;
    if (!point && text.compare(at, 3, "<0x") != 0) {
      out += text[at++];
      continue;
    }
    const size_t end = text.find('>', at);
    const auto value = static_cast<uint32_t>(
        std::stoul(text.substr(at + 3, end - at - 3), nullptr, 16));
    if (point) {
      AppendUtf8(value, out);
    } else {
      out += static_cast<char>(value);
    }
    at = end + 1;
  }
  return out;
}

struct Page {
  std::string heading;
  std::vector<std::string> examples;
};

// An example stands between "```pol" and "```"; behind "pol" may stand `bytes`
// (see above) or `times=N`: the text is that often behind itself.
std::optional<Page> ReadPage(const std::string& path) {
  const auto text = support::ReadFile(path, 1 << 20);
  if (!text.ok()) return std::nullopt;
  constexpr absl::string_view kTimes = " times=";
  Page page;
  std::istringstream lines(*text);
  std::string line;
  std::getline(lines, page.heading);
  while (std::getline(lines, line)) {
    absl::string_view fence = line;
    if (!absl::ConsumePrefix(&fence, "```pol")) continue;
    const bool bytes = absl::ConsumePrefix(&fence, " bytes");
    size_t times = 1;
    if (absl::ConsumePrefix(&fence, kTimes) &&
        !absl::SimpleAtoi(fence, &times)) {
      return std::nullopt;
    }
    std::string example;
    while (std::getline(lines, line) && line != "```") example += line + "\n";
    if (bytes) example = WithBytes(example);
    std::string whole;
    for (size_t i = 0; i < times; ++i) whole += example;
    page.examples.push_back(std::move(whole));
  }
  return page;
}

// Examples would be too large; the page says how large.
const std::set<std::string>& CodesWithoutExample() {
  static const auto& codes =
      *new std::set<std::string>{"P2024", "P2025", "P2209", "P4050", "P4115"};
  return codes;
}

struct Example {
  std::set<std::string> codes;
  std::string report;
};

// Findings about a target have the one of the tests to be about.
std::string WithTarget(const diag::Code& code, const std::string& text) {
  const bool compares = code.number >= 5200 && code.number < 5250 &&
                        code.number != target::kNotCompared.number;
  return compares ? text + "# target\n" : text;
}

Example Try(const std::string& text) {
  Example example;
  const auto take = [&](const auto& run) {
    for (const auto& diagnostic : run.diagnostics) {
      example.codes.insert(diagnostic.code->Name());
    }
    example.report = diag::RenderText(run.diagnostics, run.sources, {});
  };
  if (IsFolder(text)) {
    take(LoadFolder(text));
  } else {
    take(Compile("example.pol", text));
  }
  return example;
}

TEST(ErrorPagesTest, EveryCodeHasAPageThatIsTrue) {
  for (const diag::Code* code : driver::AllCodes()) {
    SCOPED_TRACE(code->Name());
    const auto page = ReadPage(Folder() + "/" + code->Name() + ".md");
    ASSERT_TRUE(page.has_value());
    EXPECT_EQ(page->heading,
              "# " + code->Name() + ": " + std::string(code->title));
    if (CodesWithoutExample().count(code->Name()) > 0) {
      EXPECT_TRUE(page->examples.empty());
      continue;
    }
    ASSERT_EQ(page->examples.size(), 2u) << "one that fails, one fixed";

    Example failing = Try(WithTarget(*code, page->examples[0]));
    // Too many errors are errors.
    if (code->Name() == "P1032") failing.codes.erase("P1001");
    EXPECT_EQ(failing.codes, std::set<std::string>{code->Name()})
        << failing.report;

    const Example fixed = Try(WithTarget(*code, page->examples[1]));
    EXPECT_EQ(fixed.report, "");
  }
}

TEST(ErrorPagesTest, EveryPageHasACode) {
  std::set<std::string> known;
  for (const diag::Code* code : driver::AllCodes()) known.insert(code->Name());
  for (const auto& entry : std::filesystem::directory_iterator(Folder())) {
    EXPECT_TRUE(known.count(entry.path().stem()) > 0) << entry.path();
  }
}

}  // namespace
}  // namespace pol::golden
