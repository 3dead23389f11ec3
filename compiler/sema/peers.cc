#include "compiler/sema/peers.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"

namespace pol::sema {

using diag::Cat;

IdentityRef PeerTable::Intern(const values::SpiffeId& id, Span span) {
  const auto [at, is_new] =
      by_id_.emplace(id.text(), static_cast<IdentityRef>(identities_.size()));
  if (is_new) {
    identities_.push_back(
        {.identity = {.id = id, .name = "", .span = span}, .first = span});
  }
  Entry& entry = identities_[at->second];
  entry.first = std::min(entry.first, span);
  return at->second;
}

PatternRef PeerTable::Intern(const values::SpiffePattern& pattern, Span span) {
  const auto [at, is_new] = by_pattern_.emplace(
      pattern.text(), static_cast<PatternRef>(patterns_.size()));
  if (is_new) {
    patterns_.push_back({pattern, "", span});
    pattern_used_.push_back(false);
  }
  return at->second;
}

void PeerTable::ReportSame(const std::string& name, std::string_view text,
                           Span span, const std::string& first_name,
                           Span first) {
  sink_
      .Report(kSameIdentity, span,
              Cat("`", name, "` is another name for ", text))
      .Also(first, Cat("`", first_name, "` names it"));
}

std::optional<IdentityRef> PeerTable::Declare(const std::string& name,
                                              const values::SpiffeId& id,
                                              Span span) {
  const IdentityRef ref = Intern(id, span);
  Identity& identity = identities_[ref].identity;
  if (!identity.name.empty()) {
    ReportSame(name, id.text(), span, identity.name, identity.span);
    return std::nullopt;
  }
  identity.name = name;
  identity.span = span;
  return ref;
}

std::optional<PatternRef> PeerTable::Declare(
    const std::string& name, const values::SpiffePattern& pattern, Span span) {
  const PatternRef ref = Intern(pattern, span);
  if (!patterns_[ref].name.empty()) {
    ReportSame(name, pattern.text(), span, patterns_[ref].name,
               patterns_[ref].span);
    return std::nullopt;
  }
  patterns_[ref].name = name;
  patterns_[ref].span = span;
  return ref;
}

IdentityRef PeerTable::Mention(const values::SpiffeId& id, Span span) {
  const IdentityRef ref = Intern(id, span);
  Entry& entry = identities_[ref];
  if (entry.identity.name.empty()) entry.identity.span = entry.first;
  entry.used = true;
  return ref;
}

PatternRef PeerTable::Mention(const values::SpiffePattern& pattern, Span span) {
  const PatternRef ref = Intern(pattern, span);
  if (patterns_[ref].name.empty()) {
    patterns_[ref].span = std::min(patterns_[ref].span, span);
  }
  pattern_used_[ref] = true;
  return ref;
}

void PeerTable::ReportUnused() {
  auto report = [&](const std::string& name, Span span) {
    sink_
        .Report(kUnusedIdentity, span,
                Cat("identity `", name, "` is never used"))
        .Mark("nothing refers to it");
  };
  for (const Entry& entry : identities_) {
    if (entry.used || entry.identity.name.empty()) continue;
    report(entry.identity.name, entry.identity.span);
  }
  for (size_t i = 0; i < patterns_.size(); ++i) {
    if (pattern_used_[i] || patterns_[i].name.empty()) continue;
    report(patterns_[i].name, patterns_[i].span);
  }
}

void PeerTable::MoveInto(Model& model) {
  std::vector<IdentityRef> order(identities_.size());
  std::iota(order.begin(), order.end(), IdentityRef{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](IdentityRef a, IdentityRef b) {
                     return identities_[a].first < identities_[b].first;
                   });
  std::vector<IdentityRef> place(identities_.size());
  for (IdentityRef i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    model.identities.push_back(std::move(identities_[order[i]].identity));
  }
  model.patterns = std::move(patterns_);
  auto put_right = [&](Peers& peers) {
    for (IdentityRef& ref : peers.identities) ref = place[ref];
  };
  for (Workload& workload : model.workloads) {
    workload.identity = place[workload.identity];
  }
  for (Endpoint& endpoint : model.endpoints) {
    endpoint.identity = place[endpoint.identity];
  }
  for (IdentitySet& set : model.identity_sets) {
    put_right(set.include);
    put_right(set.exclude);
  }
  for (Policy& policy : model.policies) {
    put_right(policy.sources);
    put_right(policy.targets);
  }
  for (ConnectTest& test : model.connect_tests) {
    put_right(test.from);
    put_right(test.to);
  }
  for (Invariant& invariant : model.invariants) {
    put_right(invariant.from);
    put_right(invariant.to);
  }
}

}  // namespace pol::sema
