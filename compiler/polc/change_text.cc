#include "compiler/polc/change_text.h"

#include <map>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "compiler/diag/printable.h"

namespace pol::polc {
namespace {

using apply::v1::Change;
using apply::v1::FenceReport;
using apply::v1::Finding;

constexpr std::string_view kFile = "file ";

std::string Shown(const std::string& text) {
  return diag::MakePrintable(text).text;
}

char MarkOf(const Change& change) {
  if (change.before().empty()) return '+';
  return change.after().empty() ? '-' : '~';
}

std::string Values(const Change& change) {
  if (change.before().empty()) return Shown(change.after());
  if (change.after().empty()) return Shown(change.before());
  return absl::StrCat(Shown(change.before()), " -> ", Shown(change.after()));
}

// Changes that are alike but for the file.
struct Group {
  std::vector<const Change*> changes;
};

std::vector<Group> GroupChanges(const FenceReport& fence) {
  using Key = std::tuple<std::string, std::string, std::string, std::string,
                         std::string>;
  std::vector<Group> groups;
  std::map<Key, size_t> by_key;
  for (const Change& change : fence.changes()) {
    // What the policy names itself stands for itself.
    bool found_by_walking =
        !change.rule().empty() ||
        (change.origin().empty() && absl::StartsWith(change.object(), "file "));
    if (!found_by_walking) {
      groups.push_back({{&change}});
      continue;
    }
    auto [at, added] =
        by_key.emplace(Key(change.rule(), change.origin(), change.aspect(),
                           change.before(), change.after()),
                       groups.size());
    if (added) groups.emplace_back();
    groups[at->second].changes.push_back(&change);
  }
  return groups;
}

std::string ChangeLine(const Change& change, const TextOptions& options) {
  std::string by =
      change.rule().empty()
          ? InParentheses(change.origin())
          : absl::StrCat(" by ", change.rule(), InParentheses(change.origin()));
  return absl::StrCat("  ", Mark(MarkOf(change), options), " ",
                      Shown(change.object()), " ", change.aspect(), ": ",
                      Values(change), by, "\n");
}

// "fcontext /srv/app(/.*)? (web.pol:12) relabels 37 files: A -> B"
std::string GroupLine(const Group& group, const TextOptions& options) {
  const Change& first = *group.changes.front();
  const size_t count = group.changes.size();
  std::string line = absl::StrCat("  ", Mark(MarkOf(first), options), " ");
  if (first.rule().empty()) {
    absl::StrAppend(&line, count,
                    " files that left the policy: ", first.aspect(), " ");
  } else {
    const char* verb = first.before().empty()  ? " labels "
                       : first.after().empty() ? " takes the label of "
                                               : " relabels ";
    absl::StrAppend(&line, first.rule(), InParentheses(first.origin()), verb,
                    count, " files: ");
  }
  return absl::StrCat(line, Values(first), "\n");
}

std::string NamesOf(const Group& group, const TextOptions& options) {
  std::string out;
  int left = options.detail == Detail::kFull ? -1 : kMaxListed;
  for (const Change* change : group.changes) {
    if (left-- == 0) {
      absl::StrAppend(&out, "      … and ", group.changes.size() - kMaxListed,
                      " more (--full shows all)\n");
      break;
    }
    absl::string_view name = change->object();
    absl::ConsumePrefix(&name, kFile.data());
    absl::StrAppend(&out, "      ", Shown(std::string(name)), "\n");
  }
  return out;
}

std::string FindingLine(const Finding& finding, const TextOptions& options) {
  std::string word = absl::StrCat(
      "warning",
      finding.code().empty() ? "" : absl::StrCat("[", finding.code(), "]"));
  if (options.color) word = absl::StrCat("\033[1;33m", word, "\033[0m");
  return absl::StrCat("  ", word, ": ", Shown(finding.object()), ": ",
                      finding.text(), InParentheses(finding.origin()), "\n");
}

std::string ChangesText(const FenceReport& fence, const TextOptions& options) {
  std::string out;
  int single = 0;
  int left_out = 0;
  for (const Group& group : GroupChanges(fence)) {
    if (group.changes.size() > 1) {
      out += GroupLine(group, options);
      if (options.detail != Detail::kShort) out += NamesOf(group, options);
    } else if (++single <= kMaxListed || options.detail == Detail::kFull) {
      out += ChangeLine(*group.changes.front(), options);
    } else {
      ++left_out;
    }
  }
  if (left_out != 0) {
    absl::StrAppend(&out, "    … and ", left_out,
                    " more changes (--full shows all)\n");
  }
  return out;
}

}  // namespace

std::string InParentheses(const std::string& origin) {
  return origin.empty() ? "" : absl::StrCat(" (", origin, ")");
}

std::string Mark(char mark, const TextOptions& options) {
  std::string text(1, mark);
  if (!options.color) return text;
  const char* color = mark == '+'   ? "\033[32m"
                      : mark == '-' ? "\033[31m"
                                    : "\033[33m";
  return absl::StrCat(color, text, "\033[0m");
}

std::string FenceText(const FenceReport& fence, const TextOptions& options) {
  if (fence.available() && fence.changes().empty() && fence.error().empty() &&
      fence.findings().empty()) {
    return "";
  }
  std::string out = absl::StrCat(fence.name(), ":");
  if (!fence.available()) {
    absl::StrAppend(&out, " not enforced on this host: ", fence.reason());
  }
  absl::StrAppend(&out, "\n");
  if (!fence.error().empty())
    absl::StrAppend(&out, "  cannot be read: ", fence.error(), "\n");
  out += ChangesText(fence, options);
  for (const Finding& finding : fence.findings())
    out += FindingLine(finding, options);
  return out;
}

std::string CountsText(const apply::v1::PlanCounts& counts, bool done) {
  const char* to = done ? " " : " to ";
  return absl::StrCat(counts.add(), to, done ? "added" : "add", ", ",
                      counts.change(), to, done ? "changed" : "change", ", ",
                      counts.remove(), to, done ? "removed" : "remove");
}

}  // namespace pol::polc
