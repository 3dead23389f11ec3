#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "compiler/diag/cat.h"
#include "compiler/sema/check_paths.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/read_contexts.h"
#include "compiler/sema/read_peers.h"
#include "compiler/sema/read_tls.h"
#include "compiler/support/view.h"
#include "compiler/values/timestamp.h"

namespace pol::sema {
namespace {

using diag::Cat;
using syntax::Attribute;
using syntax::Block;
using values::Protocol;

// The port of a connection: needed where its protocol has ports, and wrong
// where it has none.
void ReadTestedPort(BlockReader& reader, ConnectTest& test) {
  const std::optional<Given> port = reader.Get("port");
  if (!values::HasPorts(test.protocol)) {
    if (!port.has_value()) return;
    reader
        .Report(kBadPort, *port,
                Cat(values::ToString(test.protocol), " has no ports"))
        .Help("leave `port` out");
    return;
  }
  if (!port.has_value()) {
    // An unknown word may have meant one that has none.
    if (reader.Find("protocol") != nullptr && !reader.good()) return;
    reader.sink().Report(kMissing, reader.block().header_span,
                         Cat(Describe(reader.block()), " has no `port`"));
    return reader.Fail();
  }
  const auto number = port->value.as_integer();
  if (!number.has_value()) return reader.ReportType(*port, "a port number");
  const auto range = values::PortRange::FromNumber(*number);
  if (!range.ok()) return reader.ReportBad(kBadPort, *port, range.status());
  test.port = range->first;
}

// The `connect` block; its block's other attributes are the caller's.
bool ReadConnect(const Block& block, Context& context, ConnectTest& test) {
  BlockReader reader(block, RuleOf("test", "connect"), context);
  std::optional<Peers> from = ReadEnd(reader, "from");
  std::optional<Peers> to = ReadEnd(reader, "to");
  reader.SetProtocol(test.protocol);
  ReadTestedPort(reader, test);
  const std::optional<TlsState> tls = ReadTlsState(reader, "tls");
  if (tls.has_value() && tls->kind == TlsState::Kind::kTls) {
    // Some version: the newest meets whatever asks for one.
    test.tls = tls->version.value_or(values::TlsVersion::kTls13);
  }
  test.server_name = ReadServerName(reader, "server_name");
  test.alpn = ReadAlpn(reader, "alpn");
  test.key_exchange = ReadKeyExchange(reader, "key_exchange");
  test.cipher_suite = ReadCipherSuite(reader, "cipher_suite");
  test.starttls = ReadStarttls(reader, "starttls");
  if (!reader.good() || !from.has_value() || !to.has_value()) return false;
  test.from = *std::move(from);
  test.to = *std::move(to);
  return true;
}

void ReadConnectTest(BlockReader& reader, const Block& connect) {
  ConnectTest test;
  test.name = reader.Name();
  test.span = reader.LabelSpan();
  using Expect = ConnectTest::Expect;
  reader.Set(test.expect, "expect",
             {Word<Expect>{"allow", Expect::kAllow},
              {"deny", Expect::kDeny},
              {"unmanaged", Expect::kUnmanaged}});
  if (const Attribute* expect = reader.Find("expect")) {
    test.expect_span = expect->span;
  }
  test.by = ReadReference(reader, "by", Noun::kPolicy);
  const Attribute* by = reader.Find("by");
  test.by_span = by != nullptr ? by->span : test.span;
  if (!ReadConnect(connect, reader.context(), test)) reader.Fail();
  if (!reader.good()) return;
  reader.context().model.connect_tests.push_back(std::move(test));
}

void ReadPathTest(BlockReader& reader) {
  PathTest test;
  test.name = reader.Name();
  test.span = reader.LabelSpan();
  test.path = reader.Checked("path", kBadPath, CheckFilePath).value_or("");
  SetFileKind(reader, test.kind, /*any=*/false);
  bool none = false;
  const auto context = ReadContext(reader, "expect", none);
  test.expect = context.has_value() ? context->ToString() : "<<none>>";
  if (const Attribute* expect = reader.Find("expect")) {
    test.expect_span = expect->span;
  }
  if (reader.good()) {
    reader.context().model.path_tests.push_back(std::move(test));
  }
}

void ReadStatement(const Block& block, BlockReader& owner,
                   Invariant::Kind kind) {
  BlockReader reader(block, RuleOf("invariant", block.type), owner.context());
  Invariant invariant;
  invariant.name = owner.Name();
  invariant.span = owner.LabelSpan();
  invariant.kind = kind;
  auto ends = [&](std::string_view name, Peers& peers) {
    peers.any = true;
    peers.span = block.type_span;
    if (std::optional<Peers> read = ReadPeers(reader, name)) {
      peers = *std::move(read);
    }
  };
  ends("from", invariant.from);
  ends("to", invariant.to);
  const Attribute* ports = reader.Either("ports", "port", "");
  if (ports != nullptr) invariant.ports = reader.Ports(*ports);
  if (reader.Find("protocol") != nullptr) {
    Protocol protocol = Protocol::kTcp;
    reader.SetProtocol(protocol);
    invariant.protocol = protocol;
    if (ports != nullptr) reader.CheckPorts(protocol, invariant.ports, *ports);
  }
  if (const auto tls = ReadTlsState(reader, "tls")) invariant.tls = *tls;
  if (kind == Invariant::Kind::kOnly && reader.Find("from") == nullptr) {
    reader.sink()
        .Report(kMissing, block.header_span, "`only` says nobody")
        .Help("write `from = [ … ]`: those who may");
    reader.Fail();
  }
  if (reader.good()) {
    owner.context().model.invariants.push_back(std::move(invariant));
  } else {
    owner.Fail();
  }
}

// "git:main" → "main".
void ReadEquivalence(BlockReader& reader) {
  const std::optional<Given> given = reader.Get("equivalent_to");
  if (!given.has_value()) return;
  const auto text = reader.TextOf(*given);
  if (!text.has_value()) return;
  constexpr std::string_view kGit = "git:";
  if (text->rfind(kGit, 0) != 0 || text->size() == kGit.size()) {
    reader
        .Report(kBadRevision, *given,
                Cat("`", *text, "` names no revision of this policy"))
        .Help("write `\"git:REV\"`, as in `\"git:main\"`");
    return;
  }
  reader.context().model.equivalences.push_back(
      {reader.Name(), text->substr(kGit.size()), given->attribute->span});
}

// "P4101" → 4101.
uint16_t ReadCode(BlockReader& reader) {
  const std::optional<Given> given = reader.Get("code");
  if (!given.has_value()) return 0;
  const auto text = reader.TextOf(*given);
  if (!text.has_value()) return 0;
  uint32_t number = 0;
  const bool good =
      text->size() == 5 && text->front() == 'P' &&
      absl::SimpleAtoi(support::ToAbsl(std::string_view(*text).substr(1)),
                       &number) &&
      number >= 4000 && number < 7000;
  if (good) return static_cast<uint16_t>(number);
  reader
      .Report(kBadWaiver, *given,
              Cat("`", *text, "` is no finding that can be waived"))
      .Help("findings of the analysis are `\"P4101\"` and on");
  return 0;
}

}  // namespace

void ReadTest(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("test"), context);
  const Block* connect = reader.FindBlock("connect");
  const Attribute* path = reader.Find("path");
  if (connect != nullptr && path != nullptr) {
    reader.sink()
        .Report(kSaidTwice, path->name_span,
                "a test is about a connection or about a path, not both")
        .Also(connect->type_span, "the connection");
    return;
  }
  if (connect != nullptr) return ReadConnectTest(reader, *connect);
  if (path != nullptr) return ReadPathTest(reader);
  reader.sink()
      .Report(kMissing, block.header_span,
              Cat(Describe(block), " tests nothing"))
      .Help("write `connect { … }` or `path = \"…\"`");
}

