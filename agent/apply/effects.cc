#include "agent/apply/effects.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/bundle/origin.h"
#include "compiler/support/view.h"
#include "compiler/values/tls_version.h"

namespace pol::apply {
namespace {

using bundle::v1::Bundle;

constexpr uint32_t kTcp = 6;
constexpr uint32_t kLastPort = 65535;

// What one bundle says about a flow.
struct Decision {
  bool allowed = true;
  bool judged = false;  // otherwise left alone
  uint32_t rule = 0;
  uint32_t tls_version = 0;
  uint32_t tls_rule = 0;
};

Decision Decide(const Bundle* bundle, const bundle::Flow& flow) {
  if (bundle == nullptr) return {};
  bundle::TableDecision found = bundle::Lookup(*bundle, flow);
  Decision decision;
  decision.judged = found.governed || found.cell != nullptr;
  decision.allowed = !found.governed;
  if (found.cell == nullptr ||
      found.cell->effect() == bundle::v1::EFFECT_UNSPECIFIED) {
    return decision;
  }
  decision.allowed = found.cell->effect() == bundle::v1::EFFECT_ALLOW;
  decision.rule = found.cell->rule();
  if (uint32_t profile = found.cell->tls_profile(); profile != 0) {
    decision.tls_version = bundle->network()
                               .tls_profiles(static_cast<int>(profile) - 1)
                               .min_version();
    decision.tls_rule = found.cell->tls_rule();
  }
  return decision;
}

// Identities that both bundles treat alike.
struct Group {
  uint32_t active = 0;  // one of them, as each bundle numbers it
  uint32_t target = 0;
  std::vector<std::string> names;
};

void Number(const Bundle& bundle,
            std::map<std::string, std::pair<uint32_t, uint32_t>>* numbers,
            uint32_t std::pair<uint32_t, uint32_t>::*slot) {
  for (int i = 0; i < bundle.identities_size(); ++i)
    (*numbers)[bundle.identities(i).spiffe_id()].*slot =
        static_cast<uint32_t>(i);
}

std::vector<Group> GroupIdentities(const Bundle* active, const Bundle& target) {
  using Pair = std::pair<uint32_t, uint32_t>;
  std::map<std::string, Pair> numbers;
  if (active != nullptr) Number(*active, &numbers, &Pair::first);
  Number(target, &numbers, &Pair::second);

  auto signature = [](const Bundle* bundle, uint32_t index) {
    std::array<uint32_t, 3> result = {};
    if (bundle == nullptr) return result;
    const auto& identity = bundle->identities(static_cast<int>(index));
    result = {identity.identity_class(), identity.governed_ingress(),
              identity.governed_egress()};
    return result;
  };
  std::map<std::pair<std::array<uint32_t, 3>, std::array<uint32_t, 3>>, Group>
      groups;
  for (const auto& [id, pair] : numbers) {
    Group& group = groups[{signature(active, pair.first),
                           signature(&target, pair.second)}];
    group.active = pair.first;
    group.target = pair.second;
    group.names.push_back(id.empty() ? "unknown" : id);
  }
  std::vector<Group> result;
  for (auto& [key, group] : groups) result.push_back(std::move(group));
  return result;
}

// The first port of every stretch in which neither bundle changes its mind.
std::vector<uint32_t> Starts(const Bundle* active, const Bundle& target) {
  std::set<uint32_t> starts = {1};
  for (const Bundle* bundle : {active, &target}) {
    if (bundle == nullptr) continue;
    for (uint32_t start : bundle->network().interval_starts())
      if (start > 0) starts.insert(start);
  }
  return {starts.begin(), starts.end()};
}

// What two decisions have to be equal in to be one effect.
struct Key {
  v1::EffectKind kind;
  std::string origin;
  std::string rule;
  uint32_t tls_version;

