// docs/errors: every code has a page, every example does what the page says.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/diag/render.h"
#include "compiler/support/files.h"
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
  static const std::regex pattern("<(U\\+|0x)([0-9A-F]+)>");
  std::string out;
  auto last = text.cbegin();
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end;
       at != end; ++at) {
    out.append(last, (*at)[0].first);
    const auto value = static_cast<uint32_t>(std::stoul((*at)[2], nullptr, 16));
    if ((*at)[1] == "0x") {
      out += static_cast<char>(value);
    } else {
      AppendUtf8(value, out);
    }
    last = (*at)[0].second;
  }
  return out.append(last, text.cend());
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
  static const std::regex fence("```pol( bytes)?(?: times=([0-9]+))?");
  Page page;
  std::istringstream lines(*text);
  std::string line;
  std::getline(lines, page.heading);
  std::smatch match;
  while (std::getline(lines, line)) {
    if (!std::regex_match(line, match, fence)) continue;
    const bool bytes = match[1].matched;
    const size_t times = match[2].matched ? std::stoul(match[2]) : 1;
    std::string example;
    while (std::getline(lines, line) && line != "```") example += line + "\n";
    if (bytes) example = WithBytes(example);
    std::string whole;
    for (size_t i = 0; i < times; ++i) whole += example;
    page.examples.push_back(std::move(whole));
  }
  return page;
}

TEST(ErrorPagesTest, EveryCodeHasAPageThatIsTrue) {
  for (const diag::Code* code : AllCodes()) {
    SCOPED_TRACE(code->Name());
    const auto page = ReadPage(Folder() + "/" + code->Name() + ".md");
    ASSERT_TRUE(page.has_value());
    EXPECT_EQ(page->heading,
              "# " + code->Name() + ": " + std::string(code->title));
    ASSERT_EQ(page->examples.size(), 2u) << "one that fails, one fixed";

    const auto failing = Compile("example.pol", page->examples[0]);
    const auto diagnostics = failing->sink.Sorted();
    std::set<std::string> found;
    for (const auto& diagnostic : diagnostics) {
      found.insert(diagnostic.code->Name());
    }
    // Too many errors are errors.
    if (code->Name() == "P1032") found.erase("P1001");
    EXPECT_EQ(found, std::set<std::string>{code->Name()})
        << diag::RenderText(diagnostics, failing->sources, {});

    const auto fixed = Compile("example.pol", page->examples[1]);
    EXPECT_EQ(fixed->sink.reported(), 0u)
        << diag::RenderText(fixed->sink.Sorted(), fixed->sources, {});
  }
}

TEST(ErrorPagesTest, EveryPageHasACode) {
  std::set<std::string> known;
  for (const diag::Code* code : AllCodes()) known.insert(code->Name());
  for (const auto& entry : std::filesystem::directory_iterator(Folder())) {
    EXPECT_TRUE(known.count(entry.path().stem()) > 0) << entry.path();
  }
}

}  // namespace
}  // namespace pol::golden
