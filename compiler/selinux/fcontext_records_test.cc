#include "compiler/selinux/fcontext_records.h"

#include <gtest/gtest.h>

namespace pol::selinux {
namespace {

TEST(LiteralStemTest, EndsAtTheFirstUnescapedSign) {
  EXPECT_EQ(LiteralStem("/srv(/.*)?"), 4u);
  EXPECT_EQ(LiteralStem(R"(/srv/a\.conf)"), 12u);
  EXPECT_EQ(LiteralStem(R"(/srv/a\.conf.*)"), 12u);
  EXPECT_EQ(LiteralStem("/srv"), 4u);
  EXPECT_EQ(LiteralStem(".*"), 0u);
}

ir::Fcontext Rule(const char* path, values::FileKind kind, const char* type) {
  ir::Fcontext rule;
  rule.path = path;
  rule.kind = kind;
  if (type != nullptr)
    rule.context = values::FileContext{"system_u", "object_r", type, "s0"};
  return rule;
}

TEST(FcontextRecordsTest, NarrowRulesComeLast) {
  ir::RuleSet rules;
  rules.fcontexts = {
      Rule("/data/log/mysql(/.*)?", values::FileKind::kAny, "mysqld_log_t"),
      Rule("/data(/.*)?", values::FileKind::kDirectory, "usr_t"),
      Rule("/data(/.*)?", values::FileKind::kAny, "var_t"),
      Rule("/data/skip", values::FileKind::kAny, nullptr)};
  EXPECT_EQ(Dump(FcontextRecords(rules)),
            "/data(/.*)?\tsystem_u:object_r:var_t:s0\n"
            "/data(/.*)?\t-d\tsystem_u:object_r:usr_t:s0\n"
            "/data/log/mysql(/.*)?\tsystem_u:object_r:mysqld_log_t:s0\n"
            "/data/skip\t<<none>>\n");
}

TEST(FcontextRecordsTest, NoTwoRecordsOfALiteralPathCompete) {
  ir::RuleSet rules;
  rules.fcontexts = {
      Rule(R"(/data/a\.b)", values::FileKind::kAny, "var_t"),
      Rule(R"(/data/a\.b)", values::FileKind::kDirectory, "usr_t"),
      Rule("/data/c", values::FileKind::kAny, "var_t")};
  ir::File file;
  file.path = "/data/a.b";
  file.context = values::FileContext{"system_u", "object_r", "bin_t", "s0"};
  rules.files = {file};
  std::string var = R"(/data/a\.b)";
  EXPECT_EQ(Dump(FcontextRecords(rules)),
            "/data/c\tsystem_u:object_r:var_t:s0\n" + var +
                "\t-l\tsystem_u:object_r:var_t:s0\n" + var +
                "\t-b\tsystem_u:object_r:var_t:s0\n" + var +
                "\t-c\tsystem_u:object_r:var_t:s0\n" + var +
                "\t-p\tsystem_u:object_r:var_t:s0\n" + var +
                "\t-s\tsystem_u:object_r:var_t:s0\n" + var +
                "\t-d\tsystem_u:object_r:usr_t:s0\n");
  EXPECT_EQ(LiteralPath(var), "/data/a.b");
  EXPECT_EQ(LiteralPath("/data(/.*)?"), std::nullopt);
}

}  // namespace
}  // namespace pol::selinux
