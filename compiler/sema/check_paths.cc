#include "compiler/sema/check_paths.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "compiler/diag/cat.h"
#include "compiler/support/view.h"

namespace pol::sema {
namespace {

constexpr size_t kPathLimit = 4095;  // PATH_MAX without its NUL
constexpr size_t kNameLimit = 127;

template <typename... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(diag::Cat(parts...));
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool IsUnitCharacter(char c) {
  constexpr std::string_view kMarks = ":_.\\@-";
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         kMarks.find(c) != kMarks.npos;
}

}  // namespace

absl::Status CheckFilePath(std::string_view path) {
  if (path.empty()) return Wrong("the path is empty");
  if (path[0] != '/') return Wrong("a path begins with `/`");
  if (path == "/") return Wrong("the path names no file");
  if (path.size() > kPathLimit) {
    return Wrong("the path has ", path.size(), " bytes; at most ", kPathLimit,
                 " are possible");
  }
  if (std::any_of(path.begin(), path.end(), IsControl)) {
    return Wrong("a path holds no control characters");
  }
  if (path.back() == '/') return Wrong("a path does not end in `/`");
  for (absl::string_view name :
       absl::StrSplit(support::ToAbsl(path.substr(1)), '/')) {
    if (name.empty()) return Wrong("a path has no empty part (`//`)");
    if (name == "." || name == "..") {
      return Wrong("a path has no `", support::ToStd(name), "` part");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCgroup(std::string_view path) {
  POL_RETURN_IF_ERROR(CheckFilePath(path));
  for (absl::string_view name :
       absl::StrSplit(support::ToAbsl(path.substr(1)), '/')) {
    if (name.size() > kNameLimit) {
      return Wrong("a cgroup's name has at most ", kNameLimit, " bytes, `",
                   support::ToStd(name), "` has ", name.size());
    }
    if (absl::StartsWith(name, "cgroup.")) {
      return Wrong("names that begin with `cgroup.` are the kernel's own");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckUnit(std::string_view name) {
  constexpr std::array<std::string_view, 3> kSuffixes = {".service", ".scope",
                                                         ".socket"};
  const auto suffix = std::find_if(
      kSuffixes.begin(), kSuffixes.end(), [&](std::string_view candidate) {
        return name.size() > candidate.size() &&
               name.substr(name.size() - candidate.size()) == candidate;
      });
  if (suffix == kSuffixes.end()) {
    return Wrong(
        "a unit with processes ends in `.service`, `.scope` or `.socket`");
  }
  const auto bad = std::find_if_not(name.begin(), name.end(), IsUnitCharacter);
  if (bad != name.end()) {
    return Wrong("a unit's name has no `", std::string_view(&*bad, 1), "`");
  }
  if (name.size() > kNameLimit) {
    return Wrong("a unit's name has at most ", kNameLimit, " bytes, this has ",
                 name.size());
  }
  const std::string_view stem = name.substr(0, name.size() - suffix->size());
  if (stem.back() == '@') {
    return Wrong("a template has no processes; name an instance, as in `", stem,
                 "main", *suffix, "`");
  }
  return absl::OkStatus();
}

absl::Status CheckUser(std::string_view user) {
  if (user.empty()) return Wrong("the user is empty");
  const bool number = std::all_of(user.begin(), user.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  if (number) {
    uint32_t uid = 0;
    // The highest number means "no user" to the kernel.
    if (!absl::SimpleAtoi(support::ToAbsl(user), &uid) || uid == UINT32_MAX) {
      return Wrong("a uid is at most 4294967294");
    }
    return absl::OkStatus();
  }
  if (user.size() > 32) return Wrong("a login name has at most 32 bytes");
  for (size_t i = 0; i < user.size(); ++i) {
    const auto c = static_cast<unsigned char>(user[i]);
    const bool letter = absl::ascii_isalpha(c) || c == '_';
    const bool later = absl::ascii_isdigit(c) || c == '-' || c == '.';
    const bool last = c == '$' && i + 1 == user.size();
    if (!letter && !(i > 0 && (later || last))) {
      return Wrong(
          "a login name begins with a letter or `_` and goes on with "
          "letters, digits, `_`, `-` and `.`");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPathExpression(std::string_view text) {
  if (text.empty()) return Wrong("the path is empty");
  if (text[0] != '/') return Wrong("a path expression begins with `/`");
  if (text.size() >= 4096) {
    return Wrong("a path expression is shorter than 4096 bytes");
  }
  int parentheses = 0;
  bool in_class = false;
  size_t class_begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') return Wrong("a blank in a path is written `\\s`");
    if (c < 0x20 || c == 0x7F) {
      return Wrong(
          "a path expression is printable ASCII; write `.` for any "
          "other byte");
    }
    if (c == '\\') {
      const char next = i + 1 < text.size() ? text[i + 1] : '\0';
      if (next == '\0') return Wrong("the path ends in a lone `\\`");
      const bool reference =
          (next >= '1' && next <= '9') || next == 'g' || next == 'k';
      if (reference && !in_class) {
        return Wrong("back references (`\\", std::string_view(&text[i + 1], 1),
                     "`) are not understood by every matcher");
      }
      ++i;
    } else if (in_class) {
      // "]" right behind "[" or "[^" stands for itself.
      const bool first =
          i == class_begin + 1 || (i == class_begin + 2 && text[i - 1] == '^');
      if (c == ']' && !first) in_class = false;
    } else if (c == '[') {
      in_class = true;
      class_begin = i;
    } else if (c == '(') {
      if (i + 1 < text.size() && (text[i + 1] == '?' || text[i + 1] == '*')) {
        return Wrong("groups that begin with `(",
                     std::string_view(&text[i + 1], 1),
                     "` (look-around and the like) are not understood by "
                     "every matcher");
      }
      ++parentheses;
    } else if (c == ')' && --parentheses < 0) {
      return Wrong("a `)` without its `(`");
    }
  }
  if (in_class) return Wrong("a `[` without its `]`");
  if (parentheses > 0) return Wrong("a `(` without its `)`");
  return absl::OkStatus();
}

}  // namespace pol::sema
