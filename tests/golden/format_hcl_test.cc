// Our formatter beside HCL's, on texts that both languages accept.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "compiler/support/source.h"
#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"
#include "tests/golden/format_texts.h"
#include "tests/harness/process.h"

namespace pol::golden {
namespace {

constexpr size_t kWanted = 20'000;

struct Answer {
  bool accepted = false;
  std::string formatted;
};

void AddLength(size_t length, std::string& out) {
  const auto value = static_cast<uint32_t>(length);
  for (int shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(value >> shift & 0xFF);
  }
}

uint32_t ReadLength(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 4; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

std::vector<Answer> AskHcl(const std::string& peer,
                           const std::vector<std::string>& texts) {
  harness::Command command;
  command.argv = {peer, "batch"};
  for (const std::string& text : texts) {
    AddLength(text.size(), command.input);
    command.input += text;
  }
  const auto printed = harness::RunOk(command, absl::Minutes(4));
  std::vector<Answer> answers;
  if (!printed.ok()) {
    ADD_FAILURE() << printed.status();
    return answers;
  }
  std::string_view rest = *printed;
  while (rest.size() >= 5) {
    const uint32_t length = ReadLength(rest.substr(1));
    answers.push_back({rest[0] == 1, std::string(rest.substr(5, length))});
    rest.remove_prefix(5 + length);
  }
  EXPECT_EQ(answers.size(), texts.size());
  return answers;
}

bool IsPolicy(const std::string& text) {
  support::SourceSet sources;
  diag::Sink sink;
  syntax::Parse(sources.Add("text.pol", text), sources, sink);
  return !sink.HasErrors();
}

// HCL leaves blanks at the end of a text and behind the marker that ends a
// heredoc.
std::string WithoutEndBlanks(const std::string& text) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    lines.emplace_back(line.substr(0, line.find_last_not_of(" \t") + 1));
  }
  return absl::StrJoin(lines, "\n");
}

// Whether an interpolation that begins at `begin` may go on behind its line.
bool IsLong(const std::string& text, size_t begin) {
  int open = 0;
  for (size_t i = text.find('{', begin); i < text.size(); ++i) {
    if (text[i] == '{') ++open;
    if (text[i] == '}' && --open == 0) return false;
    if (text[i] == '\n' || text[i] == '#' || text.compare(i, 2, "//") == 0) {
      return true;
    }
  }
  return false;
}

// Where docs/language.md says that we differ from HCL: `5. 5`, and lines behind
// a heredoc with a long interpolation; the latter is found roughly.
bool DiffersByIntent(const std::string& formatted) {
  auto is_digit = [&formatted](size_t i) {
    return i < formatted.size() && absl::ascii_isdigit(formatted[i]);
  };
  size_t dot = formatted.find(". ", 1);
  for (; dot != formatted.npos; dot = formatted.find(". ", dot + 1)) {
    if (is_digit(dot - 1) && is_digit(dot + 2)) return true;
  }
  size_t at = formatted.find("<<");
  while (at != formatted.npos) {
    at = formatted.find("${", at + 1);
    if (at != formatted.npos && IsLong(formatted, at)) return true;
  }
  return false;
}

TEST(FormatHclTest, MutantsComeOutTheSame) {
  const std::string peer =
      std::string(std::getenv("POL_BUILD_DIR")) + "/peers/hcl_peer";
  if (access(peer.c_str(), X_OK) != 0) {
    GTEST_SKIP() << "HCL's formatter was not built (Debian packages "
                    "golang-go, golang-github-hashicorp-hcl-v2-dev): "
                 << peer;
  }
  MutantTexts mutants(2);
  std::vector<std::string> texts;
  while (texts.size() < kWanted * 3 / 2) {
    std::string text = mutants.Next();
    // Raw strings are ours alone.
    if (!absl::StrContains(text, "`") && IsPolicy(text)) {
      texts.push_back(std::move(text));
    }
  }
  const std::vector<Answer> answers = AskHcl(peer, texts);
  size_t compared = 0;
  for (size_t i = 0; i < answers.size() && !HasFailure(); ++i) {
    if (!answers[i].accepted) continue;
    const std::string formatted = syntax::FormatValid(texts[i]);
    if (DiffersByIntent(formatted)) continue;
    EXPECT_EQ(WithoutEndBlanks(formatted),
              WithoutEndBlanks(answers[i].formatted))
        << texts[i];
    ++compared;
  }
  RecordProperty("compared", static_cast<int>(compared));
  EXPECT_GE(compared, kWanted);
}

}  // namespace
}  // namespace pol::golden
