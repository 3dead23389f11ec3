#include "compiler/driver/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::driver {
namespace {

using values::Protocol;
using values::TlsVersion;

constexpr char kText[] = R"(policy "db-access" {
  source_identity = "spiffe://gov.cn/app"
  target_identity = "spiffe://gov.cn/pg"
  port = 5432
  protocol = "tcp"
  tls_required = true
}
workload "app" {
  identity = "spiffe://gov.cn/app"
  cgroup   = "/app"
}
workload "pg" {
  identity = "spiffe://gov.cn/pg"
  cgroup   = "/pg"
}
endpoint "printer" {
  identity  = "spiffe://gov.cn/printer"
  addresses = ["10.0.0.9"]
}
policy "ping" {
  source   = workload.pg
  target   = workload.app
  port     = "any"
  protocol = "icmp"
}
)";

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() {
    support::SourceSet sources;
    sources.Add("db.pol", kText);
    compilation_ = Compile(std::move(sources));
  }

  void SetUp() override {
    ASSERT_TRUE(compilation_.ok() && compilation_->result);
  }

  std::string Ask(const char* from, const char* to, uint16_t port,
                  std::optional<TlsVersion> tls,
                  Protocol protocol = Protocol::kTcp) {
    absl::StatusOr<Answer> answer =
        Explain(*compilation_->result, {from, to, port, tls, protocol});
    return answer.ok() ? answer->text : std::string(answer.status().message());
  }

  absl::StatusOr<Compilation> compilation_ = absl::UnknownError("not compiled");
};

TEST_F(ExplainTest, Allowed) {
  EXPECT_EQ(
      Ask("workload.app", "workload.pg", 5432, TlsVersion::kTls13),
      "allowed: spiffe://gov.cn/app -> spiffe://gov.cn/pg tcp/5432, TLS 1.3\n"
      "  allowed by: policy db-access (db.pol:1)\n"
      "  requires: TLS 1.2 or later, policy db-access (db.pol:6)\n");
}

TEST_F(ExplainTest, OtherProtocols) {
  EXPECT_EQ(
      Ask("workload.pg", "workload.app", 0, std::nullopt, Protocol::kIcmp),
      "allowed: spiffe://gov.cn/pg -> spiffe://gov.cn/app icmp\n"
      "  allowed by: policy ping (db.pol:20)\n");
  EXPECT_EQ(
      Ask("workload.app", "workload.pg", 0, std::nullopt, Protocol::kIcmp),
      "denied: spiffe://gov.cn/app -> spiffe://gov.cn/pg icmp\n"
      "  default deny: policy db-access admits only tcp port 5432 "
      "(db.pol:4)\n");
  EXPECT_EQ(
      Ask("workload.pg", "workload.app", 53, std::nullopt, Protocol::kUdp),
      "denied: spiffe://gov.cn/pg -> spiffe://gov.cn/app udp/53, clear text\n"
      "  default deny: policy ping admits only icmp (db.pol:23)\n");
}

TEST_F(ExplainTest, PortsThatAProtocolDoesNotHave) {
  const char* from = "workload.app";
  const char* to = "workload.pg";
  EXPECT_EQ(Ask(from, to, 7, std::nullopt, Protocol::kIcmp),
            "icmp has no ports");
  EXPECT_EQ(Ask(from, to, 0, std::nullopt, Protocol::kUdp),
            "say which port: connections by udp have one from 1 to 65535");
  EXPECT_EQ(Ask(from, to, 7, TlsVersion::kTls13, Protocol::kUdp),
            "TLS runs over tcp; this connection is by udp");
}

TEST_F(ExplainTest, RefusedForClearText) {
  EXPECT_EQ(
      Ask("spiffe://gov.cn/app", "spiffe://gov.cn/pg", 5432, std::nullopt),
      "denied: spiffe://gov.cn/app -> spiffe://gov.cn/pg tcp/5432, clear text\n"
      "  allowed by: policy db-access (db.pol:1)\n"
      "  refused for: TLS 1.2 or later, policy db-access (db.pol:6)\n");
}

TEST_F(ExplainTest, DefaultDenyNamesTheNearestRule) {
  EXPECT_EQ(Ask("endpoint.printer", "workload.pg", 5432, std::nullopt),
            "denied: spiffe://gov.cn/printer -> spiffe://gov.cn/pg tcp/5432, "
            "clear text\n"
            "  default deny: policy db-access admits only spiffe://gov.cn/app "
            "(db.pol:2)\n");
  EXPECT_EQ(Ask("spiffe://gov.cn/stranger", "workload.pg", 80, std::nullopt),
            "denied: unknown -> spiffe://gov.cn/pg tcp/80, clear text\n"
            "  default deny: no policy admits connections from unknown to "
            "spiffe://gov.cn/pg "
            "(db.pol:12)\n");
}

TEST_F(ExplainTest, LeftAlone) {
  EXPECT_EQ(
      Ask("unknown", "endpoint.printer", 9100, std::nullopt),
      "left alone: unknown -> spiffe://gov.cn/printer tcp/9100, clear text\n"
      "  neither end is governed in this direction\n");
}

TEST(ExplainPatternTest, AnIdWithoutANameIsWhatItsPatternsSay) {
  support::SourceSet sources;
  sources.Add("p.pol", R"(workload "pg" {
  identity = "spiffe://gov.cn/pg"
  cgroup   = "/pg"
}
policy "apps" {
  source = "spiffe://gov.cn/ns/*-app"
  target = workload.pg
  port   = 5432
}
)");
  const auto compilation = Compile(std::move(sources));
  ASSERT_TRUE(compilation.ok() && compilation->result);
  auto ask = [&](const char* from) {
    const auto answer = Explain(*compilation->result,
                                {from, "workload.pg", 5432, std::nullopt});
    return answer.ok() && answer->allowed;
  };
  EXPECT_TRUE(ask("spiffe://gov.cn/ns/finance-app"));
  EXPECT_FALSE(ask("spiffe://gov.cn/ns/finance"));
  EXPECT_FALSE(ask("unknown"));
}

TEST_F(ExplainTest, NamesNobodyHas) {
  EXPECT_THAT(Ask("workload.apq", "unknown", 1, std::nullopt),
              ::testing::HasSubstr("`workload.apq` is neither"));
}

}  // namespace
}  // namespace pol::driver
