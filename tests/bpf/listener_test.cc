// Connections from hosts without the programs: what the listener's host decides
// and how the refused learn of it.
#include <cerrno>

#include "tests/bpf/fixture.h"

namespace pol::testing {
namespace {

class Listening : public ProgramsTest,
                  public ::testing::WithParamInterface<const char*> {
 protected:
  void Use(const std::string& address4, const std::string& address6) {
    Policy policy;
    uint32_t app = policy.Identity("app", kNot);
    db_ = policy.Identity("db", kIngress);
    policy.ByCgroup(db_, "/db");
    policy.ByAddress(app, address4);
    policy.ByAddress(app, address6);
    policy.Allow(app, db_, 5432);
    Apply(policy);
  }
  uint32_t db_ = 0;
};

TEST_P(Listening, AKnownAddressIsLetIn) {
  Use("10.87.0.1/32", "fd87::1/128");
  Made listener = Listen(Server("db"), {GetParam(), 5432});
  Pair pair = Open(Client(""), listener.fd.get(), {GetParam(), 5432});
  ASSERT_TRUE(Write(pair.client.get(), "ask"));
  EXPECT_EQ(Read(pair.server.get(), 3, 3), "ask");
  ASSERT_TRUE(Write(pair.server.get(), "told"));
  EXPECT_EQ(Read(pair.client.get(), 4, 3), "told");
  DecodedEvent event = AwaitAllowance();
  EXPECT_EQ(event.direction, "ingress");
  EXPECT_EQ(event.proof, "address");
}

TEST_P(Listening, AnotherAddressIsRefusedAtOnce) {
  Use("10.87.0.77/32", "fd87::77/128");
  Made listener = Listen(Server("db"), {GetParam(), 5432});
  EXPECT_EQ(Connect(Client(""), {GetParam(), 5432}).error, ECONNREFUSED);
  DecodedEvent event = AwaitDenial();
  EXPECT_EQ(event.hook, "ingress");
  EXPECT_EQ(event.reason, "unknown-peer");
  EXPECT_EQ(event.target, db_);
  EXPECT_EQ(event.comm.substr(0, 4), "bpf_");
}

TEST_P(Listening, AnotherPortIsRefused) {
  Use("10.87.0.1/32", "fd87::1/128");
  Made listener = Listen(Server("db"), {GetParam(), 5433});
  EXPECT_EQ(Connect(Client(""), {GetParam(), 5433}).error, ECONNREFUSED);
  EXPECT_EQ(AwaitDenial().reason, "default-deny");
}

TEST_P(Listening, WithoutAnAgentItIsRefusedToo) {
  Use("10.87.0.77/32", "fd87::77/128");
  SendAgentAway();
  Made listener = Listen(Server("db"), {GetParam(), 5432});
  EXPECT_EQ(Connect(Client(""), {GetParam(), 5432}, 1).error, ETIMEDOUT);
  EXPECT_FALSE(Accept(listener.fd.get(), 0).ok());
}

TEST_P(Listening, AListenerOfNobodyIsLeftAlone) {
  Use("10.87.0.77/32", "fd87::77/128");
  Made listener = Listen(Server("else"), {GetParam(), 5432});
  Pair pair = Open(Client(""), listener.fd.get(), {GetParam(), 5432});
  ASSERT_TRUE(Write(pair.client.get(), "ask"));
  EXPECT_EQ(Read(pair.server.get(), 3, 3), "ask");
}

INSTANTIATE_TEST_SUITE_P(Families, Listening,
                         ::testing::ValuesIn(kServerAddresses));

TEST_F(Listening, ABacklogOfConnectionsIsJudgedOneByOne) {
  Use("10.87.0.1/32", "fd87::1/128");
  // One socket for both families.
  Made listener = Listen(Server("db"), {"::", 5432});
  for (int i = 0; i < 50; ++i) {
    Pair four = Open(Client(""), listener.fd.get(), {"10.87.0.2", 5432});
    Pair six = Open(Client(""), listener.fd.get(), {"fd87::2", 5432});
    ASSERT_TRUE(four.server.ok() && six.server.ok());
  }
  EXPECT_EQ(Connect(Server("else"), {"127.0.0.1", 5432}).error, EPERM);
}

TEST_F(Listening, SynCookiesDoNotOpenASideDoor) {
  Use("10.87.0.77/32", "fd87::77/128");
  ASSERT_TRUE(InPlace(Server(""), [] {
                FILE* file = fopen("/proc/sys/net/ipv4/tcp_syncookies", "w");
                if (file == nullptr) return -errno;
                fputs("2", file);
                return fclose(file) == 0 ? 0 : -EIO;
              }).ok());
  Made listener = Listen(Server("db"), {"10.87.0.2", 5432});
  EXPECT_EQ(Connect(Client(""), {"10.87.0.2", 5432}).error, ECONNREFUSED);
  Use("10.87.0.1/32", "fd87::1/128");
  Pair pair = Open(Client(""), listener.fd.get(), {"10.87.0.2", 5432});
  EXPECT_TRUE(pair.server.ok());
}

}  // namespace
}  // namespace pol::testing
