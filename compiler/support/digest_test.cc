#include "compiler/support/digest.h"

#include <gtest/gtest.h>

namespace pol::support {
namespace {

// The examples of FIPS 180-4.
TEST(DigestTest, KnownAnswers) {
  EXPECT_EQ(ToHex(Sha256Of("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256Of("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(DigestTest, PiecesAreTheWhole) {
  Sha256 sha256;
  for (const char* piece : {"a", "", "bc"}) sha256.Add(piece);
  const Digest digest = sha256.Finish();
  EXPECT_EQ(digest, Sha256Of("abc"));
  EXPECT_EQ(AsBytes(digest).size(), 32u);
  EXPECT_EQ(AsBytes(digest)[0], '\xba');
}

}  // namespace
}  // namespace pol::support
