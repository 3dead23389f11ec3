#include "compiler/values/tls_version.h"

#include <gtest/gtest.h>

#include "compiler/values/protocol.h"

namespace pol::values {
namespace {

TEST(TlsVersionTest, NamesAndWireNumbers) {
  EXPECT_EQ(ParseTlsVersion("1.2"), TlsVersion::kTls12);
  EXPECT_EQ(static_cast<int>(TlsVersion::kTls13), 0x0304);
  EXPECT_EQ(ToString(TlsVersion::kTls10), "1.0");
  for (const char* text : {"", "1", "1.4", "TLS1.2", "1.2 "}) {
    EXPECT_EQ(ParseTlsVersion(text), std::nullopt) << text;
  }
}

TEST(ProtocolTest, NamesAndIanaNumbers) {
  EXPECT_EQ(ParseProtocol("tcp"), Protocol::kTcp);
  EXPECT_EQ(static_cast<int>(Protocol::kSctp), 132);
  EXPECT_EQ(ToString(Protocol::kUdp), "udp");
  EXPECT_EQ(ParseProtocol("TCP"), std::nullopt);
  for (Protocol protocol : kProtocols) {
    EXPECT_EQ(ParseProtocol(ToString(protocol)), protocol);
    EXPECT_EQ(ProtocolOf(static_cast<uint32_t>(protocol)), protocol);
  }
  EXPECT_EQ(ProtocolOf(6 + 256), std::nullopt);
}

}  // namespace
}  // namespace pol::values
