#include "compiler/driver/equivalence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/support/files.h"
#include "tests/harness/git.h"

namespace pol::driver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kBefore[] = R"(policy "p" {
  source = "spiffe://g/ns/*"
  target = "spiffe://g/db"
  port   = 5432
}
)";

// The same in other words.
constexpr char kStatement[] =
    "invariant \"same\" { equivalent_to = \"git:main\" }\n";
constexpr char kAfter[] = R"(locals { ports = [5432] }
policy "apps" {
  source = ["spiffe://g/ns/*", "spiffe://g/ns/app"]
  target = "spiffe://g/db"
  ports  = local.ports
}
)";

class EquivalenceTest : public testing::Test {
 protected:
  EquivalenceTest() {
    std::string pattern = testing::TempDir() + "equivalence_test.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~EquivalenceTest() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    Git({"init", "-q", "-b", "main"});
    Write(kBefore);
    Git({"add", "."});
    Git({"commit", "-q", "-m", "x"});
  }

  void Git(std::vector<std::string> words) {
    const absl::Status done = harness::Git(folder_, words);
    ASSERT_TRUE(done.ok()) << done;
  }

  void Write(const std::string& text) {
    ASSERT_TRUE(support::WriteFile(folder_ + "/a.pol", text, 0644).ok());
  }

  std::vector<diag::Diagnostic> Diagnostics() {
    const absl::StatusOr<Compilation> compilation = Compile(folder_);
    if (!compilation.ok()) {
      ADD_FAILURE() << compilation.status();
      return {};
    }
    return compilation->diagnostics;
  }

  std::string folder_;
};

TEST_F(EquivalenceTest, ARefactoringIsEquivalent) {
  Write(std::string(kStatement) + kAfter);
  EXPECT_THAT(Diagnostics(), IsEmpty());
}

TEST_F(EquivalenceTest, AChangeOfMeaningIsShownByAConnection) {
  Write(std::string(kStatement) + R"(policy "p" {
  source = "spiffe://g/ns/app"
  target = "spiffe://g/db"
  port   = 5432
}
)");
  const auto diagnostics = Diagnostics();
  ASSERT_EQ(diagnostics.size(), 1u);
  EXPECT_EQ(diagnostics[0].code->Name(), "P4115");
  // Somebody of the pattern who is not the one that is left.
  EXPECT_THAT(diagnostics[0].notes,
              ElementsAre(HasSubstr("spiffe://g/ns/a -> spiffe://g/db"),
                          "now: left alone", "then: allowed by `p` (a.pol:1)"));
}

TEST_F(EquivalenceTest, AStricterRequirementIsAChange) {
  Write(std::string(kStatement) + R"(policy "p" {
  source       = "spiffe://g/ns/*"
  target       = "spiffe://g/db"
  port         = 5432
  tls_required = true
}
)");
  ASSERT_EQ(Diagnostics().size(), 1u);
}

TEST_F(EquivalenceTest, ARevisionThatIsNotThereIsTheWorldsFault) {
  Write(std::string("invariant \"i\" { equivalent_to = \"git:nowhere\" }\n") +
        kAfter);
  EXPECT_THAT(std::string(Compile(folder_).status().message()),
              HasSubstr("nowhere"));
}

}  // namespace
}  // namespace pol::driver
