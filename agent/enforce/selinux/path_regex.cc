#include "agent/enforce/selinux/path_regex.h"

#include <cctype>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace pol::enforce {
namespace {

constexpr std::string_view kMeta = ".^$?*+|[]({)}\\";

}  // namespace

std::string EscapePath(const std::string& path) {
  std::string regex;
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte > '~') {
      absl::StrAppend(&regex, "[\\x", absl::Hex(byte, absl::kZeroPad2), "]");
      continue;
    }
    if (kMeta.find(c) != kMeta.npos) regex.push_back('\\');
    regex.push_back(c);
  }
  return regex;
}

std::string LiteralPrefix(const std::string& regex) {
  std::string prefix;
  for (size_t i = 0; i < regex.size();) {
    char c = regex[i];
    size_t next = i + 1;
    if (c == '\\') {
      // "\." is a dot; "\d" and "\x20" are left to the engine.
      if (next == regex.size() ||
          std::isalnum(static_cast<unsigned char>(regex[next]))) {
        break;
      }
      c = regex[next++];
    } else if (kMeta.find(c) != kMeta.npos) {
      break;
    }
    // What may be left out is not common to all.
    if (next < regex.size() &&
        std::string_view("?*{").find(regex[next]) != std::string_view::npos) {
      break;
    }
    prefix.push_back(c);
    i = next;
  }
  return prefix;
}

bool HasBareAlternative(const std::string& regex) {
  int depth = 0;
  for (size_t i = 0; i < regex.size(); ++i) {
    switch (regex[i]) {
      case '\\':
        ++i;
        break;
      case '(':
        ++depth;
        break;
      case ')':
        --depth;
        break;
      case '[': {
        // The first character of a class belongs to it, even "]".
        size_t first = i + 1 < regex.size() && regex[i + 1] == '^' ? 2 : 1;
        size_t end = regex.find(']', i + first + 1);
        if (end == regex.npos) return false;
        i = end;
        break;
      }
      case '|':
        if (depth == 0) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

}  // namespace pol::enforce
