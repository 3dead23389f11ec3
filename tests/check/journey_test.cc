// The journey in docs/architecture.md is what the program prints today.
// POL_UPDATE=1 rewrites the page.

#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "compiler/driver/compile.h"
#include "compiler/support/files.h"

namespace pol {
namespace {

constexpr char kBegin[] = "<!-- journey:begin -->\n```\n";
constexpr char kEnd[] = "```\n<!-- journey:end -->\n";

TEST(JourneyTest, ArchitectureShowsEveryStageAsPrinted) {
  const char* root = std::getenv("POL_SOURCE_DIR");
  ASSERT_NE(root, nullptr) << "POL_SOURCE_DIR names the source tree";
  absl::StatusOr<driver::Compilation> compilation =
      driver::Compile(absl::StrCat(root, "/policies/examples/db-access"));
  ASSERT_TRUE(compilation.ok()) << compilation.status();
  absl::StatusOr<std::string> journey = driver::PrintAll(*compilation);
  ASSERT_TRUE(journey.ok()) << journey.status();

  std::string path = absl::StrCat(root, "/docs/architecture.md");
  absl::StatusOr<std::string> page = support::ReadFile(path, 1u << 20);
  ASSERT_TRUE(page.ok()) << page.status();
  size_t begin = page->find(kBegin);
  size_t end = page->find(kEnd);
  ASSERT_TRUE(begin != page->npos && end != page->npos)
      << "the markers are gone";
  begin += sizeof kBegin - 1;
  if (std::getenv("POL_UPDATE") != nullptr) {
    page->replace(begin, end - begin, *journey);
    ASSERT_TRUE(support::WriteFile(path, *page, 0644).ok());
    return;
  }
  EXPECT_EQ(page->substr(begin, end - begin), *journey)
      << "run with POL_UPDATE=1 to rewrite docs/architecture.md";
}

}  // namespace
}  // namespace pol
