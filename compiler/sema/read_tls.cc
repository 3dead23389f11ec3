#include "compiler/sema/read_tls.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/values/server_name.h"
#include "compiler/values/tls_names.h"

namespace pol::sema {
namespace {

using diag::Cat;
using syntax::Block;
using values::TlsVersion;

using ReadWord =
    std::function<std::optional<std::string>(const Given&, BlockReader&)>;

// A name of one of IANA's registries, by any of its spellings.
ReadWord Registered(std::string_view what,
                    std::optional<values::TlsName> (*parse)(std::string_view),
                    std::vector<std::string_view> (*known)()) {
  return [=](const Given& given,
             BlockReader& reader) -> std::optional<std::string> {
    const auto text = reader.TextOf(given);
    if (!text.has_value()) return std::nullopt;
    if (const auto name = parse(*text)) return std::string(name->name);
    auto& diagnostic =
        reader.Report(kUnknownTlsName, given,
                      Cat("`", *text, "` is no ", what, " that is known"));
    BlockReader::Suggest(diagnostic, given, *text, known());
    return std::nullopt;
  };
}

const ReadWord& Group() {
  static const auto& read = *new ReadWord(Registered(
      "key exchange", values::ParseKeyExchange, values::KeyExchangeNames));
  return read;
}

const ReadWord& Suite() {
  static const auto& read = *new ReadWord(Registered(
      "cipher suite", values::ParseCipherSuite, values::CipherSuiteNames));
  return read;
}

std::optional<std::string> Protocol(const Given& given, BlockReader& reader) {
  auto text = reader.TextOf(given);
  if (!text.has_value()) return std::nullopt;
  const absl::Status status = values::CheckAlpn(*text);
  if (status.ok()) return text;
  reader.ReportBad(kBadAlpn, given, status);
  return std::nullopt;
}

std::optional<std::string> HostName(const Given& given, BlockReader& reader) {
  const auto name =
      reader.Parsed(given, kBadServerName, values::ServerName::Parse);
  if (!name.has_value()) return std::nullopt;
  if (name->text().front() == '*') {
    reader.Report(kBadServerName, given, "a client asks for one host by name")
        .Help("name each host; a wildcard stands in certificates");
    return std::nullopt;
  }
  return name->text();
}

std::vector<std::string> ReadList(BlockReader& reader, std::string_view name,
                                  const ReadWord& read) {
  std::vector<std::string> list;
  if (reader.Find(name) == nullptr) return list;
  for (const Given& given : reader.Many(name)) {
    std::optional<std::string> word = read(given, reader);
    if (word.has_value()) list.push_back(*std::move(word));
  }
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

std::string ReadOne(BlockReader& reader, std::string_view name,
                    const ReadWord& read) {
  const std::optional<Given> given = reader.Get(name);
  if (!given.has_value()) return "";
  return read(*given, reader).value_or("");
}

const std::initializer_list<Word<TlsVersion>> kVersions = {
    {"1.3", TlsVersion::kTls13},
    {"1.2", TlsVersion::kTls12},
    {"1.1", TlsVersion::kTls11},
    {"1.0", TlsVersion::kTls10}};

}  // namespace

std::optional<Tls> ReadTlsBlock(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("policy", "tls"), context);
  Tls tls;
  tls.span = block.type_span;
  if (const syntax::Attribute* version = reader.Find("min_version")) {
    tls.span = version->span;
  }
  reader.Set(tls.min_version, "min_version", kVersions);
  tls.server_names = ReadList(reader, "server_names", HostName);
  tls.alpn = ReadList(reader, "alpn", Protocol);
  tls.key_exchange = ReadList(reader, "key_exchange", Group());
  tls.cipher_suites = ReadList(reader, "cipher_suites", Suite());
  tls.starttls = ReadStarttls(reader, "starttls");
  if (!reader.good()) return std::nullopt;
  return tls;
}

std::string ReadServerName(BlockReader& reader, std::string_view name) {
  return ReadOne(reader, name, HostName);
}

std::string ReadAlpn(BlockReader& reader, std::string_view name) {
  return ReadOne(reader, name, Protocol);
}

std::string ReadKeyExchange(BlockReader& reader, std::string_view name) {
  return ReadOne(reader, name, Group());
}

std::string ReadCipherSuite(BlockReader& reader, std::string_view name) {
  return ReadOne(reader, name, Suite());
}

std::string ReadStarttls(BlockReader& reader, std::string_view name) {
  return ReadOne(
      reader, name,
      [](const Given& given, BlockReader& from) -> std::optional<std::string> {
        const auto text = from.TextOf(given);
        if (!text.has_value()) return std::nullopt;
        if (values::ParseStarttls(*text).has_value()) return text;
        from.ReportUnknownWord(given, *text, values::StarttlsNames());
        return std::nullopt;
      });
}

std::optional<TlsState> ReadTlsState(BlockReader& reader,
                                     std::string_view name) {
  const std::optional<Given> given = reader.Get(name);
  if (!given.has_value()) return std::nullopt;
  if (given->value.kind() == eval::Kind::kBool) {
    return TlsState{
        given->value.as_bool() ? TlsState::Kind::kTls : TlsState::Kind::kClear,
        std::nullopt};
  }
  if (given->value.kind() != eval::Kind::kString) {
    reader.ReportType(*given, "true, false or a TLS version in quotes");
    return std::nullopt;
  }
  TlsVersion read = TlsVersion::kTls12;
  const size_t before = reader.sink().reported();
  reader.Set(read, name, kVersions);
  if (reader.sink().reported() != before) return std::nullopt;
  return TlsState{TlsState::Kind::kTls, read};
}

}  // namespace pol::sema
