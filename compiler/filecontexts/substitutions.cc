#include "compiler/filecontexts/substitutions.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "compiler/support/paths.h"
#include "compiler/support/view.h"

namespace pol::filecontexts {
namespace {

using support::ToAbsl;

// libselinux reads lines into a buffer; what is longer becomes several.
constexpr size_t kMaxLine = 1021;

// To libselinux a line for "/" speaks of nothing below it.
bool Fits(std::string_view path, std::string_view from) {
  return from == "/" ? path == "/" : support::IsAtOrBelow(path, from);
}

}  // namespace

absl::StatusOr<Substitutions> Substitutions::Parse(std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    return absl::UnimplementedError("a NUL byte");
  Substitutions result;
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(ToAbsl(text), '\n')) {
    ++number;
    auto differs = [number](absl::string_view what) {
      return absl::UnimplementedError(
          absl::StrCat("line ", number, ": ", what,
                       ", which releases of libselinux read differently"));
    };
    if (line.size() > kMaxLine) return differs("a long line");
    std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t\v\f\r"), absl::SkipEmpty());
    if (words.empty() || words[0][0] == '#') continue;
    if (words.size() == 1) {
      const bool last = line.data() + line.size() == text.data() + text.size();
      if (last && absl::EndsWith(line, words[0]))
        return differs("one word without an end of line");
      continue;
    }
    result.pairs_.emplace_back(words[0], words[1]);
  }
  return result;
}

std::optional<std::string> Substitutions::Apply(std::string_view path) const {
  for (auto it = pairs_.rbegin(); it != pairs_.rend(); ++it) {
    const auto& [from, to] = *it;
    if (!Fits(path, from)) continue;
    std::string_view rest = path.substr(from.size());
    if (to == "/" && !rest.empty()) rest.remove_prefix(1);
    return absl::StrCat(to, ToAbsl(rest));
  }
  return std::nullopt;
}

bool Substitutions::IsUnknown(std::string_view path) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [path](const auto& pair) {
    const size_t star = pair.first.find('*');
    return star != std::string::npos &&
           path.substr(0, star) == std::string_view(pair.first).substr(0, star);
  });
}

bool Substitutions::DividesChildren(std::string_view folder) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [folder](const auto& pair) {
    const std::string_view from = pair.first;
    if (from.find('*') != std::string_view::npos) return true;
    return from.size() > folder.size() && support::IsAtOrBelow(from, folder);
  });
}

}  // namespace pol::filecontexts
