#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <utility>

#include "compiler/eval/call.h"
#include "compiler/eval/characters.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/regex.h"

namespace pol::eval {
namespace {

icu::UnicodeString Wide(const std::string& text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

Value Lower(Call& call) {
  std::string out;
  Wide(call.String(0)).toLower(icu::Locale::getRoot()).toUTF8String(out);
  return call.Text(std::move(out));
}

Value Upper(Call& call) {
  std::string out;
  Wide(call.String(0)).toUpper(icu::Locale::getRoot()).toUTF8String(out);
  return call.Text(std::move(out));
}

Value Title(Call& call) {
  const icu::UnicodeString text = Wide(call.String(0));
  icu::UnicodeString titled;
  bool inside = false;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    titled.append(inside ? c : u_totitle(c));
    inside = u_isalnum(c) != 0 || c == '\'' || c == '_';
  }
  std::string out;
  titled.toUTF8String(out);
  return call.Text(std::move(out));
}

Value Join(Call& call) {
  std::string out;
  const absl::Span<const Value> parts = call.Elements(1);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += call.String(0);
    out += *TextOf(parts[i]);
    if (out.size() > call.budget().limits().string) break;
  }
  return call.Text(std::move(out));
}

Value Split(Call& call) {
  const std::string& separator = call.String(0);
  const std::string& text = call.String(1);
  std::vector<std::string> out;
  if (separator.empty()) {
    const std::vector<size_t> bounds = CharacterBounds(text);
    for (size_t i = 0; i + 1 < bounds.size(); ++i) {
      out.push_back(text.substr(bounds[i], bounds[i + 1] - bounds[i]));
    }
    return call.Strings(out);
  }
  size_t begin = 0;
  for (size_t at = text.find(separator); at != std::string::npos;
       at = text.find(separator, begin)) {
    out.push_back(text.substr(begin, at - begin));
    begin = at + separator.size();
  }
  out.push_back(text.substr(begin));
  return call.Strings(out);
}

Value Replace(Call& call) {
  const std::string& text = call.String(0);
  const std::string& find = call.String(1);
  const std::string& with = call.String(2);
  if (find.size() >= 2 && find.front() == '/' && find.back() == '/') {
    return ReplaceRegex(call, find.substr(1, find.size() - 2));
  }
  if (find.empty()) return call.Error(1, "an empty text is everywhere");
  std::string out;
  size_t begin = 0;
  for (size_t at = text.find(find); at != std::string::npos;
       at = text.find(find, begin)) {
    out.append(text, begin, at - begin).append(with);
    begin = at + find.size();
    if (out.size() > call.budget().limits().string) break;
  }
  out.append(text, begin);
  return call.Text(std::move(out));
}

// Whether the character at `at` of `text` is one of `set`.
bool OneOf(const std::string& text, size_t begin, size_t end,
           const std::string& set) {
  return set.find(text.substr(begin, end - begin)) != std::string::npos;
}

Value TrimSides(Call& call, const std::string& set) {
  const std::string& text = call.String(0);
  const std::vector<size_t> bounds = CharacterBounds(text);
  size_t first = 0;
  size_t last = bounds.size() - 1;
  while (first < last && OneOf(text, bounds[first], bounds[first + 1], set)) {
    ++first;
  }
  while (last > first && OneOf(text, bounds[last - 1], bounds[last], set)) {
    --last;
  }
  return call.Text(text.substr(bounds[first], bounds[last] - bounds[first]));
}

Value Trim(Call& call) { return TrimSides(call, call.String(1)); }
Value TrimSpace(Call& call) { return TrimSides(call, " \t\r\n\v\f"); }

Value TrimPrefix(Call& call) {
  const std::string& text = call.String(0);
  return call.Text(text.starts_with(call.String(1))
                       ? text.substr(call.String(1).size())
                       : text);
}

Value TrimSuffix(Call& call) {
  const std::string& text = call.String(0);
  return call.Text(text.ends_with(call.String(1))
                       ? text.substr(0, text.size() - call.String(1).size())
                       : text);
}

Value Chomp(Call& call) {
  std::string text = call.String(0);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return call.Text(std::move(text));
}

Value Substr(Call& call) {
  const std::string& text = call.String(0);
  const std::vector<size_t> bounds = CharacterBounds(text);
  const int64_t size = static_cast<int64_t>(bounds.size()) - 1;
  int64_t from = call.Integer(1);
  const int64_t count = call.Integer(2);
  if (count < -1) return call.Error(2, "a length, or -1 for all the rest");
  if (from < 0) from = std::max<int64_t>(0, from + size);
  from = std::min(from, size);
  const int64_t to = count == -1 || count > size - from ? size : from + count;
  const size_t begin = bounds[static_cast<size_t>(from)];
  return call.Text(text.substr(begin, bounds[static_cast<size_t>(to)] - begin));
}

Value StrRev(Call& call) {
  const std::string& text = call.String(0);
  const std::vector<size_t> bounds = CharacterBounds(text);
  std::string out;
  for (size_t i = bounds.size() - 1; i > 0; --i) {
    out.append(text, bounds[i - 1], bounds[i] - bounds[i - 1]);
  }
  return call.Text(std::move(out));
}

Value StartsWith(Call& call) {
  return call.Bool(call.String(0).starts_with(call.String(1)));
}

Value EndsWith(Call& call) {
  return call.Bool(call.String(0).ends_with(call.String(1)));
}

Value StrContains(Call& call) {
  return call.Bool(call.String(0).find(call.String(1)) != std::string::npos);
}

Value Indent(Call& call) {
  const int64_t blanks = call.Integer(0);
  const std::string& text = call.String(1);
  if (blanks < 0) return call.Error(0, "a number of blanks");
  const size_t limit = call.budget().limits().string;
  const size_t width = std::min<size_t>(static_cast<size_t>(blanks), limit + 1);
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '\n') out.append(width, ' ');
    if (out.size() > limit) break;
  }
  return call.Text(std::move(out));
}