void ReadInvariant(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("invariant"), context);
  // What the invariant states; one thing, so that its name says which.
  std::vector<Span> statements;
  if (const Attribute* other = reader.Find("equivalent_to")) {
    statements.push_back(other->name_span);
  }
  for (const Block& inner : block.body.blocks) {
    using Kind = Invariant::Kind;
    const std::optional<Kind> kind =
        inner.type == "never"    ? std::optional(Kind::kNever)
        : inner.type == "only"   ? std::optional(Kind::kOnly)
        : inner.type == "always" ? std::optional(Kind::kAlways)
                                 : std::nullopt;
    if (!kind.has_value()) continue;
    statements.push_back(inner.type_span);
    ReadStatement(inner, reader, *kind);
  }
  ReadEquivalence(reader);
  if (statements.size() > 1) {
    reader.sink()
        .Report(kSaidTwice, statements[1],
                Cat(Describe(block), " makes a second statement"))
        .Also(statements[0], "the first one")
        .Help("give each statement an invariant of its own");
  }
  if (!statements.empty() || !reader.good()) return;
  reader.sink()
      .Report(kMissing, block.header_span,
              Cat(Describe(block), " states nothing"))
      .Help("write `never`, `only` or `always { … }`, or `equivalent_to`");
}

void ReadWaiver(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("waiver"), context);
  Waiver waiver;
  waiver.name = reader.Name();
  waiver.span = reader.LabelSpan();
  waiver.invariant = reader.Text("invariant").value_or("");
  waiver.code = ReadCode(reader);
  waiver.policy = ReadReference(reader, "policy", Noun::kPolicy);
  waiver.workload = ReadReference(reader, "workload", Noun::kWorkload);
  waiver.reason = reader.Text("reason").value_or("");
  if (const auto moment =
          reader.Parsed("not_after", kBadDate, values::Timestamp::Parse)) {
    waiver.not_after = moment->unix_seconds;
  }
  if (reader.good() && waiver.invariant.empty() && waiver.code == 0) {
    reader.sink()
        .Report(kMissing, block.header_span,
                Cat(Describe(block), " silences nothing"))
        .Help("write `invariant = \"…\"` or `code = \"P4…\"`");
    return;
  }
  if (!reader.good()) return;
  if (!waiver.invariant.empty()) {
    waiver.invariant =
        context.names.Qualified(context.instance(), waiver.invariant);
  }
  context.model.waivers.push_back(std::move(waiver));
}

}  // namespace pol::sema
