#include "compiler/analysis/space.h"

#include <algorithm>
#include <utility>

#include "compiler/support/check.h"

namespace pol::analysis {
namespace {

uint64_t TotalWeight(const ClassSet& classes,
                     const std::vector<uint32_t>& weight) {
  uint64_t total = 0;
  for (ir::IdentityClass number : classes) total += weight[number];
  return total;
}

}  // namespace

Space::Space(const ir::RuleSet& rules) : Space(rules, {}) {}

Space::Space(const ir::RuleSet& rules, absl::Span<const uint32_t> colours)
    : index_(rules, ir::BuildIdentityClasses(rules, colours)) {
  for (ir::IdentityClass number = 0; number < classes().size(); ++number) {
    const ir::Identity& identity =
        rules.identities[classes().representatives[number]];
    (identity.governed_egress ? governed_egress_ : free_egress_)
        .push_back(number);
    (identity.governed_ingress ? governed_ingress_ : free_ingress_)
        .push_back(number);
  }
  allows_ = MakePostings(ir::Effect::kAllow);
  denies_ = MakePostings(ir::Effect::kDeny);
  seen_set_.resize(classes().sets.size());
}

Space::Postings Space::MakePostings(ir::Effect effect) const {
  Postings postings;
  const size_t sets = classes().sets.size();
  postings.by_sources.resize(sets);
  postings.by_targets.resize(sets);
  for (size_t i = 0; i < rules().rules.size(); ++i) {
    const ir::Rule& rule = rules().rules[i];
    if (rule.effect != effect || rule.mode != ir::Mode::kEnforce ||
        rule.ports.empty() || ClassesOf(rule.sources).empty() ||
        ClassesOf(rule.targets).empty()) {
      continue;
    }
    postings.rules.push_back(i);
    postings.by_sources[rule.sources].push_back(static_cast<uint32_t>(i));
    postings.by_targets[rule.targets].push_back(static_cast<uint32_t>(i));
  }
  postings.source_weight.assign(classes().size(), 0);
  postings.target_weight.assign(classes().size(), 0);
  for (ir::SetNumber set = 0; set < sets; ++set) {
    const size_t as_sources = postings.by_sources[set].size();
    const size_t as_targets = postings.by_targets[set].size();
    for (ir::IdentityClass number : ClassesOf(set)) {
      postings.source_weight[number] += static_cast<uint32_t>(1 + as_sources);
      postings.target_weight[number] += static_cast<uint32_t>(1 + as_targets);
    }
  }
  return postings;
}

Box Space::BoxOf(const ir::Rule& rule) const {
  return {ClassesOf(rule.sources), ClassesOf(rule.targets), rule.protocol,
          rule.ports};
}

Point Space::SomePoint(const Box& box) const {
  POL_CHECK(!box.empty()) << "a point of an empty box";
  return {box.sources[box.sources.size() / 2],
          box.targets[box.targets.size() / 2], box.protocol,
          box.ports[box.ports.size() / 2].first};
}

ir::Connection Space::ConnectionAt(const Point& point) const {
  return {classes().representatives[point.source],
          classes().representatives[point.target], point.protocol, point.port};
}

Witness Space::Show(const Point& point, int64_t at) const {
  Witness witness;
  witness.connection = ConnectionAt(point);
  witness.at = at;
  std::vector<size_t> matching;
  index_.Matching(point.source, point.target, point.protocol, point.port,
                  matching);
  std::erase_if(matching, [&](size_t number) {
    const int64_t until = Until(rule(number));
    if (until >= at) return false;
    if (rule(number).mode == ir::Mode::kEnforce)
      witness.after = std::max(witness.after.value_or(until), until);
    return true;
  });
  witness.decision = ir::Combine(rules(), matching,
                                 ir::IsGoverned(rules(), witness.connection),
                                 ir::AuditRules::kIgnored);
  return witness;
}

bool Space::Overlaps(const ir::Rule& rule, const Box& box) const {
  return rule.protocol == box.protocol && Intersect(rule.ports, box.ports) &&
         Intersect(ClassesOf(rule.sources), box.sources) &&
         Intersect(ClassesOf(rule.targets), box.targets);
}

void Space::ForEachOverlapping(Kind kind, const Box& box,
                               absl::FunctionRef<bool(size_t)> visit) const {
  if (box.empty()) return;
  const Postings& postings = kind == Kind::kAllow ? allows_ : denies_;
  const uint64_t by_sources = TotalWeight(box.sources, postings.source_weight);
  const uint64_t by_targets = TotalWeight(box.targets, postings.target_weight);
  if (postings.rules.size() <= std::min(by_sources, by_targets)) {
    for (size_t number : postings.rules) {
      if (Overlaps(rule(number), box) && !visit(number)) return;
    }
    return;
  }
  const bool walk_sources = by_sources <= by_targets;
  const ClassSet& side = walk_sources ? box.sources : box.targets;
  const auto& rules_of =
      walk_sources ? postings.by_sources : postings.by_targets;
  const uint32_t walk = ++walk_;
  for (ir::IdentityClass here : side) {
    for (ir::SetNumber set : classes().Containing(here)) {
      if (std::exchange(seen_set_[set], walk) == walk) continue;
      for (uint32_t number : rules_of[set]) {
        if (Overlaps(rule(number), box) && !visit(number)) return;
      }
    }
  }
}

std::optional<Point> Space::FindUncovered(Box box, Judge judge,
                                          std::set<size_t>* used) const {
  if (box.empty()) return std::nullopt;
  std::vector<Box> rest;
  rest.push_back(std::move(box));
  std::vector<size_t> matching;
  std::vector<size_t> because;
  while (!rest.empty()) {
    Box piece = std::move(rest.back());
    rest.pop_back();
    const Point point = SomePoint(piece);
    index_.Matching(point.source, point.target, point.protocol, point.port,
                    matching);
    std::erase_if(matching, [this](size_t number) {
      return rule(number).mode == ir::Mode::kAudit;
    });
    because.clear();
    if (!judge(point, matching, because)) return point;
    POL_CHECK(!because.empty()) << "covered by nothing";
    Box covered = BoxOf(rule(because.front()));
    for (size_t i = 1; i < because.size(); ++i)
      covered = Intersection(covered, BoxOf(rule(because[i])));
    Subtract(std::move(piece), covered, rest);
    if (used != nullptr) used->insert(because.begin(), because.end());
  }
  return std::nullopt;
}

uint64_t Space::Area(size_t number) const {
  return uint64_t{ClassesOf(rule(number).sources).size()} *
         ClassesOf(rule(number).targets).size();
}

}  // namespace pol::analysis