using enum Category;

constexpr Parameter kOneText = {"text", Takes::kString};

constexpr Function kFunctions[] = {
    {"chomp",
     kText,
     "chomp(text)",
     "Removes line ends at the end of a text.",
     R"(chomp("a\n\n"))",
     R"("a")",
     {kOneText},
     1,
     false,
     Chomp},
    {"endswith",
     kText,
     "endswith(text, suffix)",
     "Whether a text ends with another.",
     R"(endswith("db.pol", ".pol"))",
     "true",
     {kOneText, {"suffix", Takes::kString}},
     2,
     false,
     EndsWith},
    {"indent",
     kText,
     "indent(blanks, text)",
     "Puts blanks before every line of a text but the first.",
     R"(indent(2, "a\nb"))",
     R"("a\n  b")",
     {{"blanks", Takes::kInteger}, kOneText},
     2,
     false,
     Indent},
    {"join",
     kText,
     "join(separator, list)",
     "Puts the elements of a list together as one text.",
     R"(join(", ", ["a", "b", 3]))",
     R"("a, b, 3")",
     {{"separator", Takes::kString}, {"list", Takes::kTexts}},
     2,
     false,
     Join},
    {"lower",
     kText,
     "lower(text)",
     "Turns letters into small ones.",
     R"(lower("ÄBC"))",
     R"("äbc")",
     {kOneText},
     1,
     false,
     Lower},
    {"replace",
     kText,
     "replace(text, find, replacement)",
     "Replaces every occurrence of a text, or of /a regular expression/, "
     "whose groups the replacement names by $1 or ${name}.",
     R"(replace("10.0.0.1", ".", "-"))",
     R"("10-0-0-1")",
     {kOneText, {"find", Takes::kString}, {"replacement", Takes::kString}},
     3,
     false,
     Replace},
    {"split",
     kText,
     "split(separator, text)",
     "Takes a text apart at each separator, or into characters when that is "
     "empty.",
     R"(split("/", "ns/finance"))",
     R"(["ns", "finance"])",
     {{"separator", Takes::kString}, kOneText},
     2,
     false,
     Split},
    {"startswith",
     kText,
     "startswith(text, prefix)",
     "Whether a text begins with another.",
     R"(startswith("/srv/db", "/srv"))",
     "true",
     {kOneText, {"prefix", Takes::kString}},
     2,
     false,
     StartsWith},
    {"strcontains",
     kText,
     "strcontains(text, part)",
     "Whether a text holds another.",
     R"(strcontains("postgres", "gres"))",
     "true",
     {kOneText, {"part", Takes::kString}},
     2,
     false,
     StrContains},
    {"strrev",
     kText,
     "strrev(text)",
     "The characters of a text from the last to the first.",
     R"(strrev("abc"))",
     R"("cba")",
     {kOneText},
     1,
     false,
     StrRev},
    {"substr",
     kText,
     "substr(text, from, length)",
     "A part of a text, counted in characters from 0; a negative start "
     "counts "
     "from the end, the length -1 takes all the rest.",
     R"(substr("finance-app", 0, 7))",
     R"("finance")",
     {kOneText, {"from", Takes::kInteger}, {"length", Takes::kInteger}},
     3,
     false,
     Substr},
    {"title",
     kText,
     "title(text)",
     "Turns the first letter of every word into a capital.",
     R"(title("web shop"))",
     R"("Web Shop")",
     {kOneText},
     1,
     false,
     Title},
    {"trim",
     kText,
     "trim(text, characters)",
     "Removes the given characters from both ends of a text.",
     R"(trim("--a--", "-"))",
     R"("a")",
     {kOneText, {"characters", Takes::kString}},
     2,
     false,
     Trim},
    {"trimprefix",
     kText,
     "trimprefix(text, prefix)",
     "Removes a text from the beginning, if it is there.",
     R"(trimprefix("web-shop", "web-"))",
     R"("shop")",
     {kOneText, {"prefix", Takes::kString}},
     2,
     false,
     TrimPrefix},
    {"trimspace",
     kText,
     "trimspace(text)",
     "Removes blanks, tabs and line ends from both ends of a text.",
     R"(trimspace("  a \n"))",
     R"("a")",
     {kOneText},
     1,
     false,
     TrimSpace},
    {"trimsuffix",
     kText,
     "trimsuffix(text, suffix)",
     "Removes a text from the end, if it is there.",
     R"(trimsuffix("db.pol", ".pol"))",
     R"("db")",
     {kOneText, {"suffix", Takes::kString}},
     2,
     false,
     TrimSuffix},
    {"upper",
     kText,
     "upper(text)",
     "Turns letters into capitals.",
     R"(upper("äbc"))",
     R"("ÄBC")",
     {kOneText},
     1,
     false,
     Upper},
};

}  // namespace

absl::Span<const Function> TextFunctions() { return kFunctions; }

}  // namespace pol::eval
