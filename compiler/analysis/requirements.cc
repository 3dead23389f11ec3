#include "compiler/analysis/requirements.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/analysis/covers.h"
#include "compiler/analysis/diagnostics.h"
#include "compiler/analysis/findings.h"

namespace pol::analysis {
namespace {

using Names = std::vector<std::string>;

// Unset: nobody asks for anything.
using Asked = std::optional<Names>;

Names NamesOf(const ir::Rule& rule, ir::TlsList list) {
  return rule.tls ? ir::NamesOf(*rule.tls, list) : Names();
}

Asked Meet(const Asked& a, const Names& b) {
  if (!a) return b;
  Names both;
  std::set_intersection(a->begin(), a->end(), b.begin(), b.end(),
                        std::back_inserter(both));
  return both;
}

Asked AskedBy(const ir::RuleSet& rules, const std::vector<size_t>& allows,
              ir::TlsList list) {
  Asked asked;
  for (size_t number : allows) {
    Names names = NamesOf(rules.rules[number], list);
    if (!names.empty()) asked = Meet(asked, names);
  }
  return asked;
}

class ContradictionSearch {
 public:
  ContradictionSearch(const Space& space, size_t rule, ir::TlsList list)
      : space_(space), rule_(rule), list_(list) {}

  std::optional<Contradiction> Run(const Box& box) {
    const Names own = NamesOf(space_.rule(rule_), list_);
    Box start = Intersection(space_.BoxOf(space_.rule(rule_)), box);
    if (own.empty() || start.empty()) return std::nullopt;
    Asked all = own;
    space_.ForEachOverlapping(Space::Kind::kAllow, start, [&](size_t number) {
      Names names = NamesOf(space_.rule(number), list_);
      if (number <= rule_ || names.empty()) return true;
      all = Meet(all, names);
      candidates_.emplace_back(number, std::move(names));
      return true;
    });
    if (!all->empty()) return std::nullopt;  // as it nearly always is
    std::sort(candidates_.begin(), candidates_.end());
    Extend(0, start, own, std::nullopt, Until(space_.rule(rule_)));
    return std::move(found_);
  }

 private:
  // Each rule of a smallest contradiction leaves fewer names in common, in
  // whatever order they are taken, and the others without `rule_` leave some.
  void Extend(size_t from, const Box& box, const Names& common,
              const Asked& without, int64_t until) {
    for (size_t i = from; i < candidates_.size() && !found_; ++i) {
      const auto& [number, names] = candidates_[i];
      const Names left = *Meet(common, names);
      if (left.size() == common.size()) continue;
      const Asked left_without = Meet(without, names);
      if (left_without->empty()) continue;
      const Box shared = Intersection(box, space_.BoxOf(space_.rule(number)));
      if (shared.empty()) continue;
      const int64_t both = std::min(until, Until(space_.rule(number)));
      path_.push_back(i);
      if (left.empty()) {
        Settle(shared, both);
      } else {
        Extend(i + 1, shared, left, left_without, both);
      }
      path_.pop_back();
    }
  }

  void Settle(const Box& box, int64_t until) {
    std::optional<Point> point = space_.FindUncovered(
        box, [&](const Point&, const auto& matching, auto& because) {
          return CoveredByDeny(space_, matching, until, because);
        });
    if (!point) return;
    found_.emplace();
    found_->point = *point;
    found_->at = until;
    for (size_t i : Needed()) found_->others.push_back(candidates_[i].first);
  }

  // The path without the candidates that the contradiction does not need.
  std::vector<size_t> Needed() const {
    std::vector<size_t> needed = path_;
    for (size_t i : path_) {
      std::vector<size_t> fewer = needed;
      std::erase(fewer, i);
      Asked common = NamesOf(space_.rule(rule_), list_);
      for (size_t j : fewer) common = Meet(common, candidates_[j].second);
      if (common->empty()) needed = std::move(fewer);
    }
    return needed;
  }

  const Space& space_;
  const size_t rule_;
  const ir::TlsList list_;
  std::vector<std::pair<size_t, Names>> candidates_;
  std::vector<size_t> path_;  // positions in candidates_
  std::optional<Contradiction> found_;
};

}  // namespace

bool Absorb(const ir::RuleSet& rules, const std::vector<size_t>& allows,
            const ir::Rule& rule) {
  if (allows.empty()) return false;
  auto any = [&](auto holds) {
    return std::any_of(allows.begin(), allows.end(), [&](size_t number) {
      return holds(rules.rules[number]);
    });
  };
  if (rule.connection_authentication &&
      !any([](const ir::Rule& r) { return r.connection_authentication; })) {
    return false;
  }
  if (!rule.tls) return true;
  if (!any([&](const ir::Rule& r) {
        return r.tls && r.tls->min_version >= rule.tls->min_version;
      })) {
    return false;
  }
  return std::all_of(
      ir::kTlsLists.begin(), ir::kTlsLists.end(), [&](ir::TlsList list) {
        const Names names = NamesOf(rule, list);
        if (names.empty()) return true;
        const Asked asked = AskedBy(rules, allows, list);
        return asked && std::includes(names.begin(), names.end(),
                                      asked->begin(), asked->end());
      });
}

std::vector<size_t> UnmeetableOf(const ir::RuleSet& rules,
                                 const std::vector<size_t>& allows) {
  for (ir::TlsList list : ir::kTlsLists) {
    const Asked asked = AskedBy(rules, allows, list);
    if (!asked || !asked->empty()) continue;
    std::vector<size_t> asking;
    std::copy_if(allows.begin(), allows.end(), std::back_inserter(asking),
                 [&](size_t number) {
                   return !NamesOf(rules.rules[number], list).empty();
                 });
    return asking;
  }
  return {};
}

std::optional<Contradiction> FindContradiction(const Space& space, size_t rule,
                                               ir::TlsList list,
                                               const Box& box) {
  return ContradictionSearch(space, rule, list).Run(box);
}

void FindContradictions(const Space& space, std::vector<Finding>& out) {
  for (size_t i = 0; i < space.rules().rules.size(); ++i) {
    const ir::Rule& rule = space.rule(i);
    if (!rule.tls || rule.mode == ir::Mode::kAudit) continue;
    for (ir::TlsList list : ir::kTlsLists) {
      if (ir::NamesOf(*rule.tls, list).empty()) continue;
      std::optional<Contradiction> found =
          FindContradiction(space, i, list, space.BoxOf(rule));
      if (!found) continue;
      Finding& finding = out.emplace_back();
      finding.code = &kContradiction;
      finding.subject = i;
      finding.others = found->others;
      finding.list = list;
      finding.witness = space.Show(found->point, found->at);
    }
  }
}

}  // namespace pol::analysis
