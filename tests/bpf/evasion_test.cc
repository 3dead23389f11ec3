// A client that writes its own packets tries to get plaintext past the gate:
// what TCP throws away must not count, what TCP takes must have been judged.
#include <chrono>
#include <thread>

#include "tests/bpf/fixture.h"
#include "tests/bpf/forger.h"
#include "tests/bpf/tls_bytes.h"

namespace pol::testing {
namespace {

class Evasion : public ProgramsTest {
 protected:
  void SetUp() override {
    ProgramsTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Policy policy;
    uint32_t app = policy.Identity("app", kNot);
    uint32_t db = policy.Identity("db", kIngress);
    policy.ByCgroup(db, "/db");
    policy.ByAddress(app, std::string(kForgersAddress) + "/32");
    policy.Allow(app, db, 5432, 0x0303);
    Apply(policy);
    // The forger keeps its connection whatever it is told.
    SendAgentAway();
    listener_ =
        Listen(Server("db"), {"10.87.0.2", 5432}, {.fast_open = true}).fd;
    ASSERT_TRUE(listener_.ok());
    forger_ = std::make_unique<Forger>(*hosts_, 5432);
  }

  void Shake() {
    ASSERT_TRUE(forger_->Syn());
    forger_->Ack();
    server_ = Accept(listener_.get());
    ASSERT_TRUE(server_.ok());
  }

  std::string Delivered(size_t size) { return Read(server_.get(), size, 1); }

  // Long enough for the gate to take a segment for thrown away.
  static void Settle() {
    std::this_thread::sleep_for(std::chrono::milliseconds(80));
  }

