// The TLS gate, with real connections.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstdlib>

#include "tests/bpf/fixture.h"
#include "tests/bpf/tls_bytes.h"
#include "tests/harness/process.h"
#include "tests/harness/wait.h"

namespace pol::testing {
namespace {

// Which ends the programs see: the client's, the server's, or both.
enum class Ours { kClient, kServer, kBoth };

class Gate : public ProgramsTest, public ::testing::WithParamInterface<Ours> {
 protected:
  void Use(uint32_t minimum) {
    Policy policy;
    uint32_t app = policy.Identity("app", kNot);
    uint32_t db = policy.Identity("db", kIngress);
    policy.ByCgroup(app, "/app");
    policy.ByCgroup(db, "/db");
    for (const char* address : {"10.87.0.1/32", "fd87::1/128"})
      policy.ByAddress(app, address);
    for (const char* address : {"10.87.0.2/32", "fd87::2/128"})
      policy.ByAddress(db, address);
    rule_ = policy.Allow(app, db, 5432, minimum);
    Apply(policy);
    listener_ = Listen(DbPlace(), db_).fd;
    ASSERT_TRUE(listener_.ok());
  }

  Place AppPlace() const {
    return Client(GetParam() == Ours::kServer ? "" : "app");
  }
  Place DbPlace() const {
    return Server(GetParam() == Ours::kClient ? "" : "db");
  }

  Pair Open() { return ProgramsTest::Open(AppPlace(), listener_.get(), db_); }

  static bool Carries(const Fd& from, const Fd& to, const std::string& bytes) {
    return Write(from.get(), bytes) && Read(to.get(), bytes.size(), 5) == bytes;
  }

  // The server gets nothing of `bytes` and learns that the connection is over;
  // so does the client.
  void ExpectRefused(Pair& pair, const std::string& bytes,
                     const std::string& reason) {
    Write(pair.client.get(), bytes);
    int error = 0;
    EXPECT_EQ(Read(pair.server.get(), bytes.size(), 5, &error), "");
    EXPECT_NE(error, 0) << "the server still waits";
    Read(pair.client.get(), 1, 5, &error);
    EXPECT_NE(error, 0) << "the client still waits";
    DecodedEvent event = AwaitDenial();
    EXPECT_EQ(event.reason, reason);
    EXPECT_EQ(event.rule, rule_);
    EXPECT_EQ(event.target_port, 5432);
  }

