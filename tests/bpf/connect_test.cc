// socket(2) and connect(2) on the client's host.
#include <netinet/in.h>

#include <cerrno>

#include "tests/bpf/fixture.h"

namespace pol::testing {
namespace {

class Connecting : public ProgramsTest {
 protected:
  // finance may reach db on 5432; both are governed.
  void Finance(Policy& policy) {
    finance_ = policy.Identity("finance", kEgress);
    db_ = policy.Identity("db", kIngress);
    policy.ByCgroup(finance_, "/finance");
    policy.ByCgroup(db_, "/db");
    policy.ByAddress(finance_, "10.87.0.1/32");
    policy.ByAddress(finance_, "fd87::1/128");
    policy.ByAddress(db_, "10.87.0.2/32");
    policy.ByAddress(db_, "fd87::2/128");
  }
  uint32_t finance_ = 0, db_ = 0;
};

class ConnectingTo : public Connecting,
                     public ::testing::WithParamInterface<const char*> {};

TEST_P(ConnectingTo, WhatIsAllowedIsReached) {
  Policy policy;
  Finance(policy);
  uint32_t rule = policy.Allow(finance_, db_, 5432);
  Apply(policy);
  Made listener = Listen(Server("db"), {GetParam(), 5432});
  Pair pair = Open(Client("finance"), listener.fd.get(), {GetParam(), 5432});
  ASSERT_TRUE(Write(pair.client.get(), "ask"));
  EXPECT_EQ(Read(pair.server.get(), 3, 3), "ask");
  DecodedEvent event =
      Await([](const auto& e) { return e.direction == "egress"; });
  EXPECT_EQ(event.verdict, "allow");
  EXPECT_EQ(event.reason, "allowed-by-rule");
  EXPECT_EQ(event.rule, rule);
  EXPECT_EQ(event.source, finance_);
  EXPECT_EQ(event.target, db_);
  EXPECT_EQ(event.proof, "address");
  EXPECT_EQ(event.target_port, 5432);
}

TEST_P(ConnectingTo, AnotherPortFailsAtOnce) {
  Policy policy;
  Finance(policy);
  policy.Allow(finance_, db_, 5432);
  Apply(policy);
  EXPECT_EQ(Connect(Client("finance"), {GetParam(), 5433}).error, EPERM);
  DecodedEvent event = AwaitDenial();
  EXPECT_EQ(event.reason, "default-deny");
  EXPECT_EQ(event.hook, "connect");
  EXPECT_EQ(event.rule, 0u);
  EXPECT_EQ(event.target_port, 5433);
}

TEST_P(ConnectingTo, ADenyingRuleIsNamed) {
  Policy policy;
  Finance(policy);
  policy.Allow(finance_, db_, 5432);
  uint32_t rule = policy.Deny(finance_, db_, 5433);
  Apply(policy);
  EXPECT_EQ(Connect(Client("finance"), {GetParam(), 5433}).error, EPERM);
  DecodedEvent event = AwaitDenial();
  EXPECT_EQ(event.reason, "denied-by-rule");
  EXPECT_EQ(event.rule, rule);
}

TEST_P(ConnectingTo, AnotherIdentityIsDeniedAGovernedTarget) {
  Policy policy;
  Finance(policy);
  policy.Allow(finance_, db_, 5432);
  Apply(policy);
  EXPECT_EQ(Connect(Client("other"), {GetParam(), 5432}).error, EPERM);
  EXPECT_EQ(AwaitDenial().source, 0u);
}

INSTANTIATE_TEST_SUITE_P(Families, ConnectingTo,
                         ::testing::ValuesIn(kServerAddresses));

TEST_F(Connecting, AnUnknownTargetIsDeniedToTheGoverned) {
  Policy policy;
  uint32_t finance = policy.Identity("finance", kEgress);
  policy.ByCgroup(finance, "/finance");
  Apply(policy);
  EXPECT_EQ(Connect(Client("finance"), {"10.87.0.2", 5432}).error, EPERM);
  DecodedEvent event = AwaitDenial();
  EXPECT_EQ(event.reason, "unknown-peer");
  EXPECT_EQ(event.target_address, "10.87.0.2");
  EXPECT_EQ(event.proof, "none");
}

TEST_F(Connecting, WhoIsNotGovernedIsLeftAlone) {
  Policy policy;
  uint32_t finance = policy.Identity("finance", kNot);
  policy.ByCgroup(finance, "/finance");
  policy.Allow(finance, policy.Identity("db", kIngress), 1);
  Apply(policy);
  Made listener = Listen(Server("any"), {"10.87.0.2", 5432});
  Pair pair = Open(Client("finance"), listener.fd.get(), {"10.87.0.2", 5432});
  ASSERT_TRUE(Write(pair.client.get(), "ask"));
  EXPECT_EQ(Read(pair.server.get(), 3, 3), "ask");
  EXPECT_TRUE(Events().empty());
}

TEST_F(Connecting, TheLongestPrefixWins) {
  Policy policy;
  uint32_t finance = policy.Identity("finance", kEgress);
  uint32_t net = policy.Identity("net", kNot);
  uint32_t host = policy.Identity("host", kNot);
  policy.ByCgroup(finance, "/finance");
  policy.ByAddress(net, "10.87.0.0/24");
  policy.ByAddress(host, "10.87.0.2/32");
  policy.ByAddress(net, "fd87::/64");
  policy.ByAddress(host, "fd87::2/128");
  policy.Allow(finance, net, 5432);
  Apply(policy);
  EXPECT_EQ(Connect(Client("finance"), {"10.87.0.2", 5432}).error, EPERM);
  EXPECT_EQ(AwaitDenial().target, host);
  EXPECT_EQ(Connect(Client("finance"), {"fd87::2", 5432}).error, EPERM);
  // Nobody is there, but it may be tried.
  EXPECT_NE(Connect(Client("finance"), {"10.87.0.3", 5432}, 1).error, EPERM);
  EXPECT_NE(Connect(Client("finance"), {"fd87::3", 5432}, 1).error, EPERM);
}

TEST_F(Connecting, NeitherMakerNorCallerMayBeForbidden) {
  Policy policy;
  Finance(policy);
  uint32_t web = policy.Identity("web", kEgress);
  policy.ByCgroup(web, "/web");
  policy.Allow(finance_, db_, 5432);
  Apply(policy);
  Made listener = Listen(Server("db"), {"10.87.0.2", 5432});
  Address db("10.87.0.2", 5432);
  for (auto [maker, caller, error] : {std::tuple("finance", "web", EPERM),
                                      std::tuple("web", "finance", EPERM),
                                      std::tuple("finance", "finance", 0)}) {
    Made made = Socket(Client(maker), AF_INET, SOCK_STREAM, 0);
    ASSERT_TRUE(made.ok());
    int fd = made.fd.get();
    Made result = InPlace(Client(caller), [&] { return -ConnectWith(fd, db); });
    EXPECT_EQ(result.error, error) << maker << "'s socket used by " << caller;
  }
}

TEST_F(Connecting, SendingWithTheSynIsConnectingToo) {
  Policy policy;
  Finance(policy);
  Apply(policy);
  Address db("10.87.0.2", 5432);
  Made sent = InPlace(Client("finance"), [&] {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ssize_t done = sendto(fd, "x", 1, MSG_FASTOPEN, db.get(), db.size);
    return done < 0 ? -errno : fd;
  });
  EXPECT_EQ(sent.error, EPERM);
}

TEST_F(Connecting, SocketsThatCannotBeJudgedAreRefusedToTheGoverned) {
  Policy policy;
  Finance(policy);
  Apply(policy);
  EXPECT_EQ(Socket(Client("finance"), AF_INET, SOCK_RAW, IPPROTO_ICMP).error,
            EPERM);
  EXPECT_EQ(AwaitDenial().reason, "raw-socket");
  Forget();
  EXPECT_EQ(Socket(Client("db"), AF_INET6, SOCK_RAW, IPPROTO_TCP).error, EPERM);
  EXPECT_EQ(AwaitDenial().reason, "raw-socket");
  EXPECT_EQ(Socket(Client("else"), AF_INET, SOCK_RAW, IPPROTO_ICMP).error, 0);
  Forget();
  constexpr int kMptcp = 262;
  if (Socket(Client("else"), AF_INET, SOCK_STREAM, kMptcp).error != 0)
    GTEST_SKIP() << "this kernel has no MPTCP; the rest of the test passed";
  EXPECT_EQ(Socket(Client("finance"), AF_INET, SOCK_STREAM, kMptcp).error,
            EPERM);
  EXPECT_EQ(AwaitDenial().reason, "mptcp");
}

TEST_F(Connecting, AuditedRulesAreReportedAndDoNotAct) {
  Policy policy;
  uint32_t finance = policy.Identity("finance", kNot);
  uint32_t db = policy.Identity("db", kNot);
  policy.ByCgroup(finance, "/finance");
  policy.ByAddress(db, "10.87.0.2/32");
  uint32_t rule = policy.Audit(finance, db, 5432, bundle::v1::EFFECT_DENY);
  Apply(policy);
  Made listener = Listen(Server("any"), {"10.87.0.2", 5432});
  Pair pair = Open(Client("finance"), listener.fd.get(), {"10.87.0.2", 5432});
  DecodedEvent event = AwaitAllowance();
  EXPECT_EQ(event.audit, "deny");
  EXPECT_EQ(event.audit_rule, rule);
}

TEST_F(Connecting, DenialsThatNobodyReadsAreCounted) {
  Policy policy;
  Finance(policy);
  Apply(policy);
  StopWatching();
  constexpr int kTries = 9000;  // more than the ring buffer holds
  Address db("10.87.0.2", 5432);
  Made made = InPlace(Client("finance"), [&] {
    for (int i = 0; i < kTries; ++i) {
      Fd fd(socket(AF_INET, SOCK_STREAM, 0));
      if (connect(fd.get(), db.get(), db.size) == 0 || errno != EPERM)
        return -EBADE;
    }
    return 0;
  });
  EXPECT_EQ(made.error, 0) << "all were denied";
  auto stats = programs().ReadStats();
  ASSERT_TRUE(stats.ok());
  EXPECT_EQ(stats->denied, uint64_t{kTries});
  EXPECT_GT(stats->lost_denials, 0u);
  uint64_t read = 0, last = 0;
  auto reader = kernel::EventReader::Open(programs().map("events"));
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*reader)
                  ->Consume([&](const pol_event& event) {
                    ++read;
                    EXPECT_EQ(event.sequence, last + 1);
                    last = event.sequence;
                  })
                  .ok());
  EXPECT_EQ(read + stats->lost_denials, uint64_t{kTries});
}

TEST_F(Connecting, VerifierEffortIsRecorded) {
  Policy policy;
  Finance(policy);
  Apply(policy);
  auto counts = programs().VerifiedInstructions();
  ASSERT_TRUE(counts.ok());
  ASSERT_EQ(counts->size(), 7u);
  for (const auto& [program, count] : *counts) {
    RecordProperty(program, static_cast<int>(count));
    std::printf("%-16s %6u instructions verified\n", program.c_str(), count);
    // The verifier gives up at a million.
    EXPECT_LT(count, 100000u) << program;
  }
}

}  // namespace
}  // namespace pol::testing
