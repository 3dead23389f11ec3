#include <algorithm>
#include <utility>

#include "compiler/lower/passes.h"

namespace pol::lower {
namespace {

template <typename List>
void SortByName(List& list) {
  std::sort(list.begin(), list.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

// The one number that an end of a test stands for.
ir::IdentityNumber EndOf(const sema::Peers& peers, const Numbering& numbering) {
  return peers.unknown ? ir::kUnknown
                       : numbering.identities[peers.identities[0]];
}

ir::Verdict Lowered(sema::ConnectTest::Expect expect) {
  switch (expect) {
    case sema::ConnectTest::Expect::kAllow:
      return ir::Verdict::kAllow;
    case sema::ConnectTest::Expect::kDeny:
      return ir::Verdict::kDeny;
    default:
      return ir::Verdict::kLeftAlone;
  }
}

ir::ConnectTest Lowered(const sema::ConnectTest& test,
                        const support::SourceSet& sources,
                        const Numbering& numbering,
                        const std::vector<size_t>& rule_of) {
  ir::ConnectTest lowered;
  lowered.name = test.name;
  lowered.source = EndOf(test.from, numbering);
  lowered.target = EndOf(test.to, numbering);
  lowered.protocol = test.protocol;
  lowered.port = test.port;
  if (test.tls) {
    lowered.seen =
        ir::SeenTls{*test.tls,         test.server_name,  test.alpn,
                    test.key_exchange, test.cipher_suite, test.starttls};
  }
  lowered.expect = Lowered(test.expect);
  if (test.by) lowered.by = rule_of[*test.by];
  lowered.origin = OriginOf(sources, test.span);
  lowered.expect_origin = OriginOf(sources, test.expect_span);
  lowered.by_origin = OriginOf(sources, test.by_span);
  return lowered;
}

ir::Invariant Lowered(const sema::Invariant& invariant,
                      const support::SourceSet& sources, SetTable& sets) {
  ir::Invariant lowered;
  lowered.name = invariant.name;
  lowered.kind = static_cast<ir::Invariant::Kind>(invariant.kind);
  static_assert(static_cast<int>(ir::Invariant::Kind::kAlways) ==
                static_cast<int>(sema::Invariant::Kind::kAlways));
  lowered.sources = sets.Add(invariant.from);
  lowered.targets = sets.Add(invariant.to);
  const std::vector every_port = {values::PortRange::Any()};
  lowered.ports =
      invariant.ports.empty() ? every_port : Merged(invariant.ports);
  for (values::Protocol protocol : values::kProtocols) {
    const bool meant =
        invariant.protocol
            ? protocol == *invariant.protocol
            // Who names some ports speaks of what has them.
            : values::HasPorts(protocol) || lowered.ports == every_port;
    if (meant) lowered.protocols.push_back(protocol);
  }
  std::sort(lowered.protocols.begin(), lowered.protocols.end());
  using Encryption = ir::Invariant::Encryption;
  if (invariant.tls.kind == sema::TlsState::Kind::kClear) {
    lowered.encryption = Encryption::kClearText;
  } else if (invariant.tls.version) {
    lowered.encryption = Encryption::kVersion;
    lowered.version = *invariant.tls.version;
  } else if (invariant.tls.kind == sema::TlsState::Kind::kTls) {
    lowered.encryption = Encryption::kTls;
  }
  lowered.origin = OriginOf(sources, invariant.span);
  return lowered;
}

}  // namespace

void AddStatements(const sema::Model& model, const support::SourceSet& sources,
                   const Numbering& numbering,
                   const std::vector<size_t>& rule_of, SetTable& sets,
                   ir::RuleSet& rules) {
  for (const sema::ConnectTest& test : model.connect_tests) {
    rules.tests.push_back(Lowered(test, sources, numbering, rule_of));
  }
  SortByName(rules.tests);
  for (const sema::PathTest& test : model.path_tests) {
    rules.path_tests.push_back({test.name, test.path, test.kind, test.expect,
                                OriginOf(sources, test.span),
                                OriginOf(sources, test.expect_span)});
  }
  SortByName(rules.path_tests);
  for (const sema::Invariant& invariant : model.invariants) {
    rules.invariants.push_back(Lowered(invariant, sources, sets));
  }
  SortByName(rules.invariants);
  for (const sema::Waiver& waiver : model.waivers) {
    ir::Waiver lowered;
    lowered.name = waiver.name;
    lowered.code = waiver.code;
    if (waiver.policy) lowered.rule = rule_of[*waiver.policy];
    if (waiver.workload) {
      lowered.workload = model.workloads[*waiver.workload].name;
    }
    lowered.invariant = waiver.invariant;
    lowered.not_after = waiver.not_after;
    lowered.reason = waiver.reason;
    lowered.origin = OriginOf(sources, waiver.span);
    rules.waivers.push_back(std::move(lowered));
  }
  SortByName(rules.waivers);
}

}  // namespace pol::lower