  const Address db_{"10.87.0.2", 5432};
  Fd listener_;
  uint32_t rule_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Ends, Gate,
                         ::testing::Values(Ours::kClient, Ours::kServer,
                                           Ours::kBoth));

TEST_P(Gate, LetsTlsThrough) {
  Use(0x0303);
  Pair pair = Open();
  EXPECT_TRUE(Carries(pair.client, pair.server,
                      ClientHello({.versions = {0x0304, 0x0303}})));
  EXPECT_TRUE(
      Carries(pair.server, pair.client, ServerHello({.chosen = 0x0304})));
  EXPECT_TRUE(Carries(pair.client, pair.server, Record(23, "ask")));
  EXPECT_TRUE(Carries(pair.server, pair.client, Record(23, "told")));
  EXPECT_TRUE(Carries(pair.client, pair.server, std::string(200000, 'x')));
  DecodedEvent event = AwaitAllowance();
  EXPECT_EQ(event.tls_version, "1.3");
  EXPECT_EQ(event.rule, rule_);
}

TEST_P(Gate, RefusesPlaintext) {
  Use(0x0303);
  Pair pair = Open();
  ExpectRefused(pair, "SELECT 1;", "plaintext");
}

TEST_P(Gate, RefusesAClientThatIsTooOld) {
  Use(0x0303);
  Pair pair = Open();
  ExpectRefused(pair, ClientHello({.legacy_version = 0x0302}), "tls-version");
}

TEST_P(Gate, RefusesAClientWithoutTheVersionAskedFor) {
  Use(0x0304);
  Pair pair = Open();
  ExpectRefused(pair, ClientHello({.versions = {0x0303}}), "tls-version");
}

TEST_P(Gate, RefusesAServersChoiceThatIsTooOld) {
  Use(0x0304);
  Pair pair = Open();
  ASSERT_TRUE(Carries(pair.client, pair.server,
                      ClientHello({.versions = {0x0304, 0x0303}})));
  Write(pair.server.get(), ServerHello({}));
  int error = 0;
  EXPECT_EQ(Read(pair.client.get(), 1, 5, &error), "");
  EXPECT_NE(error, 0);
  DecodedEvent event = AwaitDenial();
  EXPECT_EQ(event.reason, "tls-version");
  EXPECT_EQ(event.tls_version, "1.2");
}

TEST_P(Gate, RefusesPlaintextFromTheServer) {
  Use(0x0303);
  Pair pair = Open();
  Write(pair.server.get(), "220 ready\r\n");
  int error = 0;
  EXPECT_EQ(Read(pair.client.get(), 1, 5, &error), "");
  EXPECT_NE(error, 0);
  EXPECT_EQ(AwaitDenial().reason, "plaintext");
}

TEST_P(Gate, AHelloMayComeByteByByte) {
  Use(0x0304);
  Pair pair = Open();
  int on = 1;
  setsockopt(pair.client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  setsockopt(pair.server.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  for (char byte : ClientHello({.versions = {0x0304}}))
    ASSERT_TRUE(Carries(pair.client, pair.server, {byte}));
  for (char byte : ServerHello({.chosen = 0x0304}))
    ASSERT_TRUE(Carries(pair.server, pair.client, {byte}));
  EXPECT_TRUE(Carries(pair.client, pair.server, "anything"));
}

TEST_P(Gate, AHelloMayComeInTwoPartsCutAnywhere) {
  Use(0x0304);
  std::string hello = ClientHello({.versions = {0x0304}});
  for (size_t cut = 1; cut < hello.size(); cut += 7) {
    Pair pair = Open();
    ASSERT_TRUE(Carries(pair.client, pair.server, hello.substr(0, cut)));
    ASSERT_TRUE(Carries(pair.client, pair.server, hello.substr(cut))) << cut;
  }
}

TEST_P(Gate, AHelloMayBeLargeAndTheSegmentsSmall) {
  Use(0x0304);
  Made made = InPlace(AppPlace(), [&] {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int size = 536;
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &size, sizeof(size));
    int error = ConnectWith(fd, db_);
    return error ? -error : fd;
  });
  ASSERT_TRUE(made.ok());
  Fd server = Accept(listener_.get());
  EXPECT_TRUE(Carries(made.fd, server,
                      ClientHello({.versions = {0x0304}, .padding = 16000})));
  EXPECT_TRUE(Carries(server, made.fd, ServerHello({.chosen = 0x0304})));
  EXPECT_TRUE(Carries(made.fd, server, "anything"));
}

TEST_P(Gate, AHelloMayBeSpreadOverRecords) {
  Use(0x0304);
  Pair pair = Open();
  EXPECT_TRUE(Carries(pair.client, pair.server,
                      ClientHello({.versions = {0x0304}, .record_size = 9})));
}

TEST_P(Gate, AHelloThatIsTooLongIsRefused) {
  Use(0x0304);
  Pair pair = Open();
  std::string start =
      ClientHello({.versions = {0x0304}, .padding = 17000}).substr(0, 64);
  ExpectRefused(pair, start, "tls-hello-too-long");
}

TEST_P(Gate, PostgresAsksForTlsFirst) {
  Use(0x0303);
  Pair pair = Open();
  ASSERT_TRUE(Carries(pair.client, pair.server, GssRequest()));
  ASSERT_TRUE(Carries(pair.server, pair.client, "N"));
  ASSERT_TRUE(Carries(pair.client, pair.server, SslRequest()));
  ASSERT_TRUE(Carries(pair.server, pair.client, "S"));
  EXPECT_TRUE(
      Carries(pair.client, pair.server, ClientHello({.versions = {0x0304}})));
  EXPECT_TRUE(
      Carries(pair.server, pair.client, ServerHello({.chosen = 0x0304})));
  EXPECT_TRUE(Carries(pair.client, pair.server, "anything"));
}

TEST_P(Gate, PostgresThatDeclinesTlsGetsNothing) {
  Use(0x0303);
  Pair pair = Open();
  ASSERT_TRUE(Carries(pair.client, pair.server, SslRequest()));
  ASSERT_TRUE(Carries(pair.server, pair.client, "N"));
  ExpectRefused(pair, StartupMessage(), "plaintext");
}

TEST_P(Gate, PostgresWithGssEncryptionIsRefusedWithItsOwnReason) {
  Use(0x0303);
  Pair pair = Open();
  ASSERT_TRUE(Carries(pair.client, pair.server, GssRequest()));
  Write(pair.server.get(), "G");
  int error = 0;
  EXPECT_EQ(Read(pair.client.get(), 1, 5, &error), "");
  EXPECT_NE(error, 0);
  EXPECT_EQ(AwaitDenial().reason, "gss-encryption");
}

TEST_P(Gate, ListenersThatWaitForDataAreJudgedToo) {
  Use(0x0304);
  listener_ = Fd();
  listener_ = Listen(DbPlace(), db_, {.defer_accept = true}).fd;
  ASSERT_TRUE(listener_.ok());
  std::string hello = ClientHello({.versions = {0x0304}});
  Made good = Connect(AppPlace(), db_);
  ASSERT_TRUE(Write(good.fd.get(), hello));
  Fd server = Accept(listener_.get());
  ASSERT_TRUE(server.ok());
  EXPECT_EQ(Read(server.get(), hello.size(), 5), hello);
  EXPECT_TRUE(Carries(server, good.fd, ServerHello({.chosen = 0x0304})));
  EXPECT_TRUE(Carries(good.fd, server, "anything"));

  Made bad = Connect(AppPlace(), db_);
  Write(bad.fd.get(), "SELECT 1;");
  int error = 0;
  Read(bad.fd.get(), 1, 5, &error);
  EXPECT_NE(error, 0);
  EXPECT_EQ(AwaitDenial().reason, "plaintext");
  Fd other = Accept(listener_.get(), 0);
  if (other.ok()) {
    EXPECT_EQ(Read(other.get(), 9, 1), "");
  }
}

TEST_P(Gate, AnEndWithoutAWordIsNoRefusal) {
  Use(0x0303);
  Pair pair = Open();
  pair.client = Fd();
  int error = 1;
  EXPECT_EQ(Read(pair.server.get(), 1, 5, &error), "");
  EXPECT_EQ(error, 0) << "an orderly end";
  for (const DecodedEvent& event : Events()) EXPECT_NE(event.verdict, "deny");
}

TEST_P(Gate, WithoutAnAgentNothingIsDelivered) {
  Use(0x0303);
  SendAgentAway();
  Pair pair = Open();
  Write(pair.client.get(), "SELECT 1;");
  EXPECT_EQ(Read(pair.server.get(), 9, 2), "");
  if (GetParam() == Ours::kServer) return;
  // On its own host the client is given up by the kernel.
  int error = 0;
  Read(pair.client.get(), 1, 10, &error);
  EXPECT_EQ(error, ETIMEDOUT);
}

// Real ends: openssl(1) as server and client.
class RealTls : public Gate {
 protected:
  void Serve(const std::vector<std::string>& options) {
    listener_ = Fd();
    std::string key = hosts_->folder() + "/key.pem";
    std::string certificate = hosts_->folder() + "/cert.pem";
    harness::Command make;
    make.argv = {"openssl",
                 "req",
                 "-x509",
                 "-newkey",
                 "ec",
                 "-pkeyopt",
                 "ec_paramgen_curve:prime256v1",
                 "-nodes",
                 "-days",
                 "2",
                 "-subj",
                 "/CN=db",
                 "-keyout",
                 key,
                 "-out",
                 certificate};
    auto made = harness::RunOk(make);
    ASSERT_TRUE(made.ok()) << made.status();
    harness::Command command;
    command.argv = {"openssl", "s_server", "-accept", "5432",     "-www",
                    "-key",    key,        "-cert",   certificate};
    command.cgroup = DbPlace().cgroup;
    command.netns = hosts_->server().network.fd();
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    auto server = harness::Process::Start(command);
    ASSERT_TRUE(server.ok()) << server.status();
    server_.emplace(*std::move(server));
    ASSERT_TRUE(harness::WaitUntil([&] {
      return server_->output().find("ACCEPT") != std::string::npos;
    })) << server_->errors();
  }

  // Whether a page came back.
  bool Ask(const std::vector<std::string>& options) {
    harness::Command command;
    command.argv = {"openssl",        "s_client", "-connect",
                    "10.87.0.2:5432", "-ign_eof", "-quiet"};
    command.input = "GET / HTTP/1.0\r\n\r\n";
    command.cgroup = AppPlace().cgroup;
    command.netns = hosts_->client().network.fd();
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    auto outcome = harness::RunToEnd(command);
    EXPECT_TRUE(outcome.ok()) << "it hangs: " << outcome.status();
    return outcome.ok() &&
           outcome->output.find("HTTP/1.0 200") != std::string::npos;
  }

  std::optional<harness::Process> server_;
};

INSTANTIATE_TEST_SUITE_P(Ends, RealTls,
                         ::testing::Values(Ours::kClient, Ours::kServer,
                                           Ours::kBoth));

TEST_P(RealTls, VersionsAsThePolicySays) {
  Use(0x0303);
  Serve({"-cipher", "ALL:@SECLEVEL=0"});
  EXPECT_TRUE(Ask({"-tls1_3"}));
  EXPECT_TRUE(Ask({"-tls1_2"}));
  Forget();
  EXPECT_FALSE(Ask({"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}));
  EXPECT_EQ(AwaitDenial().reason, "tls-version");
}

TEST_P(RealTls, TheServersHelloRetryRequestIsPassedOver) {
  Use(0x0304);
  Serve({"-groups", "P-384"});
  // The client's first key share is of another group.
  EXPECT_TRUE(Ask({"-groups", "X25519:P-384"}));
  DecodedEvent event = AwaitAllowance();
  EXPECT_EQ(event.tls_version, "1.3");
}

TEST_P(RealTls, AServerThatCannotIsRefusedByItsHello) {
  Use(0x0304);
  Serve({"-tls1_2"});
  EXPECT_FALSE(Ask({}));
  DecodedEvent event = AwaitDenial();
  EXPECT_EQ(event.reason, "tls-version");
  EXPECT_EQ(event.tls_version, "1.2");
}

}  // namespace
}  // namespace pol::testing
