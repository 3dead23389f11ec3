#include "agent/kernel/files/file_capabilities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::kernel {
namespace {

// The examples of vfs_cap_data, as bytes.
const std::string kBindEp("\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);

std::string Rev3(uint8_t root) {
  std::string bytes = kBindEp;
  bytes[3] = '\x03';
  return bytes + std::string(1, static_cast<char>(root)) + std::string(3, '\0');
}

TEST(EncodeCapabilitiesTest, WritesRevision2) {
  EXPECT_EQ(*EncodeCapabilities("cap_net_bind_service=ep"), kBindEp);
  std::string empty("\0\0\0\x02", 4);
  EXPECT_EQ(*EncodeCapabilities("="), empty + std::string(16, '\0'));
}

TEST(EncodeCapabilitiesTest, WritesRevision3ForARoot) {
  EXPECT_EQ(*EncodeCapabilities("cap_net_bind_service=ep", 7), Rev3(7));
}

TEST(EncodeCapabilitiesTest, EffectiveMayBeMore) {
  EXPECT_EQ(*EncodeCapabilities("cap_net_bind_service=ep cap_chown=e"),
            kBindEp);
  std::string only("\x01\0\0\x02", 4);
  EXPECT_EQ(*EncodeCapabilities("cap_chown=e"), only + std::string(16, '\0'));
}

TEST(EncodeCapabilitiesTest, RefusesWhatNoFileCanHold) {
  EXPECT_TRUE(absl::IsInvalidArgument(
      EncodeCapabilities("cap_net_raw=ep cap_net_admin=p").status()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(EncodeCapabilities("cap_nonsense=ep").status()));
}

TEST(DecodeCapabilitiesTest, ReadsEveryRevision) {
  EXPECT_EQ(*DecodeCapabilities(kBindEp), "cap_net_bind_service=ep");
  EXPECT_EQ(*DecodeCapabilities(Rev3(0)), "cap_net_bind_service=ep");
  EXPECT_EQ(*DecodeCapabilities(Rev3(7)), "cap_net_bind_service=ep [rootid=7]");
  std::string rev1("\x01\0\0\x01\0\x04\0\0\0\0\0\0", 12);
  EXPECT_EQ(*DecodeCapabilities(rev1), "cap_net_bind_service=ep");
}

TEST(DecodeCapabilitiesTest, EqualSetsGiveEqualTexts) {
  auto canonical = [](const char* text) {
    return *DecodeCapabilities(*EncodeCapabilities(text));
  };
  EXPECT_EQ(canonical("cap_net_raw+ep"), canonical("CAP_NET_RAW=pe"));
  EXPECT_EQ(canonical("13=ep"), canonical("cap_net_raw=ep"));
  EXPECT_EQ(canonical("="), "=");
}

TEST(DecodeCapabilitiesTest, RefusesBytesThatAreNone) {
  for (const std::string& bytes :
       {std::string(), std::string("x"), kBindEp.substr(0, 19), kBindEp + "x",
        std::string(20, '\xff'), std::string(24, '\0')}) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeCapabilities(bytes).status()));
  }
}

}  // namespace
}  // namespace pol::kernel
