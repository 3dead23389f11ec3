#include "compiler/values/tls_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/check.h"
#include "compiler/support/view.h"
#include "compiler/values/tls_tables.h"

namespace pol::values {
namespace {

constexpr std::array<std::pair<std::string_view, Starttls>, 13> kStarttls = {{
    {"ftp", Starttls::kFtp},
    {"imap", Starttls::kImap},
    {"irc", Starttls::kIrc},
    {"ldap", Starttls::kLdap},
    {"lmtp", Starttls::kLmtp},
    {"mysql", Starttls::kMysql},
    {"nntp", Starttls::kNntp},
    {"none", Starttls::kNone},
    {"pop3", Starttls::kPop3},
    {"postgres", Starttls::kPostgres},
    {"sieve", Starttls::kSieve},
    {"smtp", Starttls::kSmtp},
    {"xmpp", Starttls::kXmpp},
}};

std::optional<TlsName> Find(absl::Span<const TlsRow> rows,
                            std::string_view text) {
  auto is = [&](std::string_view spelling) {
    return !spelling.empty() &&
           absl::EqualsIgnoreCase(support::ToAbsl(spelling),
                                  support::ToAbsl(text));
  };
  for (const TlsRow& row : rows) {
    if (is(row.name) || is(row.openssl) || is(row.also)) {
      return TlsName{row.name, row.code};
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> Spellings(absl::Span<const TlsRow> rows) {
  std::vector<std::string_view> names;
  for (const TlsRow& row : rows) {
    for (std::string_view name : {row.name, row.openssl, row.also}) {
      if (!name.empty()) names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::optional<TlsName> ParseKeyExchange(std::string_view text) {
  return Find(GroupRows(), text);
}

std::optional<TlsName> ParseCipherSuite(std::string_view text) {
  return Find(CipherSuiteRows(), text);
}

absl::Status CheckAlpn(std::string_view id) {
  constexpr size_t kLimit = 255;
  if (id.empty()) return absl::InvalidArgumentError("the ALPN id is empty");
  if (id.size() > kLimit) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ALPN id has ", id.size(), " bytes; at most ", kLimit,
                     " are possible"));
  }
  bool control = std::any_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
  if (control) {
    return absl::InvalidArgumentError("an ALPN id has no control characters");
  }
  if (id.front() == ' ' || id.back() == ' ') {
    return absl::InvalidArgumentError(
        "an ALPN id neither begins nor ends with a blank");
  }
  return absl::OkStatus();
}

std::optional<Starttls> ParseStarttls(std::string_view text) {
  for (const auto& [name, starttls] : kStarttls) {
    if (name == text) return starttls;
  }
  return std::nullopt;
}

std::string_view ToString(Starttls starttls) {
  for (const auto& [name, known] : kStarttls) {
    if (known == starttls) return name;
  }
  POL_CHECK(false) << "starttls " << static_cast<int>(starttls);
  return {};
}

std::vector<std::string_view> KeyExchangeNames() {
  return Spellings(GroupRows());
}

std::vector<std::string_view> CipherSuiteNames() {
  return Spellings(CipherSuiteRows());
}

std::vector<std::string_view> AlpnNames() {
  return {AlpnRows().begin(), AlpnRows().end()};
}

std::vector<std::string_view> StarttlsNames() {
  std::vector<std::string_view> names;
  for (const auto& [name, starttls] : kStarttls) names.push_back(name);
  return names;
}

}  // namespace pol::values
