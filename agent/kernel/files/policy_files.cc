#include "agent/kernel/files/policy_files.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/filecontexts/substitutions.h"

namespace pol::kernel {
namespace {

// Whether `path` is `folder` or below it.
bool Below(const std::string& path, const std::string& folder) {
  return absl::StartsWith(path, folder) &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

std::string PolicyName(const std::string& config) {
  constexpr char kKey[] = "SELINUXTYPE=";
  std::string name = "targeted";
  for (absl::string_view line : absl::StrSplit(config, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, kKey))
      name = std::string(absl::StripAsciiWhitespace(line));
  }
  return name;
}

Equivalences ParseEquivalences(const std::string& text) {
  Equivalences result;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() < 2 || words[0][0] == '#') continue;
    result.emplace_back(std::move(words[0]), std::move(words[1]));
  }
  return result;
}

std::string Substitute(const Equivalences& equivalences,
                       const std::string& path) {
  return filecontexts::Substitutions(equivalences).Apply(path).value_or(path);
}

std::vector<std::string> Unsubstitute(const Equivalences& equivalences,
                                      const std::string& prefix) {
  std::vector<std::string> result = {prefix};
  for (const auto& [from, to] : equivalences) {
    if (Below(prefix, to)) {
      result.push_back(absl::StrCat(from, prefix.substr(to.size())));
    } else if (absl::StartsWith(to, prefix)) {
      result.push_back(from);
    }
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace pol::kernel
