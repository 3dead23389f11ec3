// Who a process is: by its cgroup's path, its unit, its uid; over loopback both
// ends are known exactly.
#include <netinet/in.h>

#include <cerrno>

#include "tests/bpf/fixture.h"

namespace pol::testing {
namespace {

class Identities : public ProgramsTest {
 protected:
  // The identity that a process of `cgroup` with `uid` bears: what the denial
  // of its connection says. Everybody is denied port 9 of `target_`.
  uint32_t WhoIs(const std::string& cgroup, int uid = -1) {
    Forget();
    Place place = Client(cgroup);
    place.uid = uid;
    EXPECT_EQ(Connect(place, {"10.87.0.2", 9}).error, EPERM) << cgroup;
    return AwaitDenial().source;
  }

  Policy WithTarget() {
    Policy policy;
    target_ = policy.Identity("target", kIngress);
    policy.ByAddress(target_, "10.87.0.2/32");
    return policy;
  }
  uint32_t target_ = 0;
};

TEST_F(Identities, ACgroupWithAllBelowIt) {
  Policy policy = WithTarget();
  uint32_t shop = policy.Identity("shop", kNot);
  uint32_t cart = policy.Identity("cart", kNot);
  policy.ByCgroup(shop, "/shop");
  policy.ByCgroup(cart, "/shop/cart");
  Apply(policy);
  EXPECT_EQ(WhoIs("shop"), shop);
  EXPECT_EQ(WhoIs("shop/pay"), shop);
  EXPECT_EQ(WhoIs("shop/pay/deep/down"), shop);
  EXPECT_EQ(WhoIs("shop/cart"), cart);
  EXPECT_EQ(WhoIs("shop/cart/one"), cart);
  EXPECT_EQ(WhoIs("shopping"), 0u);
  EXPECT_EQ(WhoIs("other/shop"), 0u);
}

TEST_F(Identities, AUnitBelowSlicesOnly) {
  Policy policy = WithTarget();
  uint32_t db = policy.Identity("db", kNot);
  uint32_t team = policy.Identity("team", kNot);
  policy.ByUnit(db, "db.service");
  policy.ByUnit(team, "team.slice");
  Apply(policy);
  EXPECT_EQ(WhoIs("db.service"), db);
  EXPECT_EQ(WhoIs("system.slice/db.service"), db);
  EXPECT_EQ(WhoIs("system.slice/system-db.slice/db.service"), db);
  EXPECT_EQ(WhoIs("system.slice/db.service/worker"), db);
  EXPECT_EQ(WhoIs("team.slice/any.service"), team);
  EXPECT_EQ(WhoIs("team.slice/db.service"), db) << "the deeper one wins";
  // A user may name a cgroup below the user's own manager as she likes.
  EXPECT_EQ(WhoIs("user.slice/user@1000.service/db.service"), 0u);
  EXPECT_EQ(WhoIs("user.slice/user@1000.service/app.slice/db.service"), 0u);
  EXPECT_EQ(WhoIs("x/team.slice"), 0u);
  EXPECT_EQ(WhoIs("system.slice/xdb.service"), 0u);
}

TEST_F(Identities, AUser) {
  Policy policy = WithTarget();
  uint32_t anywhere = policy.Identity("anywhere", kNot);
  uint32_t job = policy.Identity("job", kNot);
  uint32_t root_job = policy.Identity("root-job", kNot);
  policy.ByUser(anywhere, "4711");
  policy.ByCgroup(job, "/job");
  policy.ByCgroup(root_job, "/job", "root");
  policy.ByUser(target_, "no-such-user-here");
  Apply(policy);
  EXPECT_EQ(WhoIs("x", 4711), anywhere);
  EXPECT_EQ(WhoIs("x", 4712), 0u);
  EXPECT_EQ(WhoIs("job", 4712), job);
  EXPECT_EQ(WhoIs("job", 4711), job) << "where it runs says more than the uid";
  EXPECT_EQ(WhoIs("job", 0), root_job);
  EXPECT_EQ(WhoIs("job/sub", 0), root_job);
}

TEST_F(Identities, AUserAtADeeperPlaceOnlyWhenItIsThatUser) {
  Policy policy = WithTarget();
  uint32_t outer = policy.Identity("outer", kNot);
  uint32_t inner = policy.Identity("inner", kNot);
  policy.ByCgroup(outer, "/a");
  policy.ByCgroup(inner, "/a/b", "4711");
  Apply(policy);
  EXPECT_EQ(WhoIs("a/b", 4711), inner);
  EXPECT_EQ(WhoIs("a/b", 4712), outer);
}

TEST_F(Identities, NamesOfTheGreatestLength) {
  std::string longest(127, 'n'), longer(128, 'n');
  Policy policy = WithTarget();
  uint32_t known = policy.Identity("known", kNot);
  policy.ByCgroup(known, "/" + longest);
  Apply(policy);
  EXPECT_EQ(WhoIs(longest), known);
  EXPECT_EQ(WhoIs(longer), 0u) << "cut short it would be the other";
}

TEST_F(Identities, NewPoliciesAreNotAnsweredFromTheOldOnes) {
  Policy first = WithTarget();
  uint32_t one = first.Identity("one", kNot);
  first.ByCgroup(one, "/job");
  Apply(first);
  EXPECT_EQ(WhoIs("job"), one);
  Policy second = WithTarget();
  second.Identity("one", kNot);
  uint32_t two = second.Identity("two", kNot);
  second.ByCgroup(two, "/job");
  Apply(second);
  EXPECT_EQ(WhoIs("job"), two);
}

// Both on the server's host, in one network namespace.
class Loopback : public ProgramsTest,
                 public ::testing::WithParamInterface<const char*> {
 protected:
  void Use() {
    Policy policy;
    web_ = policy.Identity("web", kEgress);
    db_ = policy.Identity("db", kIngress);
    policy.ByCgroup(web_, "/web");
    policy.ByCgroup(db_, "/db");
    // The host's address says nothing of who is on it.
    uint32_t host = policy.Identity("host", kNot);
    policy.ByAddress(host, "10.87.0.2/32");
    policy.ByAddress(host, "fd87::2/128");
    policy.Allow(web_, db_, 5432);
    Apply(policy);
  }
  uint32_t web_ = 0, db_ = 0;
};

TEST_P(Loopback, BothEndsAreKnownByTheirSockets) {
  Use();
  Made listener = Listen(Server("db"), {GetParam(), 5432});
  Pair pair = Open(Server("web"), listener.fd.get(), {GetParam(), 5432});
  ASSERT_TRUE(Write(pair.client.get(), "ask"));
  EXPECT_EQ(Read(pair.server.get(), 3, 3), "ask");
  for (const char* direction : {"egress", "ingress"}) {
    DecodedEvent event =
        Await([&](const auto& e) { return e.direction == direction; });
    EXPECT_EQ(event.verdict, "allow");
    EXPECT_EQ(event.source, web_);
    EXPECT_EQ(event.target, db_);
    EXPECT_EQ(event.proof, "socket");
  }
}

TEST_P(Loopback, AListenerThatBearsNoIdentityIsNotTheTarget) {
  Use();
  Made impostor = Listen(Server("else"), {GetParam(), 5432});
  // EPERM where the address alone tells that it is this host; else the SYN is
  // refused on its way out.
  int error = Connect(Server("web"), {GetParam(), 5432}).error;
  EXPECT_TRUE(error == EPERM || error == ECONNABORTED) << error;
  EXPECT_EQ(AwaitDenial().source, web_);
}

TEST_P(Loopback, AnotherSourceIsRefused) {
  Use();
  Made listener = Listen(Server("db"), {GetParam(), 5432});
  int error = Connect(Server("else"), {GetParam(), 5432}).error;
  EXPECT_TRUE(error == EPERM || error == ECONNREFUSED || error == ECONNABORTED)
      << error;
  EXPECT_FALSE(Accept(listener.fd.get(), 0).ok());
}

TEST_P(Loopback, EvenFromOutsideTheManagedCgroup) {
  Use();
  Made listener = Listen(Server("db"), {GetParam(), 5432});
  EXPECT_EQ(Connect(Server(""), {GetParam(), 5432}).error, ECONNREFUSED);
  DecodedEvent event = AwaitDenial();
  EXPECT_EQ(event.hook, "ingress");
  EXPECT_EQ(event.reason, "unknown-peer");
  EXPECT_EQ(event.target, db_);
}

INSTANTIATE_TEST_SUITE_P(Addresses, Loopback,
                         ::testing::Values("127.0.0.1", "::1",
                                           "::ffff:127.0.0.1", "10.87.0.2",
                                           "fd87::2", "::ffff:10.87.0.2"));

TEST_F(Loopback, AWildcardListenerDoesNotLendItsIdentityToOtherHosts) {
  Use();
  // On the web's host somebody listens on the port of the remote one.
  Made here = Listen(Client("db"), {"::", 5432});
  Made there = Listen(Server("db"), {"10.87.0.2", 5432});
  // The remote address is `host`, which is not allowed.
  int error = Connect(Client("web"), {"10.87.0.2", 5432}).error;
  EXPECT_EQ(error, ECONNABORTED);
  DecodedEvent event = AwaitDenial();
  EXPECT_EQ(event.hook, "egress");
  EXPECT_EQ(event.proof, "address");
  EXPECT_FALSE(Accept(there.fd.get(), 0).ok());
  // Without an agent the kernel gives up after the first retransmissions.
  SendAgentAway();
  EXPECT_EQ(Connect(Client("web"), {"10.87.0.2", 5432}, 20).error, ETIMEDOUT);
  EXPECT_FALSE(Accept(there.fd.get(), 0).ok());
}

}  // namespace
}  // namespace pol::testing
