#include "agent/kernel/files/equivalences.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/support/paths.h"

namespace pol::kernel {
namespace {

std::optional<EquivalenceEntry> ParseLine(absl::string_view line) {
  std::vector<std::string> words =
      absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.size() < 2 || words[0][0] == '#') return std::nullopt;
  return EquivalenceEntry{std::move(words[0]), std::move(words[1])};
}

// Every path beginning that `list` may turn into one with `prefix`.
std::vector<std::string> Unsubstitute(const EquivalenceList& list,
                                      const std::string& prefix) {
  std::vector<std::string> result = {prefix};
  for (const auto& [path, equal_to] : list) {
    if (support::IsAtOrBelow(prefix, equal_to)) {
      const size_t kept = equal_to == "/" ? 0 : equal_to.size();
      result.push_back(absl::StrCat(path, prefix.substr(kept)));
    } else if (absl::StartsWith(equal_to, prefix)) {
      result.push_back(path);
    }
  }
  return result;
}

}  // namespace

EquivalenceList ParseEquivalences(const std::string& text) {
  EquivalenceList list;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (std::optional<EquivalenceEntry> entry = ParseLine(line))
      list.push_back(*std::move(entry));
  }
  return list;
}

std::string EditEquivalences(const std::string& text,
                             const EquivalenceList& wanted) {
  if (ParseEquivalences(text) == wanted) return text;
  std::string out;
  auto next = wanted.begin();
  auto add_up_to = [&](EquivalenceList::const_iterator end) {
    for (; next != end; ++next)
      absl::StrAppend(&out, next->path, " ", next->equal_to, "\n");
  };
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  for (absl::string_view line : lines) {
    if (std::optional<EquivalenceEntry> entry = ParseLine(line)) {
      auto found = std::find(next, wanted.end(), *entry);
      if (found == wanted.end()) continue;
      add_up_to(found);
      ++next;
    }
    absl::StrAppend(&out, line, "\n");
  }
  add_up_to(wanted.end());
  return out;
}

filecontexts::Substitutions ToSubstitutions(const EquivalenceList& list) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const EquivalenceEntry& one : list)
    pairs.emplace_back(one.path, one.equal_to);
  return filecontexts::Substitutions(std::move(pairs));
}

PathMap::PathMap(EquivalenceList own, EquivalenceList of_policy)
    : own_(std::move(own)),
      of_policy_(std::move(of_policy)),
      first_(ToSubstitutions(own_)),
      second_(ToSubstitutions(of_policy_)) {}

std::string PathMap::Canonical(const std::string& path) const {
  std::string middle = first_.Apply(path).value_or(path);
  return second_.Apply(middle).value_or(middle);
}

std::vector<std::string> PathMap::Aliases(const std::string& prefix) const {
  std::vector<std::string> result;
  for (const std::string& middle : Unsubstitute(of_policy_, prefix)) {
    for (std::string& alias : Unsubstitute(own_, middle))
      result.push_back(std::move(alias));
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace pol::kernel
