#include "agent/enforce/network/decoded_event.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

namespace pol::enforce {
namespace {

TEST(DecodedEvent, SaysWhatTheEventSays) {
  pol_event event = {};
  event.sequence = 7;
  event.generation = 3;
  event.rule = 2;
  event.tls_rule = 4;
  event.source = 5;
  event.target = 6;
  event.source_port = 40000;
  event.target_port = 5432;
  event.tls_version = 0x0302;
  event.family = 4;
  event.verdict = POL_VERDICT_DENY;
  event.audit_verdict = POL_VERDICT_ALLOW;
  event.reason = POL_REASON_TLS_VERSION;
  event.hook = POL_HOOK_INGRESS;
  event.role = POL_ROLE_SERVER;
  event.proof = POL_PROOF_ADDRESS;
  inet_pton(AF_INET, "10.0.0.1", event.source_address);
  inet_pton(AF_INET, "10.0.0.2", event.target_address);
  std::memcpy(event.comm, "sixteen-bytes-xx", sizeof(event.comm));
  DecodedEvent d = Decode(event);
  EXPECT_EQ(d.sequence, 7u);
  EXPECT_EQ(d.generation, 3u);
  EXPECT_EQ(d.rule, 2u);
  EXPECT_EQ(d.tls_rule, 4u);
  EXPECT_EQ(d.source, 5u);
  EXPECT_EQ(d.target, 6u);
  EXPECT_EQ(d.source_address, "10.0.0.1");
  EXPECT_EQ(d.target_address, "10.0.0.2");
  EXPECT_EQ(d.source_port, 40000);
  EXPECT_EQ(d.target_port, 5432);
  EXPECT_EQ(d.tls_version, "1.1");
  EXPECT_EQ(d.verdict, "deny");
  EXPECT_EQ(d.audit, "allow");
  EXPECT_EQ(d.reason, "tls-version");
  EXPECT_EQ(d.hook, "ingress");
  EXPECT_EQ(d.direction, "ingress");
  EXPECT_EQ(d.proof, "address");
  EXPECT_EQ(d.comm, "sixteen-bytes-xx");
}

TEST(DecodedEvent, WritesIpv6AsIpv6) {
  pol_event event = {};
  event.family = 6;
  inet_pton(AF_INET6, "fd87::1", event.source_address);
  EXPECT_EQ(Decode(event).source_address, "fd87::1");
}

TEST(DecodedEvent, HasNoAddressesForASocketThatWasNotMade) {
  pol_event event = {};
  event.hook = POL_HOOK_SOCK_CREATE;
  DecodedEvent d = Decode(event);
  EXPECT_EQ(d.source_address, "");
  EXPECT_EQ(d.target_address, "");
  EXPECT_EQ(d.hook, "socket");
  EXPECT_EQ(d.tls_version, "");
  EXPECT_EQ(d.audit, "");
}

TEST(ReasonText, IsThereForEveryReasonAndDifferent) {
  std::set<std::string_view> texts;
  for (int reason = 0; reason < POL_REASON_COUNT; ++reason) {
    std::string_view text = ReasonText(static_cast<uint8_t>(reason));
    EXPECT_FALSE(text.empty());
    EXPECT_TRUE(texts.insert(text).second) << text;
  }
  EXPECT_EQ(ReasonText(POL_REASON_COUNT), "unknown");
}

}  // namespace
}  // namespace pol::enforce
