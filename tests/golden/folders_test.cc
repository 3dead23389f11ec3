// Every case in folders/: a policy's folder in one text.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "compiler/diag/render.h"
#include "compiler/driver/diagnostics.h"
#include "tests/golden/case.h"
#include "tests/golden/folder.h"

namespace pol::golden {
namespace {

constexpr size_t kLineLimit = 40;

// Cases would be too large; compiler/driver/load_modules_test.cc makes them.
constexpr const char* kWithoutCase[] = {"P2209"};

TEST(FoldersTest, AreAsAnnounced) {
  std::set<std::string> announced(std::begin(kWithoutCase),
                                  std::end(kWithoutCase));
  for (const Case& golden :
       ReadCases(std::string(std::getenv("POL_SOURCE_DIR")) +
                 "/tests/golden/folders")) {
    SCOPED_TRACE(golden.name);
    EXPECT_LT(golden.lines, kLineLimit);
    const FolderRun run = LoadFolder(golden.text);
    EXPECT_EQ(run.announcements, golden.announced)
        << diag::RenderText(run.diagnostics, run.sources, {});
    for (const auto& [line, severity, code] : golden.announced) {
      announced.insert(code);
    }
  }
  for (const diag::Code* code : driver::kCodes) {
    EXPECT_TRUE(announced.count(code->Name()) > 0)
        << code->Name() << " (" << code->title << ") has no case";
  }
}

}  // namespace
}  // namespace pol::golden
