#include "compiler/driver/all_codes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace pol::driver {
namespace {

TEST(AllCodesTest, NumbersAreGivenOnce) {
  uint16_t previous = 0;
  for (const diag::Code* code : AllCodes()) {
    EXPECT_LT(previous, code->number) << code->title;
    previous = code->number;
  }
  EXPECT_GT(AllCodes().size(), 80u);
}

// A room that declares codes and is not gathered would have no page that
// anybody finds.
TEST(AllCodesTest, EveryRoomThatDeclaresCodesIsGathered) {
  const char* source = std::getenv("POL_SOURCE_DIR");
  ASSERT_NE(source, nullptr);
  const std::filesystem::path compiler =
      std::filesystem::path(source) / "compiler";
  std::ifstream file(compiler / "driver/all_codes.cc");
  std::stringstream gathered;
  gathered << file.rdbuf();
  for (const auto& room : std::filesystem::directory_iterator(compiler)) {
    if (!std::filesystem::exists(room.path() / "diagnostics.h")) continue;
    const std::string include = "#include \"compiler/" +
                                room.path().filename().string() +
                                "/diagnostics.h\"";
    EXPECT_NE(gathered.str().find(include), std::string::npos) << include;
  }
}

}  // namespace
}  // namespace pol::driver
