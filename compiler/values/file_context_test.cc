#include "compiler/values/file_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::values {
namespace {

using ::testing::HasSubstr;

std::string RoundTrip(std::string_view text) {
  absl::StatusOr<FileContext> context = FileContext::Parse(text);
  return context.ok() ? context->ToString()
                      : std::string(context.status().message());
}

TEST(FileContextTest, PrintsWhatItParsed) {
  for (const char* text :
       {"system_u:object_r:httpd_exec_t:s0", "system_u:object_r:httpd_exec_t",
        "system_u:object_r:etc_t:s0-s15:c0.c1023", "u:r:t:s0:c1,c2"}) {
    EXPECT_EQ(RoundTrip(text), text);
  }
  EXPECT_EQ(FileContext::Parse("u:r:t:s0:c1")->range, "s0:c1");
}

TEST(FileContextTest, SaysWhatIsWrong) {
  EXPECT_THAT(RoundTrip("httpd_exec_t"), HasSubstr("user:role:type"));
  EXPECT_THAT(RoundTrip("u:r"), HasSubstr("user:role:type"));
  EXPECT_THAT(RoundTrip(":r:t"), HasSubstr("user is empty"));
  EXPECT_THAT(RoundTrip("u:r:"), HasSubstr("type is empty"));
  EXPECT_THAT(RoundTrip("u:r:t:"), HasSubstr("MLS range"));
  EXPECT_THAT(RoundTrip("u:r:a b:s0"),
              HasSubstr("`a b` is not the name of a type"));
  EXPECT_THAT(RoundTrip("u:r:t:s0\n"), HasSubstr("MLS range"));
}

TEST(FileKindTest, NamesAndFlags) {
  EXPECT_EQ(ParseFileKind("directory"), FileKind::kDirectory);
  EXPECT_EQ(ParseFileKind("dir"), std::nullopt);
  EXPECT_EQ(Flag(FileKind::kFile), "--");
  EXPECT_EQ(Flag(FileKind::kAny), "");
  EXPECT_EQ(ToString(FileKind::kSocket), "socket");
}

}  // namespace
}  // namespace pol::values
