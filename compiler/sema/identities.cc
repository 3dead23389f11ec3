#include "compiler/sema/identities.h"

#include <algorithm>
#include <numeric>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"

namespace pol::sema {

IdentityRef Identities::Intern(const values::SpiffeId& id, Span span) {
  const auto [at, is_new] =
      by_text_.emplace(id.text(), static_cast<IdentityRef>(entries_.size()));
  if (is_new) {
    entries_.push_back(
        {.identity = {.id = id, .name = "", .span = span}, .first = span});
  }
  Entry& entry = entries_[at->second];
  entry.first = std::min(entry.first, span);
  return at->second;
}

void Identities::Declare(const std::string& name, const values::SpiffeId& id,
                         Span span) {
  const IdentityRef ref = Intern(id, span);
  Identity& identity = entries_[ref].identity;
  if (!identity.name.empty()) {
    sink_
        .Report(kSameIdentity, span,
                diag::Cat("`", name, "` is another name for ", id.text()))
        .Also(identity.span, diag::Cat("`", identity.name, "` names it"));
    return;
  }
  identity.name = name;
  identity.span = span;
  by_name_[{Noun::kIdentity, name}] = ref;
}

IdentityRef Identities::Mention(const values::SpiffeId& id, Span span) {
  const IdentityRef ref = Intern(id, span);
  Entry& entry = entries_[ref];
  if (entry.identity.name.empty()) entry.identity.span = entry.first;
  entry.used = true;
  return ref;
}

void Identities::Bear(Noun noun, const std::string& name,
                      IdentityRef identity) {
  by_name_[{noun, name}] = identity;
}

std::optional<IdentityRef> Identities::Of(Noun noun, const std::string& name) {
  const auto at = by_name_.find({noun, name});
  if (at == by_name_.end()) return std::nullopt;
  entries_[at->second].used = true;
  return at->second;
}

void Identities::ReportUnused() {
  for (const Entry& entry : entries_) {
    if (entry.used || entry.identity.name.empty()) continue;
    sink_
        .Report(kUnusedIdentity, entry.identity.span,
                diag::Cat("identity `", entry.identity.name, "` is never used"))
        .Mark("no workload, endpoint or policy refers to it");
  }
}

void Identities::MoveInto(Model& model) {
  std::vector<IdentityRef> order(entries_.size());
  std::iota(order.begin(), order.end(), IdentityRef{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](IdentityRef a, IdentityRef b) {
                     return entries_[a].first < entries_[b].first;
                   });
  std::vector<IdentityRef> place(entries_.size());
  for (IdentityRef i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    model.identities.push_back(std::move(entries_[order[i]].identity));
  }
  for (Workload& workload : model.workloads) {
    workload.identity = place[workload.identity];
  }
  for (Endpoint& endpoint : model.endpoints) {
    endpoint.identity = place[endpoint.identity];
  }
  for (Policy& policy : model.policies) {
    for (IdentityRef& ref : policy.sources) ref = place[ref];
    for (IdentityRef& ref : policy.targets) ref = place[ref];
  }
}

}  // namespace pol::sema