  auto operator<=>(const Key&) const = default;
};

std::optional<v1::EffectKind> Compare(const Decision& before,
                                      const Decision& after) {
  if (before.allowed != after.allowed)
    return after.allowed ? v1::NEWLY_ALLOWED : v1::NO_LONGER_ALLOWED;
  if (!after.allowed || before.tls_version == after.tls_version)
    return std::nullopt;
  return after.tls_version > before.tls_version ? v1::NOW_REQUIRE_TLS
                                                : v1::NO_LONGER_REQUIRE_TLS;
}

// The line behind a refusal by default: the rule that came nearest, for a
// connection that was judged before; for one that was left alone, the workload
// that is governed now, whatever the port.
bundle::v1::Origin DefaultDenyOrigin(const Decision& before,
                                     const Bundle& target,
                                     const bundle::Flow& flow) {
  if (before.judged) return bundle::ExplainDefaultDeny(target, flow).origin;
  const auto& sink = target.identities(static_cast<int>(flow.target));
  const auto& source = target.identities(static_cast<int>(flow.source));
  return sink.governed_ingress() ? sink.origin() : source.origin();
}

Key Describe(v1::EffectKind kind, const Decision& before, const Decision& after,
             const Bundle& target, const bundle::Flow& flow) {
  Key key{kind, "", "", after.tls_version};
  bool by_tls = kind == v1::NOW_REQUIRE_TLS;
  uint32_t id = by_tls ? after.tls_rule : after.rule;
  if (id != 0) {
    const auto& rule = target.rules(static_cast<int>(id) - 1);
    key.rule = rule.name();
    bool own_line = by_tls && rule.tls_origin().line() != 0;
    key.origin = bundle::Text(own_line ? rule.tls_origin() : rule.origin());
  } else if (!after.allowed) {
    key.rule = "default deny";
    key.origin = bundle::Text(DefaultDenyOrigin(before, target, flow));
  }
  return key;
}

std::string PortText(const std::vector<std::pair<uint32_t, uint32_t>>& ranges) {
  std::string text;
  for (auto [first, last] : ranges) {
    if (first == 1 && last == kLastPort) return "any";
    absl::StrAppend(&text, text.empty() ? "" : ", ", first);
    if (last != first) absl::StrAppend(&text, "-", last);
  }
  return text;
}

using Names = std::vector<std::string>;

// Sources and targets for which the same happens at the same ports.
using Effects = std::map<std::pair<Key, std::string>, std::map<Names, Names>>;

// One pair of groups, over all ports.
void AddPair(const Bundle* active, const Bundle& target, const Group& source,
             const Group& sink, const std::vector<uint32_t>& starts,
             std::map<std::pair<Key, std::string>,
                      std::map<Names, std::set<std::string>>>* sources_by) {
  std::map<Key, std::vector<std::pair<uint32_t, uint32_t>>> ranges;
  for (size_t i = 0; i < starts.size(); ++i) {
    auto port = static_cast<uint16_t>(starts[i]);
    uint32_t last = i + 1 < starts.size() ? starts[i + 1] - 1 : kLastPort;
    bundle::Flow flow{source.target, sink.target, kTcp, port};
    Decision before = Decide(active, {source.active, sink.active, kTcp, port});
    Decision after = Decide(&target, flow);
    std::optional<v1::EffectKind> kind = Compare(before, after);
    if (!kind) continue;
    auto& list = ranges[Describe(*kind, before, after, target, flow)];
    if (!list.empty() && list.back().second + 1 == port) {
      list.back().second = last;
    } else {
      list.emplace_back(port, last);
    }
  }
  for (const auto& [key, list] : ranges) {
    auto& sources = (*sources_by)[{key, PortText(list)}][sink.names];
    sources.insert(source.names.begin(), source.names.end());
  }
}

void Fill(const Names& names,
          google::protobuf::RepeatedPtrField<std::string>* out) {
  for (size_t i = 0; i < names.size() && i < kMaxNames; ++i)
    *out->Add() = names[i];
}

}  // namespace

void AddEffects(const Bundle* active, const Bundle& target, v1::Plan* plan) {
  std::vector<Group> groups = GroupIdentities(active, target);
  std::vector<uint32_t> starts = Starts(active, target);
  std::map<std::pair<Key, std::string>, std::map<Names, std::set<std::string>>>
      sources_by;
  for (const Group& source : groups) {
    for (const Group& sink : groups)
      AddPair(active, target, source, sink, starts, &sources_by);
  }
  // Targets with the same sources become one effect, which stays exact.
  Effects effects;
  for (const auto& [key, by_targets] : sources_by) {
    for (const auto& [targets, sources] : by_targets) {
      Names& all = effects[key][Names(sources.begin(), sources.end())];
      all.insert(all.end(), targets.begin(), targets.end());
      std::sort(all.begin(), all.end());
    }
  }

  std::map<v1::EffectKind, uint64_t> counts;
  uint32_t left_out = 0;
  for (const auto& [key, by_sources] : effects) {
    for (const auto& [sources, targets] : by_sources) {
      counts[key.first.kind] += sources.size() * targets.size();
      if (plan->effects_size() == kMaxEffects) {
        ++left_out;
        continue;
      }
      v1::Effect* effect = plan->add_effects();
      effect->set_kind(key.first.kind);
      Fill(sources, effect->mutable_sources());
      effect->set_source_count(static_cast<uint32_t>(sources.size()));
      Fill(targets, effect->mutable_targets());
      effect->set_target_count(static_cast<uint32_t>(targets.size()));
      effect->set_ports(key.second);
      effect->set_protocol("tcp");
      effect->set_rule(key.first.rule);
      effect->set_origin(key.first.origin);
      if (key.first.tls_version != 0) {
        effect->set_tls_version(std::string(values::ToString(
            static_cast<values::TlsVersion>(key.first.tls_version))));
      }
    }
  }
  for (auto [kind, pairs] : counts) {
    v1::EffectCount* count = plan->add_counts();
    count->set_kind(kind);
    count->set_pairs(pairs);
  }
  plan->set_effects_left_out(left_out);
}

}  // namespace pol::apply
