#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/schema.h"
#include "compiler/values/port_range.h"

namespace pol::sema {
namespace {

using diag::Cat;
using syntax::Attribute;
using syntax::Block;
using values::PortRange;
using values::Protocol;
using values::TlsVersion;

class PolicyReader {
 public:
  PolicyReader(const Block& block, Reader& reader)
      : block_(block), reader_(reader) {}

  std::optional<Policy> Read() {
    fields_ =
        CheckBlock(block_, *FindRule(FileRules(), "policy"), reader_.sink());
    if (!block_.labels.empty()) {
      policy_.name = block_.labels[0].text;
      policy_.span = block_.labels[0].span;
    }
    Set(policy_.effect, "effect",
        {Word<Effect>{"allow", Effect::kAllow}, {"deny", Effect::kDeny}});
    Set(policy_.mode, "mode",
        {Word<Mode>{"enforce", Mode::kEnforce}, {"audit", Mode::kAudit}});
    Set(policy_.protocol, "protocol",
        {Word<Protocol>{"tcp", Protocol::kTcp},
         {"udp", Protocol::kUdp, &kNetworkLater},
         {"sctp", Protocol::kSctp, &kNetworkLater},
         {"icmp", Protocol::kIcmp, &kNetworkLater}});
    bool by_address = true;
    Set(by_address, "authentication",
        {Word<bool>{"address", true}, {"connection", false, &kNetworkLater}});
    ReadReason();
    ReadPeers("source", "source_identity", policy_.sources,
              policy_.source_span);
    ReadPeers("target", "target_identity", policy_.targets,
              policy_.target_span);
    ReadPorts();
    ReadTls();
    if (!good_) return std::nullopt;
    return std::move(policy_);
  }

 private:
  template <typename T>
  void Set(T& field, std::string_view name,
           std::initializer_list<Word<T>> words) {
    const Attribute* attribute = fields_.Find(name);
    if (attribute == nullptr) return;
    const std::optional<T> meaning = reader_.OneWord(*attribute, words);
    good_ &= meaning.has_value();
    field = meaning.value_or(field);
  }

  // The one of two forms that is there. Neither and both are errors.
  const Attribute* Either(std::string_view long_form,
                          std::string_view short_form, std::string_view help) {
    const Attribute* first = fields_.Find(long_form);
    const Attribute* second = fields_.Find(short_form);
    if (first != nullptr && second != nullptr) {
      if (second->span < first->span) std::swap(first, second);
      reader_.sink()
          .Report(kSaidTwice, second->name_span,
                  Cat("`", second->name, "` and `", first->name,
                      "` say the same thing"))
          .Also(first->name_span, "said here first");
      good_ = false;
      return nullptr;
    }
    if (first == nullptr && second == nullptr) {
      reader_.sink()
          .Report(kMissing, block_.header_span,
                  Cat(Describe(block_), " has no `", long_form, "`"))
          .Help(std::string(help));
      good_ = false;
      return nullptr;
    }
    return first != nullptr ? first : second;
  }

  void ReadReason() {
    const Attribute* attribute = fields_.Find("reason");
    if (attribute == nullptr) return;
    const std::optional<Value> value = reader_.Resolve(attribute->value);
    std::optional<std::string> text;
    if (value.has_value()) text = reader_.Text(*value);
    good_ &= text.has_value();
    policy_.reason = text.value_or("");
  }

  void ReadPeers(std::string_view long_form, std::string_view short_form,
                 std::vector<IdentityRef>& peers, Span& span) {
    const Attribute* attribute =
        Either(long_form, short_form,
               Cat("name the identities: `", long_form, " = …` or `",
                   short_form, " = …`; nothing is taken to mean any"));
    if (attribute == nullptr) return;
    span = attribute->span;
    Reader::Values values;
    if (attribute->name == short_form) {
      const std::optional<Value> one = reader_.Resolve(attribute->value);
      values.complete = one.has_value();
      if (one.has_value()) values.known = {*one};
    } else {
      values = reader_.OneOrMany(*attribute);
    }
    good_ &= values.complete;
    for (const Value& value : values.known) {
      const std::optional<IdentityRef> peer =
          reader_.OneIdentity(value, /*only_identities=*/false);
      good_ &= peer.has_value();
      if (peer.has_value() &&
          std::find(peers.begin(), peers.end(), *peer) == peers.end()) {
        peers.push_back(*peer);
      }
    }
  }

  void ReadPorts() {
    const Attribute* attribute =
        Either("ports", "port", "for every port write `port = \"any\"`");
    if (attribute == nullptr) return;
    policy_.port_span = attribute->span;
    const Reader::Values values = reader_.OneOrMany(*attribute);
    good_ &= values.complete;
    for (const Value& value : values.known) {
      const std::optional<PortRange> range = ReadPort(value);
      good_ &= range.has_value();
      if (range.has_value()) policy_.ports.push_back(*range);
    }
  }

  std::optional<PortRange> ReadPort(const Value& value) {
    absl::StatusOr<PortRange> range;
    if (const auto* number = std::get_if<int64_t>(&value.value->value)) {
      range = PortRange::FromNumber(*number);
    } else if (const auto* text =
                   std::get_if<std::string>(&value.value->value)) {
      range = PortRange::Parse(*text);
    } else {
      reader_.ReportType(value, "a port");
      return std::nullopt;
    }
    if (range.ok()) return *range;
    reader_.ReportBad(kBadPort, value, range.status());
    return std::nullopt;
  }

  void ReadTls() {
    const Attribute* required = fields_.Find("tls_required");
    const Block* block = fields_.FindBlock("tls");
    if (required != nullptr && block != nullptr) {
      reader_.sink()
          .Report(kSaidTwice, block->type_span,
                  "a `tls` block and `tls_required` say the same thing")
          .Also(required->name_span, "said here too");
      good_ = false;
    }
    if (required != nullptr) {
      const std::optional<bool> is_required = reader_.Bool(*required);
      good_ &= is_required.has_value();
      if (is_required.value_or(false)) {
        policy_.tls = Tls{TlsVersion::kTls12, required->span};
      }
    }
    if (block != nullptr) ReadTlsBlock(*block);
    if (policy_.tls.has_value() && policy_.effect == Effect::kDeny) {
      reader_.sink()
          .Report(kDenyWithTls, policy_.tls->span,
                  "a deny has no TLS requirement: it refuses with and "
                  "without")
          .Help("an allow that requires TLS refuses what comes without it");
      good_ = false;
    }
  }

  void ReadTlsBlock(const Block& block) {
    const Fields fields = CheckBlock(
        block, *FindRule(FindRule(FileRules(), "policy")->blocks, "tls"),
        reader_.sink());
    const Attribute* version = fields.Find("min_version");
    if (version == nullptr) {
      good_ = false;
      return;
    }
    const std::optional<TlsVersion> known =
        reader_.OneWord(*version, {Word<TlsVersion>{"1.3", TlsVersion::kTls13},
                                   {"1.2", TlsVersion::kTls12},
                                   {"1.1", TlsVersion::kTls11},
                                   {"1.0", TlsVersion::kTls10}});
    good_ &= known.has_value();
    policy_.tls = Tls{known.value_or(TlsVersion::kTls12), version->span};
  }

  const Block& block_;
  Reader& reader_;
  Fields fields_;
  Policy policy_;
  bool good_ = true;
};

}  // namespace

void ReadPolicy(const Block& block, Reader& reader, Model& model) {
  if (auto policy = PolicyReader(block, reader).Read()) {
    model.policies.push_back(*std::move(policy));
  }
}

}  // namespace pol::sema
