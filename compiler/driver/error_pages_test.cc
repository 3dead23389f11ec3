#include "compiler/driver/error_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "compiler/driver/all_codes.h"
#include "compiler/support/files.h"

namespace pol::driver {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const diag::Code& Find(const char* name) {
  const auto code = FindCode(name);
  EXPECT_TRUE(code.ok()) << code.status();
  return **code;
}

TEST(ErrorPagesTest, EveryCodeHasThePageOfTheFolder) {
  for (const diag::Code* code : AllCodes()) {
    const auto page =
        support::ReadFile(std::string(std::getenv("POL_SOURCE_DIR")) +
                              "/docs/errors/" + code->Name() + ".md",
                          1 << 20);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(ErrorPage(*code), *page);
    EXPECT_THAT(Summary(*code), Not(HasSubstr("```")));
    EXPECT_GT(Summary(*code).size(), 20u) << code->Name();
    EXPECT_THAT(PageText(*code), Not(HasSubstr("```")));
  }
}

TEST(ErrorPagesTest, FindsByName) {
  EXPECT_EQ(Find("P2003").number, 2003);
  EXPECT_EQ(&Find("p2003"), &Find("2003"));
  EXPECT_EQ(std::string(FindCode("P20O3").status().message()),
            "there is no diagnostic `P20O3`; did you mean `P2003`?");
  EXPECT_EQ(std::string(FindCode("workload").status().message()),
            "there is no diagnostic `workload`");
  EXPECT_FALSE(FindCode("").ok());
}

TEST(ErrorPagesTest, TextIsForATerminal) {
  const std::string text = PageText(Find("P1002"));
  EXPECT_THAT(text, StartsWith("error[P1002]: "));
  EXPECT_THAT(text, HasSubstr("\nFails:\n\n    "));
  EXPECT_THAT(text, HasSubstr("\n\nFixed:\n\n    "));
}

TEST(ErrorPagesTest, ListHasEveryCode) {
  const std::string list = CodeList();
  EXPECT_EQ(static_cast<size_t>(std::count(list.begin(), list.end(), '\n')),
            AllCodes().size());
  EXPECT_THAT(list, HasSubstr("\nP2003  error    unknown name\n"));
  EXPECT_THAT(list, HasSubstr("\nP2020  warning  "));
}

TEST(ErrorPagesTest, JsonHasThePages) {
  const auto json = nlohmann::json::parse(CodesJson(AllCodes()));
  EXPECT_EQ(json["format_version"], "1.0");
  ASSERT_EQ(json["codes"].size(), AllCodes().size());
  const auto& first = json["codes"][0];
  EXPECT_EQ(first["code"], "P1001");
  EXPECT_EQ(first["severity"], "error");
  EXPECT_THAT(first["page"].get<std::string>(), StartsWith("# P1001: "));
}

}  // namespace
}  // namespace pol::driver
