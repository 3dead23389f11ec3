#include "compiler/testrun/test_block.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/testrun/trial.h"

namespace pol::testrun {
namespace {

using diag::Cat;

// A string of the language, with its quotes.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
    // "${" would begin an expression.
    if ((c == '$' || c == '%') && text.substr(i + 1, 1) == "{") quoted += c;
  }
  return quoted + "\"";
}

using Attributes = std::vector<std::pair<std::string, std::string>>;

// One attribute a line, the signs below each other.
std::string Lines(const Attributes& attributes, std::string_view indent) {
  size_t width = 0;
  for (const auto& [name, value] : attributes)
    width = std::max(width, name.size());
  std::string lines;
  for (const auto& [name, value] : attributes) {
    lines += Cat(indent, name, std::string(width - name.size(), ' '), " = ",
                 value, "\n");
  }
  return lines;
}

std::string_view AttributeOf(ir::TlsList list) {
  switch (list) {
    case ir::TlsList::kServerName:
      return "server_name";
    case ir::TlsList::kAlpn:
      return "alpn";
    case ir::TlsList::kKeyExchange:
      return "key_exchange";
    case ir::TlsList::kCipherSuite:
      return "cipher_suite";
    case ir::TlsList::kStarttls:
      break;
  }
  return "starttls";
}

std::string_view May(ir::Verdict verdict) {
  switch (verdict) {
    case ir::Verdict::kAllow:
      return "may reach";
    case ir::Verdict::kDeny:
      return "may not reach";
    case ir::Verdict::kLeftAlone:
      break;
  }
  return "is left alone on its way to";
}

}  // namespace

std::string TestBlock(const ir::RuleSet& rules, const Names& names,
                      const ir::ConnectTest& test) {
  Attributes connect = {{"from", names.Reference(test.source)},
                        {"to", names.Reference(test.target)}};
  if (values::HasPorts(test.protocol))
    connect.emplace_back("port", Cat(test.port));
  if (test.protocol != values::Protocol::kTcp)
    connect.emplace_back("protocol", Quoted(values::ToString(test.protocol)));
  if (test.seen) {
    connect.emplace_back("tls", Quoted(values::ToString(test.seen->version)));
    for (ir::TlsList list : ir::kTlsLists) {
      const std::string& name = SeenName(*test.seen, list);
      if (!name.empty()) connect.emplace_back(AttributeOf(list), Quoted(name));
    }
  }
  Attributes expect = {{"expect", Quoted(Word(test.expect))}};
  if (test.by)
    expect.emplace_back("by", Cat("policy.", rules.rules[*test.by].name));
  return Cat("test ", Quoted(test.name), " {\n  connect {\n",
             Lines(connect, "    "), "  }\n", Lines(expect, "  "), "}\n");
}

std::string TestName(const Names& names, const ir::ConnectTest& test) {
  std::string name =
      Cat(names.Short(test.source), " ", May(test.expect), " ",
          names.Short(test.target), " on ", values::ToString(test.protocol));
  if (!values::HasPorts(test.protocol)) return name;
  name += Cat(" ", test.port);
  return name + (test.seen ? " with " : " in ") + EncryptionText(test.seen);
}

}  // namespace pol::testrun
