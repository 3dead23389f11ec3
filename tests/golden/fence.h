// The examples of a page in Markdown: what stands between "```" and "```".
#ifndef POL_TESTS_GOLDEN_FENCE_H_
#define POL_TESTS_GOLDEN_FENCE_H_

#include <string>
#include <string_view>
#include <vector>

namespace pol::golden {

struct Fence {
  std::vector<std::string> info;  // the words behind the opening "```"
  std::string text;
  size_t line = 0;  // of the page, where the fence opens

  // Whether it is of a language: the first word.
  bool Is(std::string_view language) const {
    return !info.empty() && info[0] == language;
  }
};

// In the order of the page. A fence that is never closed ends with the page.
std::vector<Fence> FencesOf(const std::string& page);

// The text of a page below docs/ or beside it; POL_CHECKs that it is there.
std::string ReadPageText(std::string_view name);

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_FENCE_H_
