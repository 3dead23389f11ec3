#include "tests/golden/format_texts.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "compiler/support/check.h"
#include "compiler/support/files.h"
#include "tests/golden/case.h"
#include "tests/golden/mutant.h"
#include "tests/golden/random_text.h"

namespace pol::golden {
namespace {

// A mutant of a long text is mostly that text.
constexpr size_t kSeedLimit = 4000;

std::vector<std::string> PolicyPaths(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".pol") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::vector<std::string> SeedTexts() {
  const char* source = std::getenv("POL_SOURCE_DIR");
  POL_CHECK(source != nullptr) << "POL_SOURCE_DIR is not set";
  std::vector<std::string> texts;
  for (const Case& golden :
       ReadCases(std::string(source) + "/tests/golden/cases")) {
    texts.push_back(golden.text);
  }
  for (const std::string& path :
       PolicyPaths(std::string(source) + "/policies")) {
    const auto text = support::ReadFile(path, 1 << 20);
    POL_CHECK(text.ok()) << std::string(text.status().message());
    if (text->size() <= kSeedLimit) texts.push_back(*text);
  }
  return texts;
}

std::string MutantTexts::Next() {
  // Every second text has all constructs in it; of these, half are as written.
  if (dice_.OneIn(2)) return Mutant(dice_.OneOf(seeds_), dice_);
  std::string text = RandomText(dice_);
  return dice_.OneIn(2) ? text : Mutant(std::move(text), dice_);
}

}  // namespace pol::golden
