// One policy after the other, with connections under way; agents that come and
// go.
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "tests/bpf/fixture.h"
#include "tests/bpf/tls_bytes.h"

namespace pol::testing {
namespace {

class Switching : public ProgramsTest {
 protected:
  // Both ends local and governed; `tls` as in Policy::Allow.
  Policy Allowing(uint16_t port, uint32_t tls = 0) {
    Policy policy;
    uint32_t app = policy.Identity("app", kBoth);
    uint32_t db = policy.Identity("db", kBoth);
    policy.ByCgroup(app, "/app");
    policy.ByCgroup(db, "/db");
    policy.ByAddress(app, "10.87.0.1/32");
    policy.ByAddress(db, "10.87.0.2/32");
    policy.Allow(app, db, port, tls);
    return policy;
  }

  // Carries a word each way.
  bool Talks(const Pair& pair) {
    if (!Write(pair.client.get(), "ask")) return false;
    if (Read(pair.server.get(), 3, 2) != "ask") return false;
    if (!Write(pair.server.get(), "told")) return false;
    return Read(pair.client.get(), 4, 2) == "told";
  }

  void ExpectKilled(const Pair& pair) {
    Write(pair.client.get(), "ask");
    int error = 0;
    EXPECT_EQ(Read(pair.server.get(), 1, 5, &error), "");
    EXPECT_TRUE(error == ECONNRESET || error == ECONNABORTED) << error;
  }

