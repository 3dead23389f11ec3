#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/read_peers.h"
#include "compiler/sema/read_tls.h"
#include "compiler/values/timestamp.h"

namespace pol::sema {
namespace {

using diag::Cat;
using syntax::Attribute;
using syntax::Block;
using values::TlsVersion;

class PolicyReader {
 public:
  PolicyReader(const Block& block, Context& context)
      : reader_(block, RuleOf("policy"), context) {}

  std::optional<Policy> Read() {
    policy_.name = reader_.Name();
    policy_.span = reader_.LabelSpan();
    reader_.Set(
        policy_.effect, "effect",
        {Word<Effect>{"allow", Effect::kAllow}, {"deny", Effect::kDeny}});
    reader_.Set(
        policy_.mode, "mode",
        {Word<Mode>{"enforce", Mode::kEnforce}, {"audit", Mode::kAudit}});
    reader_.SetProtocol(policy_.protocol);
    reader_.Set(policy_.connection_authentication, "authentication",
                {Word<bool>{"address", false}, {"connection", true}});
    reader_.SetText(policy_.reason, "reason");
    if (const auto moment =
            reader_.Parsed("not_after", kBadDate, values::Timestamp::Parse)) {
      policy_.not_after = moment->unix_seconds;
    }
    ReadEnds("source", "source_identity", policy_.sources);
    ReadEnds("target", "target_identity", policy_.targets);
    ReadPorts();
    ReadTls();
    if (!reader_.good()) return std::nullopt;
    return std::move(policy_);
  }

 private:
  void ReadEnds(std::string_view long_form, std::string_view short_form,
                Peers& peers) {
    const Attribute* attribute =
        reader_.Either(long_form, short_form,
                       Cat("name the identities: `", long_form, " = …` or `",
                           short_form, " = …`; nothing is taken to mean any"));
    if (attribute == nullptr) return;
    std::optional<Peers> read = attribute->name == short_form
                                    ? ReadEnd(reader_, short_form)
                                    : ReadPeers(reader_, long_form);
    if (read.has_value()) peers = *std::move(read);
  }

  void ReadPorts() {
    const Attribute* attribute = reader_.Either(
        "ports", "port", "for every port write `port = \"any\"`");
    if (attribute == nullptr) return;
    policy_.port_span = attribute->span;
    policy_.ports = reader_.Ports(*attribute);
    reader_.CheckPorts(policy_.protocol, policy_.ports, *attribute);
  }

  void ReadTls() {
    const Attribute* required = reader_.Find("tls_required");
    const Block* block = reader_.FindBlock("tls");
    if (required != nullptr && block != nullptr) {
      reader_.sink()
          .Report(kSaidTwice, block->type_span,
                  "a `tls` block and `tls_required` say the same thing")
          .Also(required->name_span, "said here too");
      reader_.Fail();
    }
    if (reader_.Bool("tls_required").value_or(false)) {
      policy_.tls = Tls();
      policy_.tls->span = required->span;
    }
    if (block != nullptr) {
      policy_.tls = ReadTlsBlock(*block, reader_.context());
      if (!policy_.tls.has_value()) reader_.Fail();
    }
    if (!policy_.tls.has_value()) return;
    if (policy_.effect == Effect::kDeny) {
      reader_.sink()
          .Report(kDenyWithTls, policy_.tls->span,
                  "a deny has no TLS requirement: it refuses with and "
                  "without")
          .Help("an allow that requires TLS refuses what comes without it");
      reader_.Fail();
    }
    if (policy_.protocol != values::Protocol::kTcp) {
      reader_.sink().Report(kTlsWithoutTcp, policy_.tls->span,
                            Cat("TLS runs over tcp; this policy is about ",
                                values::ToString(policy_.protocol)));
      reader_.Fail();
    }
  }

  BlockReader reader_;
  Policy policy_;
};

}  // namespace

void ReadPolicy(const Block& block, Context& context) {
  auto policy = PolicyReader(block, context).Read();
  if (!policy.has_value()) return;
  const auto ref = static_cast<PolicyRef>(context.model.policies.size());
  context.model.policies.push_back(*std::move(policy));
  const auto number =
      context.names.Of(context.instance(), Noun::kPolicy, block);
  if (number.has_value()) context.names.declarations[*number].meaning = ref;
}

}  // namespace pol::sema
