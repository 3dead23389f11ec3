// HashiCorp's own runner judges our parser and evaluator over HCL's
// conformance suite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "compiler/support/files.h"
#include "tests/harness/elsewhere.h"

namespace pol {
namespace {

struct Outcome {
  int status = -1;
  std::string output;
};

Outcome Shell(const std::string& command) {
  Outcome out;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> buffer;
  while (size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    out.output.append(buffer.data(), got);
  }
  out.status = pclose(pipe);
  return out;
}

size_t Count(const std::string& folder, const std::string& suffix) {
  size_t out = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().string().ends_with(suffix)) ++out;
  }
  return out;
}

TEST(HclSpecSuiteTest, AllCasesPass) {
  const std::string suite = harness::Elsewhere("conformance/hcl-specsuite");
  const std::string build = std::getenv("POL_BUILD_DIR");
  const std::string runner = build + "/peers/hclspecsuite";
  if (!std::filesystem::exists(runner)) {
    GTEST_SKIP() << "HashiCorp's runner is not built (Debian packages "
                    "golang-go, golang-github-hashicorp-hcl-v2-dev): "
                 << runner;
  }
  if (!std::filesystem::exists(suite)) {
    GTEST_SKIP() << harness::kNotHere << "no HCL conformance suite at "
                 << suite;
  }
  EXPECT_EQ(Count(suite, ".t"), 15u);
  // The runner calls a program by its path alone.
  const std::string decoder = testing::TempDir() + "/polc-hcldec";
  ASSERT_TRUE(support::WriteFile(
                  decoder,
                  "#!/bin/sh\nexec '" + build + "/bin/polc' hcldec \"$@\"\n",
                  0755)
                  .ok());
  const Outcome outcome =
      Shell("'" + runner + "' '" + suite + "' '" + decoder + "'");
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_THAT(outcome.output, testing::Not(testing::HasSubstr("Error")));
}

}  // namespace
}  // namespace pol
