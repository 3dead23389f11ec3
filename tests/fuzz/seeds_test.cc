// The seeds of one fuzz target as a plain test: none of them brings the program
// down.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "compiler/support/files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace pol {
namespace {

TEST(SeedsTest, AreSurvived) {
  size_t seeds = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::getenv("POL_SEEDS"))) {
    SCOPED_TRACE(entry.path());
    const auto bytes = support::ReadFile(entry.path(), 16 << 20);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    EXPECT_EQ(
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes->data()),
                               bytes->size()),
        0);
    ++seeds;
  }
  EXPECT_GT(seeds, 0u);
}

}  // namespace
}  // namespace pol