  const std::string hello_ = ClientHello({.versions = {0x0304, 0x0303}});
  const std::string plain_ = std::string(hello_.size(), 'p');
  Fd listener_;
  Fd server_;
  std::unique_ptr<Forger> forger_;
};

TEST_F(Evasion, TheTricksAreWhatTheySeemToBe) {
  // A listener that nobody judges.
  Made other = Listen(Server("else"), {"10.87.0.2", 5433});
  Forger forger(*hosts_, 5433);
  ASSERT_TRUE(forger.Syn());
  forger.Ack();
  server_ = Accept(other.fd.get());
  ASSERT_TRUE(server_.ok());
  forger.Send(0, "damaged", {.bad_checksum = true});
  forger.Send(0, "ancient", {.old_timestamp = true});
  forger.Send(5, " early");
  EXPECT_EQ(Delivered(1), "");
  forger.Send(0, "plain");
  EXPECT_EQ(Delivered(11), "plain early");
}

TEST_F(Evasion, AnHonestForgerGetsThrough) {
  Shake();
  forger_->Send(0, hello_.substr(0, 50));
  forger_->Send(50, hello_.substr(50));
  EXPECT_EQ(Delivered(hello_.size()), hello_);
  forger_->Send(hello_.size(), "anything");
  EXPECT_EQ(Delivered(8), "anything");
}

TEST_F(Evasion, AHelloWithABadChecksumDoesNotCount) {
  Shake();
  forger_->Send(0, hello_, {.bad_checksum = true});
  forger_->Send(0, plain_);
  Settle();
  forger_->Send(0, plain_);
  EXPECT_EQ(Delivered(1), "");
  EXPECT_EQ(AwaitDenial().reason, "plaintext");
}

TEST_F(Evasion, AHelloThatWasDamagedMayBeSentAgain) {
  Shake();
  forger_->Send(0, hello_, {.bad_checksum = true});
  Settle();
  forger_->Send(0, hello_);
  EXPECT_EQ(Delivered(hello_.size()), hello_);
}

TEST_F(Evasion, BytesThatWereDamagedAreNotRemembered) {
  Shake();
  forger_->Send(0, plain_, {.bad_checksum = true});
  forger_->Send(0, hello_);
  EXPECT_EQ(Delivered(hello_.size()), hello_);
}

TEST_F(Evasion, HalfAHelloThatIsThrownAwayCannotBeReplaced) {
  Shake();
  size_t half = hello_.size() / 2;
  forger_->Send(0, hello_.substr(0, half), {.bad_checksum = true});
  forger_->Send(half, hello_.substr(half));
  forger_->Send(hello_.size(), "more");
  Settle();
  forger_->Send(0, plain_.substr(0, half));
  EXPECT_EQ(Delivered(1), "");
  // A shorter good beginning that would make the queued bytes follow.
  forger_->Send(0, hello_.substr(0, half));
  EXPECT_EQ(Delivered(hello_.size() + 4).substr(0, half),
            hello_.substr(0, half));
}

TEST_F(Evasion, WhatTheClockMakesTcpThrowAwayDoesNotCount) {
  Shake();
  forger_->Send(0, hello_, {.old_timestamp = true});
  Settle();
  forger_->Send(0, plain_);
  EXPECT_EQ(Delivered(1), "");
}

TEST_F(Evasion, PlaintextAheadOfItsTurnIsNotQueued) {
  Shake();
  forger_->Send(5, plain_);
  forger_->Send(0, hello_.substr(0, 5));
  EXPECT_EQ(Delivered(hello_.size()), hello_.substr(0, 5));
}

TEST_F(Evasion, AnOverlapChangesNothing) {
  Shake();
  forger_->Send(0, hello_.substr(0, 50));
  forger_->Send(20, plain_.substr(0, 30) + hello_.substr(50));
  EXPECT_EQ(Delivered(hello_.size()), hello_);
  forger_->Send(10, plain_.substr(0, 20));
  forger_->Send(hello_.size(), "anything");
  EXPECT_EQ(Delivered(8), "anything");
}

TEST_F(Evasion, AnOverlapMayNotContinueWithPlaintext) {
  Shake();
  forger_->Send(0, hello_.substr(0, 3));
  forger_->Send(2, plain_);
  EXPECT_EQ(Delivered(4), hello_.substr(0, 3));
  EXPECT_EQ(AwaitDenial().verdict, "deny");
}

TEST_F(Evasion, UrgentDataAreRefused) {
  Shake();
  forger_->Send(0, hello_, {.urgent = true});
  EXPECT_EQ(Delivered(1), "");
  EXPECT_EQ(AwaitDenial().reason, "tls-stream");
}

TEST_F(Evasion, DataInTheSynAreNotDelivered) {
  EXPECT_FALSE(forger_->Syn(plain_));
  EXPECT_FALSE(Accept(listener_.get(), 0).ok());
  Shake();
  forger_->Send(0, hello_);
  EXPECT_EQ(Delivered(hello_.size()), hello_);
}

TEST_F(Evasion, PlaintextInTheHandshakesLastPacketIsRefused) {
  ASSERT_TRUE(forger_->Syn());
  forger_->Ack(plain_);
  EXPECT_FALSE(Accept(listener_.get(), 1).ok());
  EXPECT_EQ(AwaitDenial().reason, "plaintext");
}

TEST_F(Evasion, AHelloInTheHandshakesLastPacketCounts) {
  ASSERT_TRUE(forger_->Syn());
  forger_->Ack(hello_);
  server_ = Accept(listener_.get());
  ASSERT_TRUE(server_.ok());
  EXPECT_EQ(Delivered(hello_.size()), hello_);
  forger_->Send(hello_.size(), "anything");
  EXPECT_EQ(Delivered(8), "anything");
}

TEST_F(Evasion, HalfAHelloInTheHandshakesLastPacketHasToGoOn) {
  ASSERT_TRUE(forger_->Syn());
  forger_->Ack(hello_.substr(0, 40));
  server_ = Accept(listener_.get());
  ASSERT_TRUE(server_.ok());
  EXPECT_EQ(Delivered(40), hello_.substr(0, 40));
  forger_->Send(40, std::string(2, '\xff') + plain_.substr(2));
  EXPECT_EQ(Delivered(1), "");
  AwaitDenial();
  forger_->Send(40, hello_.substr(40));
  EXPECT_EQ(Delivered(hello_.size()), hello_.substr(40));
}

}  // namespace
}  // namespace pol::testing
