#include "compiler/lsp/uri.h"

#include <gtest/gtest.h>

namespace pol::lsp {
namespace {

TEST(UriTest, Paths) {
  EXPECT_EQ(PathOf("file:///etc/pol/a.pol"), "/etc/pol/a.pol");
  EXPECT_EQ(PathOf("file://localhost/a%20b/%C3%A9.pol"), "/a b/\xC3\xA9.pol");
  EXPECT_EQ(PathOf("file:/a"), "/a");
  EXPECT_EQ(PathOf("FILE:///a?x#y"), "/a");
}

TEST(UriTest, NoPaths) {
  for (const char* uri :
       {"", "file:", "file://", "file://host/a", "untitled:Untitled-1",
        "http://a/b", "file:///a%", "file:///a%2", "file:///a%zz",
        "file:///a%00b", "file:a"}) {
    EXPECT_EQ(PathOf(uri), std::nullopt) << uri;
  }
}

TEST(UriTest, ThereAndBack) {
  for (const char* path : {"/", "/a b/c%d", "/\xC3\xA9/#?.pol", "/a:b"}) {
    EXPECT_EQ(PathOf(UriOf(path)), path);
  }
  EXPECT_EQ(UriOf("/a b"), "file:///a%20b");
}

}  // namespace
}  // namespace pol::lsp
