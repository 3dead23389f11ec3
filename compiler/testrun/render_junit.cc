#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "absl/strings/str_split.h"
#include "compiler/diag/cat.h"
#include "compiler/diag/printable.h"
#include "compiler/support/view.h"
#include "compiler/testrun/render.h"

namespace pol::testrun {
namespace {

using diag::Cat;

// What XML 1.0 has for a character (production [2]).
bool IsXmlCharacter(uint32_t code_point) {
  return code_point == '\t' || code_point == '\n' || code_point == '\r' ||
         (code_point >= 0x20 && code_point <= 0xD7FF) ||
         (code_point >= 0xE000 && code_point <= 0xFFFD) ||
         (code_point >= 0x10000 && code_point <= 0x10FFFF);
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const diag::CodePoint next = diag::DecodeUtf8(text);
    const size_t length = next.length == 0 ? 1 : next.length;
    const std::string_view bytes = text.substr(0, length);
    text.remove_prefix(length);
    if (next.length == 0 || !IsXmlCharacter(next.value)) {
      escaped += "\xEF\xBF\xBD";  // U+FFFD
    } else if (bytes == "&") {
      escaped += "&amp;";
    } else if (bytes == "<") {
      escaped += "&lt;";
    } else if (bytes == ">") {
      escaped += "&gt;";
    } else if (bytes == "\"") {
      escaped += "&quot;";
    } else if (next.value < 0x20) {
      escaped += Cat("&#", next.value, ";");
    } else {
      escaped += bytes;
    }
  }
  return escaped;
}

std::string Counts(size_t tests, size_t failures) {
  return Cat(" tests=\"", tests, "\" failures=\"", failures,
             "\" errors=\"0\" skipped=\"0\" time=\"0\"");
}

std::string TestCase(const TestResult& result) {
  const std::string head = Cat(
      "    <testcase classname=\"", Escaped(result.origin.file), "\" name=\"",
      Escaped(result.name), "\" file=\"", Escaped(result.origin.file),
      "\" line=\"", result.origin.line, "\" time=\"0\"");
  if (result.passed) return head + "/>\n";
  const std::string expected = AnswerText(result.expected);
  const std::string got = AnswerText(result.got);
  std::string text =
      Cat(result.subject, "\nexpected ", expected, "\ngot ", got);
  if (!result.reason.empty()) text += Cat("\n", result.reason);
  // A line end is itself in text, and a reference in an attribute.
  std::string body;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!body.empty()) body += '\n';
    body += Escaped(support::ToStd(line));
  }
  return Cat(head, ">\n      <failure message=\"",
             Escaped(Cat("expected ", expected, ", got ", got)),
             "\" type=\"expectation\">", body, "</failure>\n    </testcase>\n");
}

}  // namespace

std::string RenderJunit(const Report& report) {
  std::map<std::string, std::vector<const TestResult*>> suites;
  for (const TestResult& result : report.run.results)
    suites[result.origin.file].push_back(&result);
  std::string xml =
      Cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites name=\"polc test\"",
          Counts(report.run.results.size(), report.run.failed), ">\n");
  for (const auto& [file, results] : suites) {
    size_t failed = 0;
    for (const TestResult* result : results) failed += result->passed ? 0 : 1;
    xml += Cat("  <testsuite name=\"", Escaped(file), "\"",
               Counts(results.size(), failed), ">\n");
    for (const TestResult* result : results) xml += TestCase(*result);
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace pol::testrun
