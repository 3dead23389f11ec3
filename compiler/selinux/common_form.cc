#include "compiler/selinux/common_form.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/view.h"

namespace pol::selinux {
namespace {

// What every release takes for a metacharacter, and what some do.
constexpr std::string_view kMeta = ".^$?*+|[({";
constexpr std::string_view kEveryMeta = ".^$?*+|[({])}\\";

bool In(std::string_view set, char c) { return set.find(c) != set.npos; }

bool IsHex(char c) { return absl::ascii_isxdigit(static_cast<uint8_t>(c)); }
bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// The length of the escape at the start of `text`, which begins with `\`.
size_t EscapeLength(std::string_view text) {
  size_t end = 2;
  if (text[1] == 'x' && text.size() > 2 && text[2] == '{') {
    size_t close = text.find('}');
    return close == text.npos ? text.size() : close + 1;
  }
  if (text[1] == 'x') {
    while (end < text.size() && end < 4 && IsHex(text[end])) ++end;
  } else if (text[1] == '0') {
    while (end < text.size() && end < 4 && IsOctal(text[end])) ++end;
  }
  return end;
}

// An escape that stands for one byte, or one of several, in a class too.
bool FitsClass(std::string_view escape) {
  return In("xaefnrt0dDsSwWhHvV", escape[1]);
}

// Where the class that begins at `begin` ends, behind its `]`.
size_t ClassEnd(std::string_view text, size_t begin) {
  size_t at = begin + 1;
  if (at < text.size() && text[at] == '^') ++at;
  if (at < text.size() && text[at] == ']') ++at;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '[' && at + 1 < text.size() && text[at + 1] == ':') {
      size_t close = text.find(":]", at + 2);
      if (close != text.npos) at = close + 1;
    } else if (text[at] == ']') {
      return at + 1;
    }
  }
  return text.size();
}

// The alternatives outside any group.
std::vector<std::string_view> Alternatives(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '[') {
      at = ClassEnd(text, at) - 1;
    } else if (text[at] == '(') {
      ++depth;
    } else if (text[at] == ')') {
      --depth;
    } else if (text[at] == '|' && depth == 0) {
      parts.push_back(text.substr(begin, at - begin));
      begin = at + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// Rewrites what stands before the first metacharacter.
absl::StatusOr<std::string> CommonStem(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (In(kMeta, text[at])) return out + std::string(text.substr(at));
    if (text[at] != '\\') {
      if (In("])}", text[at])) out += '\\';
      out += text[at++];
      continue;
    }
    if (at + 1 == text.size())
      return absl::InvalidArgumentError("it ends in a lone `\\`");
    const char next = text[at + 1];
    std::string_view escape = text.substr(at, EscapeLength(text.substr(at)));
    at += escape.size();
    if (In(kEveryMeta, next)) {
      absl::StrAppend(&out, support::ToAbsl(escape));
    } else if (FitsClass(escape)) {
      return absl::StrCat(out, "[", support::ToAbsl(escape), "]",
                          support::ToAbsl(text.substr(at)));
    } else if (!absl::ascii_isalnum(static_cast<uint8_t>(next))) {
      out += next;
    } else {
      return absl::UnimplementedError(
          absl::StrCat("releases of libselinux read `", support::ToAbsl(escape),
                       "` differently, and it has no form that they read "
                       "alike"));
    }
  }
  return out;
}

absl::Status CheckPcre(const std::string& expression) {
  int code = 0;
  size_t offset = 0;
  std::string anchored = absl::StrCat("^", expression, "$");
  pcre2_code* compiled =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(anchored.data()),
                    anchored.size(), PCRE2_DOTALL, &code, &offset, nullptr);
  if (compiled != nullptr) {
    pcre2_code_free(compiled);
    return absl::OkStatus();
  }
  std::array<PCRE2_UCHAR, 256> message;
  pcre2_get_error_message(code, message.data(), message.size());
  return absl::InvalidArgumentError(
      absl::StrCat(reinterpret_cast<const char*>(message.data()), " behind `",
                   expression.substr(0, offset > 0 ? offset - 1 : 0), "`"));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> CommonForm(
    std::string_view expression) {
  POL_RETURN_IF_ERROR(CheckPcre(std::string(expression)));
  std::vector<std::string> forms;
  const std::vector<std::string_view> parts = Alternatives(expression);
  for (std::string_view part : parts) {
    if (parts.size() > 1 && (part.empty() || part[0] != '/')) {
      return absl::InvalidArgumentError(
          "each alternative outside a group begins with `/`; write a group");
    }
    POL_ASSIGN_OR_RETURN(std::string form, CommonStem(part));
    forms.push_back(std::move(form));
  }
  return forms;
}

}  // namespace pol::selinux
