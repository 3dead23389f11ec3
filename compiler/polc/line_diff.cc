#include "compiler/polc/line_diff.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/support/view.h"

namespace pol::polc {
namespace {

constexpr size_t kContext = 3;

// With their ends.
std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

void AddLine(char mark, std::string_view line, std::string& out) {
  absl::StrAppend(&out, std::string(1, mark), support::ToAbsl(line));
  if (line.back() != '\n') out += "\n\\ No newline at end of file\n";
}

// "3,7": line 3 and the six behind it. Nothing at all is behind line 0.
std::string Range(size_t first, size_t end) {
  return absl::StrCat(end > first ? first + 1 : first, ",", end - first);
}

class Diff {
 public:
  Diff(std::string_view before, std::string_view after)
      : before_(Lines(before)), after_(Lines(after)) {}

  std::string Hunks() {
    std::string out;
    size_t line = 0;
    while ((line = NextChange(line)) < Count()) {
      const size_t first = line - std::min(line, kContext);
      size_t end = EndOfChange(line);
      // Changes whose contexts would touch are one hunk.
      for (size_t next = NextChange(end);
           next < Count() && next - end <= 2 * kContext;
           next = NextChange(end)) {
        end = EndOfChange(next);
      }
      AddHunk(first, std::min(end + kContext, Count()), out);
      line = end;
    }
    return out;
  }

 private:
  size_t Count() const { return std::max(before_.size(), after_.size()); }

  bool Same(size_t line) const {
    return line < before_.size() && line < after_.size() &&
           before_[line] == after_[line];
  }
  size_t NextChange(size_t line) const {
    while (line < Count() && Same(line)) ++line;
    return line;
  }
  size_t EndOfChange(size_t line) const {
    while (line < Count() && !Same(line)) ++line;
    return line;
  }

  void AddHunk(size_t first, size_t end, std::string& out) const {
    absl::StrAppend(&out, "@@ -", Range(first, std::min(end, before_.size())),
                    " +", Range(first, std::min(end, after_.size())), " @@\n");
    for (size_t line = first; line < end;) {
      if (Same(line)) {
        AddLine(' ', before_[line++], out);
        continue;
      }
      const size_t stop = std::min(EndOfChange(line), end);
      for (size_t i = line; i < std::min(stop, before_.size()); ++i) {
        AddLine('-', before_[i], out);
      }
      for (size_t i = line; i < std::min(stop, after_.size()); ++i) {
        AddLine('+', after_[i], out);
      }
      line = stop;
    }
  }

  const std::vector<std::string_view> before_;
  const std::vector<std::string_view> after_;
};

}  // namespace

std::string LineDiff(std::string_view name, std::string_view before,
                     std::string_view after) {
  const std::string hunks = Diff(before, after).Hunks();
  if (hunks.empty()) return "";
  return absl::StrCat("--- ", support::ToAbsl(name), "\n+++ ",
                      support::ToAbsl(name), "\n", hunks);
}

}  // namespace pol::polc
