#include "compiler/sema/check_paths.h"

#include <gtest/gtest.h>

#include <string>

namespace pol::sema {
namespace {

TEST(CheckFilePathTest, OneSpelling) {
  EXPECT_TRUE(CheckFilePath("/a").ok());
  EXPECT_TRUE(CheckFilePath("/usr/bin/a b..c").ok());
  for (const char* bad : {"", "/", "a", "a/b", "/a/", "//a", "/a//b", "/./a",
                          "/a/..", "/a\nb", "/\x7F"}) {
    EXPECT_FALSE(CheckFilePath(bad).ok()) << bad;
  }
  EXPECT_TRUE(CheckFilePath("/" + std::string(4094, 'a')).ok());
  EXPECT_FALSE(CheckFilePath("/" + std::string(4095, 'a')).ok());
}

TEST(CheckCgroupTest, NamesAreShort) {
  EXPECT_TRUE(CheckCgroup("/finance/api").ok());
  EXPECT_TRUE(CheckCgroup("/" + std::string(127, 'a')).ok());
  EXPECT_FALSE(CheckCgroup("/" + std::string(128, 'a')).ok());
  EXPECT_FALSE(CheckCgroup("/a/cgroup.procs").ok());
  EXPECT_FALSE(CheckCgroup("/a/../b").ok());
  EXPECT_FALSE(CheckCgroup("finance").ok());
}

TEST(CheckUnitTest, HasProcesses) {
  for (const char* good : {"a.service", "postgresql@15-main.service",
                           "x\\x2dy.scope", "a.socket"}) {
    EXPECT_TRUE(CheckUnit(good).ok()) << good;
  }
  for (const char* bad : {"", ".service", "a", "a.timer", "a.service ",
                          "a@.service", "a/b.service", "a b.service"}) {
    EXPECT_FALSE(CheckUnit(bad).ok()) << bad;
  }
  EXPECT_TRUE(CheckUnit(std::string(119, 'a') + ".service").ok());
  EXPECT_FALSE(CheckUnit(std::string(120, 'a') + ".service").ok());
}

TEST(CheckUserTest, NameOrNumber) {
  for (const char* good :
       {"root", "_apt", "www-data", "a.b", "host$", "0", "4294967294"}) {
    EXPECT_TRUE(CheckUser(good).ok()) << good;
  }
  for (const char* bad : {"", "-1", "1a", "a b", "a:b", "a$b", "4294967295",
                          "99999999999999999999"}) {
    EXPECT_FALSE(CheckUser(bad).ok()) << bad;
  }
  EXPECT_FALSE(CheckUser(std::string(33, 'a')).ok());
}

TEST(CheckPathExpressionTest, CommonToAllMatchers) {
  for (const char* good :
       {"/", "/srv(/.*)?", R"(/a\.b)", R"(/a\(b)", "/[]a(]x", "/[^])]",
        R"(/[\]]\s)", R"(/x\\1)", "/(a|b)+c{1,2}"}) {
    EXPECT_TRUE(CheckPathExpression(good).ok()) << good;
  }
  for (const char* bad : {"", "srv", "/a b", "/a\tb", "/é", "/(?=a)", "/(?:a)",
                          "/(*UTF)a", R"(/(a)\1)", R"(/\k<n>)", R"(/\g1)",
                          "/a\\", "/(a", "/a)", "/[a", "/[]"}) {
    EXPECT_FALSE(CheckPathExpression(bad).ok()) << bad;
  }
  EXPECT_TRUE(CheckPathExpression("/" + std::string(4094, 'a')).ok());
  EXPECT_FALSE(CheckPathExpression("/" + std::string(4095, 'a')).ok());
}

}  // namespace
}  // namespace pol::sema
