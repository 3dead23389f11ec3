#include <algorithm>
#include <set>
#include <utility>

#include "compiler/analysis/covers.h"
#include "compiler/analysis/diagnostics.h"
#include "compiler/analysis/findings.h"

namespace pol::analysis {
namespace {

// A cover of more rules than this is named as it was found, without trying
// whether it can do without some of them.
constexpr size_t kMostToThin = 24;

class Review {
 public:
  Review(const Space& space, std::vector<Finding>& out)
      : space_(space), out_(out), removed_(space.rules().rules.size()) {}

  void Run() {
    const size_t count = space_.rules().rules.size();
    for (size_t i = 0; i < count; ++i) FindEmpty(i);
    for (size_t i = count; i-- > 0;) {
      if (TakesPart(i, ir::Effect::kDeny)) ReviewDeny(i);
    }
    for (size_t i = count; i-- > 0;) {
      if (TakesPart(i, ir::Effect::kAllow)) ReviewAllow(i);
    }
  }

 private:
  using Only = const std::set<size_t>*;

  bool IsEmpty(size_t number) const {
    const ir::Rule& rule = space_.rule(number);
    return rule.ports.empty() || space_.ClassesOf(rule.sources).empty() ||
           space_.ClassesOf(rule.targets).empty();
  }

  bool TakesPart(size_t number, ir::Effect effect) const {
    const ir::Rule& rule = space_.rule(number);
    return rule.effect == effect && rule.mode == ir::Mode::kEnforce &&
           !IsEmpty(number);
  }

  Finding& Add(const diag::Code& code, size_t subject) {
    Finding& finding = out_.emplace_back();
    finding.code = &code;
    finding.subject = subject;
    return finding;
  }

  Witness At(const Point& point, size_t rule) const {
    return space_.Show(point, Until(space_.rule(rule)));
  }

  void FindEmpty(size_t number) {
    if (IsEmpty(number)) Add(kMatchesNothing, number);
  }

  // Whether a rule may stand for another until `until`.
  bool Usable(size_t number, size_t instead_of, int64_t until,
              Only only) const {
    return number != instead_of && !removed_[number] &&
           Until(space_.rule(number)) >= until &&
           (only == nullptr || only->count(number) != 0);
  }

  std::optional<Point> NotDenied(Box box, size_t instead_of, int64_t until,
                                 Only only, std::set<size_t>* used) const {
    return space_.FindUncovered(
        std::move(box),
        [&](const Point&, const auto& matching, auto& because) {
          return CoveredByDeny(
              space_, matching,
              [&](size_t i) { return Usable(i, instead_of, until, only); },
              because);
        },
        used);
  }

  std::optional<Point> NotCovered(size_t allow, Only only,
                                  std::set<size_t>* used) const {
    const ir::Rule& rule = space_.rule(allow);
    auto usable = [&](size_t i) { return Usable(i, allow, Until(rule), only); };
    return space_.FindUncovered(
        space_.BoxOf(rule),
        [&](const Point&, const auto& matching, auto& because) {
          return CoveredByDeny(space_, matching, usable, because) ||
                 CoveredByAllows(space_, matching, rule, usable, because);
        },
        used);
  }

  // A deny is needed where nothing else denies what would be allowed, or left
  // alone, without it.
  bool IsNeeded(size_t deny, Only only, std::set<size_t>* used) const {
    const ir::Rule& rule = space_.rule(deny);
    const Box box = space_.BoxOf(rule);
    Box free = box;
    free.sources = Intersection(box.sources, space_.free_egress());
    free.targets = Intersection(box.targets, space_.free_ingress());
    if (NotDenied(std::move(free), deny, Until(rule), only, used)) return true;
    bool needed = false;
    space_.ForEachOverlapping(Space::Kind::kAllow, box, [&](size_t allow) {
      const ir::Rule& other = space_.rule(allow);
      const int64_t until = std::min(Until(rule), Until(other));
      needed = NotDenied(Intersection(box, space_.BoxOf(other)), deny, until,
                         only, used)
                   .has_value();
      return !needed;
    });
    return needed;
  }

  void ReviewDeny(size_t deny) {
    std::set<size_t> used;
    if (IsNeeded(deny, nullptr, &used)) return;
    Finding& finding = Add(kNeedlessDeny, deny);
    finding.others = Thinned(
        used, [&](Only only) { return !IsNeeded(deny, only, nullptr); });
    finding.witness =
        At(space_.SomePoint(space_.BoxOf(space_.rule(deny))), deny);
    removed_[deny] = true;
  }

  void ReviewAllow(size_t allow) {
    const ir::Rule& rule = space_.rule(allow);
    std::set<size_t> used;
    std::optional<Point> open =
        NotDenied(space_.BoxOf(rule), allow, Until(rule), nullptr, &used);
    if (!open) {
      Finding& finding = Add(kShadowed, allow);
      finding.others = Thinned(used, [&](Only only) {
        return !NotDenied(space_.BoxOf(rule), allow, Until(rule), only,
                          nullptr);
      });
      finding.witness = At(space_.SomePoint(space_.BoxOf(rule)), allow);
      return;
    }
    used.clear();
    if (!NotCovered(allow, nullptr, &used)) {
      Finding& finding = Add(kRedundant, allow);
      finding.others = Thinned(
          used, [&](Only only) { return !NotCovered(allow, only, nullptr); });
      finding.witness = At(space_.SomePoint(space_.BoxOf(rule)), allow);
      removed_[allow] = true;
      return;
    }
    FindPartlyShadowed(allow, *open);
  }

  void FindPartlyShadowed(size_t allow, const Point& open) {
    const Box box = space_.BoxOf(space_.rule(allow));
    std::vector<size_t> denies;
    space_.ForEachOverlapping(Space::Kind::kDeny, box, [&](size_t deny) {
      denies.push_back(deny);
      return true;
    });
    if (denies.empty()) return;
    std::sort(denies.begin(), denies.end());
    Finding& finding = Add(kPartlyShadowed, allow);
    const ir::Rule& first = space_.rule(denies.front());
    finding.witness =
        space_.Show(space_.SomePoint(Intersection(box, space_.BoxOf(first))),
                    std::min(Until(first), Until(space_.rule(allow))));
    finding.outside = At(open, allow);
    finding.others = std::move(denies);
  }

  // `used` without rules that the cover can do without: what is left is a
  // cover of which no rule can be left out.
  std::vector<size_t> Thinned(std::set<size_t> used,
                              absl::FunctionRef<bool(Only)> covers) const {
    if (used.size() > 1 && used.size() <= kMostToThin) {
      std::vector<size_t> order(used.begin(), used.end());
      std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return space_.Area(a) < space_.Area(b);
      });
      for (size_t number : order) {
        used.erase(number);
        if (!covers(&used)) used.insert(number);
      }
    }
    return {used.begin(), used.end()};
  }

  const Space& space_;
  std::vector<Finding>& out_;
  std::vector<bool> removed_;  // found redundant or needless
};

}  // namespace

void FindIdleRules(const Space& space, std::vector<Finding>& out) {
  Review(space, out).Run();
}

}  // namespace pol::analysis
