#include "compiler/target/check_file_contexts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "compiler/target/target.h"
#include "tests/harness/selinux_root.h"

namespace pol::target {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ir::Fcontext Rule(std::string path, std::string type,
                  values::FileKind kind = values::FileKind::kAny) {
  ir::Fcontext rule;
  rule.path = std::move(path);
  rule.kind = kind;
  if (!type.empty())
    rule.context =
        values::FileContext{"system_u", "object_r", std::move(type), "s0"};
  return rule;
}

std::vector<std::string> Findings(const std::vector<ir::Fcontext>& fcontexts,
                                  const filecontexts::Texts& texts) {
  ir::RuleSet rules;
  rules.fcontexts = fcontexts;
  diag::Sink sink;
  absl::StatusOr<size_t> left_out = CheckFileContexts(rules, texts, sink);
  EXPECT_TRUE(left_out.ok()) << left_out.status();
  EXPECT_EQ(left_out.value_or(1), 0u);
  std::vector<std::string> said;
  for (const diag::Diagnostic& diagnostic : sink.Sorted())
    said.push_back(diagnostic.code->Name() + " " + diagnostic.message);
  return said;
}

constexpr char kBase[] =
    "/.* system_u:object_r:etc_t:s0\n"
    "/srv/app/static system_u:object_r:web_t:s0\n"
    "/srv/app/run -d system_u:object_r:run_t:s0\n";

TEST(CheckFileContextsTest, LiteralOfThePolicyWinsOverOurExpression) {
  filecontexts::Texts texts{.base = kBase};
  EXPECT_THAT(Findings({Rule("/srv/app(/.*)?", "app_t")}, texts),
              ElementsAre(HasSubstr("P5210 the target labels "
                                    "`/srv/app/static`")));
  // What it labels alike, what is of another kind, what we say ourselves.
  EXPECT_THAT(Findings({Rule("/srv/app/s.*", "web_t")}, texts), IsEmpty());
  EXPECT_THAT(
      Findings({Rule("/srv/app/r.*", "app_t", values::FileKind::kFile)}, texts),
      IsEmpty());
  EXPECT_THAT(Findings({Rule("/srv/app(/.*)?", "app_t"),
                        Rule("/srv/app/static", "app_t"),
                        Rule("/srv/app/run", "app_t")},
                       texts),
              IsEmpty());
}

TEST(CheckFileContextsTest, LocalRulesOfOthersLoseTheirPaths) {
  filecontexts::Texts texts{.base = kBase,
                            .local =
                                "/srv/x(/.*)? system_u:object_r:x_t:s0\n"
                                "/srv/y(/.*)? system_u:object_r:y_t:s0\n"};
  EXPECT_THAT(Findings({Rule("/srv/x/.*", "ours_t")}, texts),
              ElementsAre(HasSubstr("P5211 `/srv/x/.*` takes `/srv/x/")));
  EXPECT_THAT(Findings({Rule("/srv/z/.*", "ours_t")}, texts), IsEmpty());
  // The same key: it is ours already.
  EXPECT_THAT(Findings({Rule("/srv/y(/.*)?", "ours_t")}, texts), IsEmpty());
}

TEST(CheckFileContextsTest, EquivalencesTurnRulesAway) {
  filecontexts::Texts texts{.base = kBase, .subs_dist = "/var/run /run\n"};
  EXPECT_THAT(Findings({Rule("/var/run/app(/.*)?", "a_t")}, texts),
              ElementsAre(HasSubstr("P5209")));
  EXPECT_THAT(Findings({Rule("/run/app(/.*)?", "a_t")}, texts), IsEmpty());
}

TEST(CheckFileContextsTest, DeepNone) {
  filecontexts::Texts texts{
      .base = absl::StrCat(kBase, "/srv/d/none/.* <<none>>\n")};
  EXPECT_THAT(Findings({Rule("/srv/d(/.*)?", "a_t")}, texts),
              ElementsAre(HasSubstr("P5212")));
  EXPECT_THAT(Findings({Rule("/srv/d/none/x.*", "a_t")}, texts), IsEmpty());
}

TEST(CheckFileContextsTest, DebiansPolicy) {
  std::string pattern = ::testing::TempDir() + "target_contexts.XXXXXX";
  std::string folder = mkdtemp(pattern.data());
  absl::Status made = harness::MakeSelinuxRoot(folder + "/root");
  if (!made.ok()) {
    std::filesystem::remove_all(folder);
    GTEST_SKIP() << made;
  }
  absl::StatusOr<Target> target = ReadTarget(folder + "/root");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(target.ok()) << target.status();
  const filecontexts::Texts& texts = target->file_contexts;
  EXPECT_THAT(Findings({Rule("/srv/panel(/.*)?", "httpd_sys_content_t"),
                        Rule("/data/pg/[0-9]+(/.*)?", "postgresql_db_t")},
                       texts),
              IsEmpty());
  EXPECT_THAT(Findings({Rule("/etc/.*", "httpd_config_t")}, texts),
              Contains(HasSubstr("P5210 the target labels `/etc/")));
  EXPECT_THAT(Findings({Rule("/var/run/panel(/.*)?", "var_run_t")}, texts),
              ElementsAre(HasSubstr("as `/run/panel`")));
}

}  // namespace
}  // namespace pol::target
