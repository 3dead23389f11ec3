#include "tests/golden/fence.h"

#include <cstdlib>
#include <sstream>

#include "absl/strings/str_split.h"
#include "compiler/diag/cat.h"
#include "compiler/support/check.h"
#include "compiler/support/files.h"

namespace pol::golden {

std::vector<Fence> FencesOf(const std::string& page) {
  std::vector<Fence> fences;
  std::istringstream lines(page);
  std::string line;
  size_t number = 0;
  while (std::getline(lines, line)) {
    ++number;
    if (line.rfind("```", 0) != 0) continue;
    Fence fence;
    fence.line = number;
    fence.info = absl::StrSplit(line.substr(3), ' ', absl::SkipEmpty());
    while (std::getline(lines, line) && line != "```") {
      ++number;
      fence.text += line + "\n";
    }
    ++number;
    fences.push_back(std::move(fence));
  }
  return fences;
}

std::string ReadPageText(std::string_view name) {
  const char* root = std::getenv("POL_SOURCE_DIR");
  POL_CHECK(root != nullptr) << "POL_SOURCE_DIR names the source tree";
  const auto text = support::ReadFile(diag::Cat(root, "/", name), 1 << 20);
  POL_CHECK(text.ok()) << text.status();
  return *text;
}

}  // namespace pol::golden
