#include "compiler/values/tls_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>
#include <set>

#include "compiler/values/tls_tables.h"

namespace pol::values {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(KeyExchangeTest, SpellingsOfOneGroup) {
  for (const char* text : {"secp256r1", "P-256", "p-256", "prime256v1"}) {
    EXPECT_EQ(ParseKeyExchange(text), (TlsName{"secp256r1", 23})) << text;
  }
  EXPECT_EQ(ParseKeyExchange("X25519"), (TlsName{"x25519", 29}));
  EXPECT_EQ(ParseKeyExchange("x25519mlkem768"),
            (TlsName{"X25519MLKEM768", 4588}));
  EXPECT_EQ(ParseKeyExchange("SecP256r1MLKEM768")->code, 4587);
  EXPECT_EQ(ParseKeyExchange("SecP384r1MLKEM1024")->code, 4589);
  EXPECT_EQ(ParseKeyExchange("ffdhe8192")->code, 260);
  EXPECT_EQ(ParseKeyExchange("MLKEM768")->code, 513);
  for (const char* text : {"", "x25519 ", "P256", "curve25519", "rsa"}) {
    EXPECT_EQ(ParseKeyExchange(text), std::nullopt) << text;
  }
}

TEST(CipherSuiteTest, BothNames) {
  TlsName suite = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xc02f};
  EXPECT_EQ(ParseCipherSuite("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), suite);
  EXPECT_EQ(ParseCipherSuite("ECDHE-RSA-AES128-GCM-SHA256"), suite);
  EXPECT_EQ(ParseCipherSuite("TLS_AES_256_GCM_SHA384")->code, 0x1302);
  EXPECT_EQ(ParseCipherSuite("TLS_RSA_WITH_NULL_SHA"), std::nullopt);
  EXPECT_EQ(ParseCipherSuite("HIGH"), std::nullopt);
  EXPECT_EQ(ParseCipherSuite(""), std::nullopt);
}

// Every suite that the system's OpenSSL can be asked for has the same names and
// code here.
TEST(CipherSuiteTest, AgreesWithOpenssl) {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
      SSL_CTX_new(TLS_method()), &SSL_CTX_free);
  ASSERT_NE(context, nullptr);
  ASSERT_EQ(
      SSL_CTX_set_cipher_list(
          context.get(),
          "ALL:COMPLEMENTOFALL:!aNULL:!eNULL:!PSK:!SRP:!aDSS:@SECLEVEL=0"),
      1);
  STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context.get());
  ASSERT_GT(sk_SSL_CIPHER_num(ciphers), 30);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
    std::optional<TlsName> by_iana =
        ParseCipherSuite(SSL_CIPHER_standard_name(cipher));
    ASSERT_TRUE(by_iana) << SSL_CIPHER_standard_name(cipher);
    EXPECT_EQ(by_iana->code, SSL_CIPHER_get_protocol_id(cipher));
    EXPECT_EQ(ParseCipherSuite(SSL_CIPHER_get_name(cipher)), by_iana)
        << SSL_CIPHER_get_name(cipher);
  }
}

TEST(TlsTablesTest, NoNameMeansTwoThings) {
  for (absl::Span<const TlsRow> rows : {GroupRows(), CipherSuiteRows()}) {
    std::set<std::string_view> names;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i > 0) {
        EXPECT_LT(rows[i - 1].code, rows[i].code);
      }
      for (std::string_view name :
           {rows[i].name, rows[i].openssl, rows[i].also}) {
        if (!name.empty()) {
          EXPECT_TRUE(names.insert(name).second) << name;
        }
      }
    }
  }
  EXPECT_TRUE(std::is_sorted(AlpnRows().begin(), AlpnRows().end()));
}

TEST(AlpnTest, Lengths) {
  EXPECT_TRUE(CheckAlpn("h2").ok());
  EXPECT_TRUE(CheckAlpn("our own").ok());
  EXPECT_TRUE(CheckAlpn(std::string(255, 'x')).ok());
  EXPECT_THAT(std::string(CheckAlpn("").message()), HasSubstr("empty"));
  EXPECT_THAT(std::string(CheckAlpn(std::string(256, 'x')).message()),
              HasSubstr("256 bytes"));
  EXPECT_THAT(std::string(CheckAlpn("h2\n").message()),
              HasSubstr("control characters"));
  EXPECT_THAT(std::string(CheckAlpn(" h2").message()), HasSubstr("blank"));
}

TEST(StarttlsTest, PrintsWhatItParses) {
  for (std::string_view name : StarttlsNames()) {
    ASSERT_TRUE(ParseStarttls(name)) << name;
    EXPECT_EQ(ToString(*ParseStarttls(name)), name);
  }
  EXPECT_EQ(StarttlsNames().size(), 13u);
  EXPECT_EQ(ParseStarttls("Postgres"), std::nullopt);
  EXPECT_EQ(ParseStarttls("none"), Starttls::kNone);
}

TEST(TlsNamesTest, ListsForSuggestions) {
  EXPECT_THAT(KeyExchangeNames(), Contains("prime256v1"));
  EXPECT_THAT(CipherSuiteNames(), Contains("ECDHE-RSA-AES128-GCM-SHA256"));
  EXPECT_THAT(AlpnNames(), Contains("postgresql"));
}

}  // namespace
}  // namespace pol::values
