#include "bpf/lib/tls.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/bpf/tls_bytes.h"
#include "tests/bpf/tls_feed.h"

namespace pol::testing {
namespace {

// The same stream in two pieces, cut at every place, ends as it does in one.
void ExpectSameAtEveryCut(const std::string& stream, bool server,
                          uint8_t requests = 0) {
  pol_tls whole = ReadTls(stream, server, requests);
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    pol_tls tls;
    pol_tls_init(&tls, server);
    if (server) tls.requests = requests;
    FeedTls(tls, std::string_view(stream).substr(0, cut));
    FeedTls(tls, std::string_view(stream).substr(cut));
    ASSERT_EQ(tls.result, whole.result) << "cut at " << cut;
    ASSERT_EQ(tls.version, whole.version) << "cut at " << cut;
  }
}

TEST(TlsClient, TakesTheBestKnownVersion) {
  pol_tls tls = ReadTls(ClientHello({.versions = {0x0303, 0x0304}}));
  EXPECT_EQ(tls.result, POL_TLS_GOOD);
  EXPECT_EQ(tls.version, 0x0304);
}

TEST(TlsClient, PassesOverGreaseAndDrafts) {
  pol_tls tls = ReadTls(ClientHello({.versions = {0x7a7a, 0x7f1c, 0x0303}}));
  EXPECT_EQ(tls.result, POL_TLS_GOOD);
  EXPECT_EQ(tls.version, 0x0303);
}

TEST(TlsClient, OffersNothingKnown) {
  pol_tls tls = ReadTls(ClientHello({.versions = {0x7f1c}}));
  EXPECT_EQ(tls.result, POL_TLS_GOOD);
  EXPECT_EQ(tls.version, 0);
}

TEST(TlsClient, WithoutTheExtensionTheOldFieldCounts) {
  EXPECT_EQ(ReadTls(ClientHello({.legacy_version = 0x0302})).version, 0x0302);
  // TLS 1.3 cannot be offered there.
  EXPECT_EQ(ReadTls(ClientHello({.legacy_version = 0x0304})).version, 0x0303);
}

TEST(TlsClient, MayHaveNoExtensionsAtAll) {
  pol_tls tls =
      ReadTls(ClientHello({.legacy_version = 0x0301, .no_extensions = true}));
  EXPECT_EQ(tls.result, POL_TLS_GOOD);
  EXPECT_EQ(tls.version, 0x0301);
}

TEST(TlsClient, IsNotDoneBeforeItsLastByte) {
  std::string stream = ClientHello({.versions = {0x0304}, .padding = 300});
  for (size_t size = 0; size < stream.size(); ++size)
    ASSERT_EQ(ReadTls(stream.substr(0, size)).result, POL_TLS_NEED_MORE)
        << size;
}

TEST(TlsClient, MayBeCutAnywhere) {
  ExpectSameAtEveryCut(ClientHello({.versions = {0x0304}, .padding = 99}),
                       false);
  ExpectSameAtEveryCut(
      ClientHello({.versions = {0x0304, 0x0303}, .record_size = 7}), false);
}

TEST(TlsClient, MayBeSpreadOverRecordsOfAnySize) {
  for (size_t size = 1; size < 64; ++size) {
    pol_tls tls =
        ReadTls(ClientHello({.versions = {0x0304}, .record_size = size}));
    ASSERT_EQ(tls.result, POL_TLS_GOOD) << size;
    ASSERT_EQ(tls.version, 0x0304) << size;
  }
}

TEST(TlsClient, MayBeOfSixteenKilobytes) {
  // 16384 bytes of message: 125 are not padding.
  std::string stream = ClientHello({.versions = {0x0304}, .padding = 16248});
  EXPECT_EQ(ReadTls(stream).result, POL_TLS_GOOD) << stream.size();
  stream = ClientHello({.versions = {0x0304}, .padding = 16500});
  EXPECT_EQ(ReadTls(stream).result, POL_REASON_TLS_TOO_LONG);
}

TEST(TlsClient, MayNotHideInManyTinyRecords) {
  std::string stream =
      ClientHello({.versions = {0x0304}, .padding = 8000, .record_size = 1});
  EXPECT_EQ(ReadTls(stream).result, POL_REASON_TLS_TOO_LONG);
}

TEST(TlsClient, PlaintextIsNoHello) {
  EXPECT_EQ(ReadTls("GET / HTTP/1.0\r\n").result, POL_REASON_PLAINTEXT);
  EXPECT_EQ(ReadTls("\x16GET / HTTP").result, POL_REASON_PLAINTEXT);
  EXPECT_EQ(ReadTls(StartupMessage()).result, POL_REASON_PLAINTEXT);
  // An SSLv2 hello.
  EXPECT_EQ(ReadTls("\x80\x2e\x01\x03\x01").result, POL_REASON_PLAINTEXT);
}

TEST(TlsClient, NothingButAHelloMayComeFirst) {
  std::string hello = ClientHello({.versions = {0x0304}});
  EXPECT_EQ(ReadTls(Record(21, "\x01\x02") + hello).result,
            POL_REASON_PLAINTEXT);
  EXPECT_EQ(ReadTls(Record(23, "data") + hello).result, POL_REASON_PLAINTEXT);
  EXPECT_EQ(ReadTls(ServerHello({.chosen = 0x0304})).result,
            POL_REASON_TLS_MALFORMED);
}

TEST(TlsClient, LengthsMustAgree) {
  std::string good = ClientHello({.versions = {0x0304}});
  // The handshake length, the session's, the suites', the extensions'.
  for (size_t at : {8, 43, 77, 85}) {
    for (int change : {-1, 1}) {
      std::string bad = good + std::string(400, '\0');
      bad[at] = static_cast<char>(bad[at] + change);
      EXPECT_NE(ReadTls(bad).result, POL_TLS_GOOD) << at << " " << change;
    }
  }
}

TEST(TlsClient, VersionsComeOnce) {
  std::string body = ClientHello({.versions = {0x0304}}).substr(9);
  std::string extension("\x00\x2b\x00\x03\x02\x03\x04", 7);
  // Message: type, length; the extensions' length is 7 bytes before the last
  // but one extension.
  size_t lengths = 2 + 32 + 33 + 6 + 2;
  auto bump = [&](size_t at) {
    body[at + 1] = static_cast<char>(body[at + 1] + 7);
  };
  bump(lengths);
  std::string message = body + extension;
  std::string header("\x01\x00\x00", 3);
  header += static_cast<char>(message.size());
  EXPECT_EQ(ReadTls(Record(22, header + message)).result,
            POL_REASON_TLS_MALFORMED);
}

TEST(TlsClient, EmptyRecordsAreRefused) {
  EXPECT_EQ(ReadTls(std::string("\x16\x03\x01\x00\x00", 5)).result,
            POL_REASON_TLS_MALFORMED);
}

TEST(TlsPostgres, RequestsComeBeforeTheHello) {
  std::string hello = ClientHello({.versions = {0x0304}});
  for (const std::string& preamble :
       {SslRequest(), GssRequest() + SslRequest()}) {
    EXPECT_EQ(ReadTls(preamble + hello).result, POL_TLS_GOOD);
    ExpectSameAtEveryCut(preamble + hello, false);
  }
  EXPECT_EQ(ReadTls(GssRequest() + SslRequest()).requests, 2);
}

TEST(TlsPostgres, PlaintextAfterARequestIsRefused) {
  EXPECT_EQ(ReadTls(SslRequest() + StartupMessage()).result,
            POL_REASON_PLAINTEXT);
  EXPECT_EQ(ReadTls(SslRequest() + "x").result, POL_REASON_PLAINTEXT);
}

TEST(TlsPostgres, RequestsWithoutEndAreRefused) {
  std::string many;
  for (int i = 0; i < 4; ++i) many += SslRequest();
  EXPECT_EQ(ReadTls(many).result, POL_REASON_PLAINTEXT);
}

TEST(TlsServer, TheExtensionIsItsChoice) {
  pol_tls tls = ReadTls(ServerHello({.chosen = 0x0304}), true);
  EXPECT_EQ(tls.result, POL_TLS_GOOD);
  EXPECT_EQ(tls.version, 0x0304);
  tls = ReadTls(ServerHello({.legacy_version = 0x0302}), true);
  EXPECT_EQ(tls.result, POL_TLS_GOOD);
  EXPECT_EQ(tls.version, 0x0302);
}

TEST(TlsServer, MayBeCutAnywhere) {
  ExpectSameAtEveryCut(ServerHello({.chosen = 0x0304}), true);
  ExpectSameAtEveryCut("NS" + ServerHello({.chosen = 0x0304}), true, 2);
}

TEST(TlsServer, ARetryRequestIsNotTheLastWord) {
  std::string retry = ServerHello({.chosen = 0x0304, .retry = true});
  EXPECT_EQ(ReadTls(retry, true).result, POL_TLS_NEED_MORE);
  std::string dummy = Record(20, "\x01");
  pol_tls tls =
      ReadTls(retry + dummy + ServerHello({.legacy_version = 0x0301}), true);
  EXPECT_EQ(tls.result, POL_TLS_GOOD);
  EXPECT_EQ(tls.version, 0x0301);
  EXPECT_EQ(ReadTls(retry + retry, true).result, POL_REASON_TLS_MALFORMED);
  ExpectSameAtEveryCut(retry + dummy + ServerHello({.chosen = 0x0304}), true);
}

TEST(TlsServer, MayRefuseWithAnAlert) {
  EXPECT_EQ(ReadTls(Record(21, "\x02\x46"), true).result, POL_TLS_NEED_MORE);
  EXPECT_EQ(ReadTls(Record(20, "\x01"), true).result, POL_REASON_PLAINTEXT);
}

TEST(TlsServer, PlaintextIsNoHello) {
  EXPECT_EQ(ReadTls("220 mail ready\r\n", true).result, POL_REASON_PLAINTEXT);
  EXPECT_EQ(ReadTls("S", true).result, POL_REASON_PLAINTEXT);
}

TEST(TlsServer, AnswersWhatWasAsked) {
  std::string hello = ServerHello({.chosen = 0x0304});
  EXPECT_EQ(ReadTls("S" + hello, true, 1).result, POL_TLS_GOOD);
  EXPECT_EQ(ReadTls("N", true, 1).result, POL_TLS_NEED_MORE);
  EXPECT_EQ(ReadTls("NN", true, 1).result, POL_REASON_PLAINTEXT);
  EXPECT_EQ(ReadTls("NS" + hello, true, 2).result, POL_TLS_GOOD);
  EXPECT_EQ(ReadTls("G", true, 1).result, POL_REASON_GSS_ENCRYPTION);
  EXPECT_EQ(ReadTls("ESFATAL", true, 1).result, POL_REASON_PLAINTEXT);
  EXPECT_EQ(ReadTls("SS", true, 2).result, POL_REASON_PLAINTEXT);
}

}  // namespace
}  // namespace pol::testing