  const Address db_{"10.87.0.2", 5432};
};

TEST_F(Switching, WhatStaysAllowedGoesOn) {
  Apply(Allowing(5432));
  Made listener = Listen(Server("db"), db_);
  Pair pair = Open(Client("app"), listener.fd.get(), db_);
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(Talks(pair)) << i;
    Apply(Allowing(5432));
  }
  for (const DecodedEvent& event : Events()) EXPECT_EQ(event.verdict, "allow");
}

TEST_F(Switching, WhatIsForbiddenNowEnds) {
  Apply(Allowing(5432));
  Made listener = Listen(Server("db"), db_);
  Pair pair = Open(Client("app"), listener.fd.get(), db_);
  ASSERT_TRUE(Talks(pair));
  Forget();
  Apply(Allowing(5433));
  EXPECT_EQ(Connect(Client("app"), db_).error, EPERM);
  ExpectKilled(pair);
  DecodedEvent event = AwaitDenial();
  EXPECT_EQ(event.generation, generation());
}

TEST_F(Switching, TheServersSideEndsItToo) {
  // Only the server is ours.
  Policy policy;
  uint32_t db = policy.Identity("db", kIngress);
  uint32_t app = policy.Identity("app", kNot);
  policy.ByCgroup(db, "/db");
  policy.ByAddress(app, "10.87.0.1/32");
  policy.Allow(app, db, 5432);
  Apply(policy);
  Made listener = Listen(Server("db"), db_);
  Pair pair = Open(Client(""), listener.fd.get(), db_);
  ASSERT_TRUE(Talks(pair));
  Policy none;
  none.ByCgroup(none.Identity("db", kIngress), "/db");
  Apply(none);
  ExpectKilled(pair);
}

TEST_F(Switching, WithoutAnAgentNothingPassesEither) {
  Apply(Allowing(5432));
  Made listener = Listen(Server("db"), db_);
  Pair pair = Open(Client("app"), listener.fd.get(), db_);
  ASSERT_TRUE(Talks(pair));
  SendAgentAway();
  Apply(Allowing(5433));
  Write(pair.client.get(), "ask");
  Write(pair.server.get(), "told");
  EXPECT_EQ(Read(pair.client.get(), 1, 1), "");
  EXPECT_EQ(Read(pair.server.get(), 1, 1), "");
}

TEST_F(Switching, UndoReturnsToThePolicyBefore) {
  Apply(Allowing(5432));
  Made listener = Listen(Server("db"), db_);
  Pair pair = Open(Client("app"), listener.fd.get(), db_);
  auto step = Prepare(Allowing(5433));
  ASSERT_NE(step, nullptr);
  ASSERT_TRUE(step->Switch().ok());
  EXPECT_EQ(Connect(Client("app"), db_).error, EPERM);
  ASSERT_TRUE(step->Undo().ok());
  EXPECT_TRUE(fence().Verify(Allowing(5432).Build()).ok());
  EXPECT_TRUE(Connect(Client("app"), db_).ok());
  EXPECT_TRUE(Talks(pair));
  // The same again: what was judged in between is not taken for judged now.
  Apply(Allowing(5433));
  EXPECT_EQ(Connect(Client("app"), db_).error, EPERM);
  ExpectKilled(pair);
}

TEST_F(Switching, UndoOfTheFirstPolicyLeavesNothing) {
  auto step = Prepare(Allowing(5432));
  ASSERT_NE(step, nullptr);
  ASSERT_TRUE(step->Switch().ok());
  EXPECT_EQ(Connect(Client("app"), {"10.87.0.2", 5433}).error, EPERM);
  ASSERT_TRUE(step->Undo().ok());
  EXPECT_EQ(Connect(Client("app"), {"10.87.0.2", 5433}).error, ECONNREFUSED);
  EXPECT_TRUE(std::filesystem::is_empty(paths().bpffs_dir));
}

TEST_F(Switching, AStepThatIsDroppedChangesNothing) {
  Prepare(Allowing(5432)).reset();
  EXPECT_TRUE(std::filesystem::is_empty(paths().bpffs_dir));
  Apply(Allowing(5432));
  Prepare(Allowing(5433)).reset();
  EXPECT_TRUE(fence().Verify(Allowing(5432).Build()).ok());
}

TEST_F(Switching, ReadSaysWhatDiffers) {
  auto changes = fence().Read(nullptr, Allowing(5432).Build());
  ASSERT_TRUE(changes.ok());
  ASSERT_EQ(changes->size(), 2u);
  EXPECT_EQ(changes->at(0).aspect, "programs");
  EXPECT_EQ(changes->at(1).aspect, "tables");
  Apply(Allowing(5432));
  EXPECT_TRUE(fence().Read(nullptr, Allowing(5432).Build())->empty());
  changes = fence().Read(nullptr, Allowing(5433).Build());
  ASSERT_EQ(changes->size(), 1u);
  EXPECT_EQ(changes->at(0).before, "generation 1");
}

TEST_F(Switching, ABundleWithoutANetworkPartLoadsNothing) {
  bundle::v1::Bundle empty = Policy().Build();
  EXPECT_TRUE(fence().Read(nullptr, empty)->empty());
  auto step = fence().Prepare(nullptr, empty, 1);
  ASSERT_TRUE(step.ok());
  EXPECT_TRUE((*step)->Switch().ok());
  EXPECT_TRUE(!std::filesystem::exists(paths().bpffs_dir) ||
              std::filesystem::is_empty(paths().bpffs_dir));
}

TEST_F(Switching, ItGoesOnWithoutWhoLoadedIt) {
  Made loaded = InPlace({}, [&] {
    auto own = enforce::MakeNetworkFence(paths());
    auto step = own->Prepare(nullptr, Allowing(5432).Build(), 7);
    return step.ok() && (*step)->Switch().ok() ? 0 : -EBADE;
  });
  ASSERT_EQ(loaded.error, 0);
  Made listener = Listen(Server("db"), db_);
  EXPECT_TRUE(Connect(Client("app"), db_).ok());
  EXPECT_EQ(Connect(Client("app"), {"10.87.0.2", 5433}).error, EPERM);
  // The next agent finds it.
  EXPECT_TRUE(fence().Verify(Allowing(5432).Build()).ok());
}

TEST_F(Switching, LeftoversOfADeadAgentAreReplaced) {
  Apply(Allowing(5432));
  std::string set = programs().directory();
  // One that died while it pinned, and a whole one of another build.
  std::filesystem::remove(set + "/complete");
  std::string other = paths().bpffs_dir + "/set-0000000000000000-1";
  for (const char* kind : {"", "/map", "/link"})
    ASSERT_EQ(mkdir((other + kind).c_str(), 0700), 0);
  auto step = Prepare(Allowing(5433));
  ASSERT_NE(step, nullptr);
  ASSERT_TRUE(step->Switch().ok());
  EXPECT_TRUE(std::filesystem::exists(other)) << "the way back needs it";
  const enforce::Bundle target = Allowing(5433).Build();
  std::vector<std::string> notes;
  ASSERT_TRUE(fence().Tidy(&target, enforce::Tidying::kForeign, &notes).ok());
  EXPECT_FALSE(std::filesystem::exists(other));
  EXPECT_TRUE(fence().Verify(target).ok());
}

TEST_F(Switching, ConnectionsFromBeforeAreTakenIn) {
  Made listener = Listen(Server("db"), db_);
  Pair allowed = Open(Client("app"), listener.fd.get(), db_);
  Pair idle = Open(Client("app"), listener.fd.get(), db_);
  // TLS cannot be verified any more: let go on.
  Apply(Allowing(5432, 0x0303));
  EXPECT_TRUE(Talks(allowed));
  EXPECT_TRUE(Talks(idle));
  EXPECT_TRUE(fence().Verify(Allowing(5432, 0x0303).Build()).ok());
  // Who is who, and on which port, is judged.
  Apply(Allowing(5433));
  ExpectKilled(idle);
  EXPECT_EQ(AwaitDenial().target_port, 5432);
}

TEST_F(Switching, AListenerFromBeforeIsJudgedLikeAnyOther) {
  Made listener = Listen(Server("db"), db_);
  Made other = Listen(Server("db"), {"10.87.0.2", 5433}, {.backlog = 0});
  Apply(Allowing(5432, 0x0303));
  EXPECT_EQ(Connect(Client(""), {"10.87.0.2", 5433}).error, ECONNREFUSED);
  Pair pair = Open(Client(""), listener.fd.get(), db_);
  Write(pair.client.get(), "plain");
  int error = 0;
  EXPECT_EQ(Read(pair.server.get(), 5, 3, &error), "");
  EXPECT_NE(error, 0);
}

TEST_F(Switching, TlsThatWasNeverSeenIsNotAssumed) {
  Apply(Allowing(5432));
  Made listener = Listen(Server("db"), db_);
  Pair pair = Open(Client("app"), listener.fd.get(), db_);
  ASSERT_TRUE(Talks(pair));
  Forget();
  Apply(Allowing(5432, 0x0303));
  ExpectKilled(pair);
  EXPECT_EQ(AwaitDenial().reason, "tls-unknown");
}

TEST_F(Switching, TlsThatIsTooOldNowEnds) {
  Apply(Allowing(5432, 0x0303));
  Made listener = Listen(Server("db"), db_);
  Pair pair = Open(Client("app"), listener.fd.get(), db_);
  std::string hello = ClientHello({}), answer = ServerHello({});
  ASSERT_TRUE(Write(pair.client.get(), hello));
  ASSERT_EQ(Read(pair.server.get(), hello.size(), 3), hello);
  ASSERT_TRUE(Write(pair.server.get(), answer));
  ASSERT_EQ(Read(pair.client.get(), answer.size(), 3), answer);
  ASSERT_TRUE(Talks(pair));
  Await([](const auto& e) {
    return e.verdict == "allow" && e.direction == "ingress" &&
           e.tls_version == "1.2";
  });
  Apply(Allowing(5432, 0x0303));
  ASSERT_TRUE(Talks(pair)) << "judged again by what was seen";
  Forget();
  Apply(Allowing(5432, 0x0304));
  ExpectKilled(pair);
  EXPECT_EQ(AwaitDenial().reason, "tls-version");
}

}  // namespace
}  // namespace pol::testing
