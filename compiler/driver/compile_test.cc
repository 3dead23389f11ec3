#include "compiler/driver/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "compiler/bundle/container.h"
#include "compiler/support/files.h"

namespace pol::driver {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr char kPolicy[] = R"(policy "db-access" {
  source_identity = "spiffe://gov.cn/ns/finance-app"
  target_identity = "spiffe://gov.cn/ns/postgres-cluster"
  port = 5432
  protocol = "tcp"
  tls_required = true
}
)";

constexpr char kWorkloads[] = R"(workload "finance-app" {
  identity = "spiffe://gov.cn/ns/finance-app"
  cgroup   = "/finance-app"
}
workload "pg" {
  identity     = "spiffe://gov.cn/ns/postgres-cluster"
  systemd_unit = "postgresql.service"
  addresses    = ["10.0.0.2"]
}
)";

class CompileTest : public ::testing::Test {
 protected:
  CompileTest() {
    std::string pattern = ::testing::TempDir() + "compile_test.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~CompileTest() override { fs::remove_all(folder_); }

  void Write(const std::string& name, std::string_view text) {
    fs::create_directories((fs::path(folder_) / name).parent_path());
    ASSERT_TRUE(support::WriteFile(folder_ + "/" + name, text, 0644).ok());
  }

  std::string folder_;
};

TEST_F(CompileTest, FromTextToABundleThatReads) {
  Write("db/policy.pol", kPolicy);
  Write("db/workloads.pol", kWorkloads);
  absl::StatusOr<Compilation> compilation = Compile(folder_ + "/db");
  ASSERT_TRUE(compilation.ok()) << compilation.status();
  ASSERT_TRUE(compilation->result);
  absl::StatusOr<bundle::Bundle> read =
      bundle::Read(compilation->result->bundle);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->rules_size(), 1);
  EXPECT_EQ(read->rules(0).port_origin().file(), "policy.pol");
  EXPECT_EQ(read->rules(0).port_origin().line(), 4u);
  EXPECT_EQ(read->rules(0).tls_origin().line(), 6u);
  EXPECT_EQ(read->network().cells_size(), 1);
  EXPECT_THAT(read->requirements(),
              ::testing::ElementsAre("address-authentication", "tls-version"));
}

TEST_F(CompileTest, BytesDependOnTheTextAlone) {
  for (const char* folder : {"one", "two/deeper"}) {
    Write(std::string(folder) + "/a.pol", kPolicy);
    Write(std::string(folder) + "/b.pol", kWorkloads);
  }
  absl::StatusOr<Compilation> one = Compile(folder_ + "/one");
  absl::StatusOr<Compilation> two = Compile(folder_ + "/two/deeper");
  ASSERT_TRUE(one.ok() && two.ok() && one->result && two->result);
  EXPECT_EQ(one->result->bundle, two->result->bundle);
}

TEST_F(CompileTest, OrderOfBlocksAndOfFilesNeverShows) {
  support::SourceSet forward;
  forward.Add("all.pol", std::string("\n\n") + kPolicy + kWorkloads);
  support::SourceSet backward;
  backward.Add("all.pol", std::string(kWorkloads) + kPolicy);
  absl::StatusOr<Compilation> one = Compile(std::move(forward));
  absl::StatusOr<Compilation> two = Compile(std::move(backward));
  ASSERT_TRUE(one.ok() && two.ok() && one->result && two->result);
  EXPECT_EQ(*Print(*one, "tables"), *Print(*two, "tables"));
}

TEST_F(CompileTest, ErrorsLeaveNoResult) {
  Write("a.pol", "policy \"x\" {\n  port = 1\n}\n");
  absl::StatusOr<Compilation> compilation = Compile(folder_);
  ASSERT_TRUE(compilation.ok());
  EXPECT_FALSE(compilation->result);
  EXPECT_FALSE(compilation->diagnostics.empty());
  EXPECT_TRUE(Print(*compilation, "ast").ok());
  EXPECT_EQ(Print(*compilation, "rules").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(CompileTest, WorldErrorsNameWhatWasTried) {
  EXPECT_THAT(std::string(Compile(folder_ + "/none").status().message()),
              HasSubstr("/none"));
  EXPECT_THAT(std::string(Compile(folder_).status().message()),
              HasSubstr("no .pol file"));
}

TEST_F(CompileTest, UnknownStageIsNamed) {
  Write("a.pol", kPolicy);
  absl::StatusOr<Compilation> compilation = Compile(folder_);
  ASSERT_TRUE(compilation.ok());
  EXPECT_THAT(std::string(Print(*compilation, "soup").status().message()),
              HasSubstr("no stage `soup`"));
}

}  // namespace
}  // namespace pol::driver
