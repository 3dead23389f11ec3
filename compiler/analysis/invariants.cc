#include <algorithm>
#include <numeric>
#include <utility>

#include "compiler/analysis/covers.h"
#include "compiler/analysis/diagnostics.h"
#include "compiler/analysis/findings.h"
#include "compiler/analysis/requirements.h"

namespace pol::analysis {
namespace {

using Encryption = ir::Invariant::Encryption;

// What breaks a statement.
struct Breach {
  Point point;
  int64_t at = kForever;
  std::optional<size_t> rule;
};

class Statement {
 public:
  Statement(const Space& space, const ir::Invariant& invariant)
      : space_(space), invariant_(invariant) {}

  std::optional<Breach> FindBreach() const {
    for (values::Protocol protocol : invariant_.protocols) {
      Box box = {space_.ClassesOf(invariant_.sources),
                 space_.ClassesOf(invariant_.targets), protocol,
                 invariant_.ports_on(protocol)};
      if (invariant_.kind == ir::Invariant::Kind::kOnly)
        box.sources = Others(box.sources);
      if (box.empty()) continue;
      std::optional<Breach> breach =
          invariant_.kind == ir::Invariant::Kind::kAlways ? Stopped(box)
                                                          : GetsThrough(box);
      if (breach) return breach;
    }
    return std::nullopt;
  }

 private:
  ClassSet Others(const ClassSet& classes) const {
    ClassSet all(space_.classes().size());
    std::iota(all.begin(), all.end(), 0);
    return Split(all, classes).second;
  }

  // Whether an allow stops the kind of connection that the statement is about.
  bool Refuses(const ir::Rule& rule) const {
    if (!rule.tls) return false;
    switch (invariant_.encryption) {
      case Encryption::kClearText:
        return true;
      case Encryption::kVersion:
        return rule.tls->min_version > invariant_.version;
      case Encryption::kAny:
      case Encryption::kTls:
        break;
    }
    return false;
  }

  // Whether rules that hold until `until` stop every connection at a point.
  bool CoveredUntil(const std::vector<size_t>& matching, int64_t until,
                    std::vector<size_t>& because) const {
    if (CoveredByDeny(space_, matching, until, because)) return true;
    std::vector<size_t> allows;
    for (size_t number : matching) {
      const ir::Rule& rule = space_.rule(number);
      if (rule.effect == ir::Effect::kDeny || Until(rule) < until) continue;
      allows.push_back(number);
      if (!Refuses(rule)) continue;
      because = {number};
      return true;
    }
    because = UnmeetableOf(space_.rules(), allows);
    return !because.empty();
  }

  std::optional<Point> NotStopped(Box box, int64_t until) const {
    return space_.FindUncovered(
        std::move(box), [&](const Point&, const auto& matching, auto& because) {
          return CoveredUntil(matching, until, because);
        });
  }

  // The allow that ends first of those that let a connection through decides
  // when to look: then the fewest others hold that could stop it.
  std::optional<Breach> GetsThrough(const Box& box) const {
    std::optional<Breach> breach;
    space_.ForEachOverlapping(Space::Kind::kAllow, box, [&](size_t allow) {
      const ir::Rule& rule = space_.rule(allow);
      if (Refuses(rule)) return true;
      std::optional<Point> point =
          NotStopped(Intersection(box, space_.BoxOf(rule)), Until(rule));
      if (point) breach = {*point, Until(rule), allow};
      return !breach;
    });
    if (breach) return breach;
    Box free = box;
    free.sources = Intersection(box.sources, space_.free_egress());
    free.targets = Intersection(box.targets, space_.free_ingress());
    if (std::optional<Point> point = NotStopped(std::move(free), kForever))
      return Breach{*point, kForever, std::nullopt};
    return std::nullopt;
  }

  std::optional<Breach> Stopped(const Box& box) const {
    if (auto breach = Denied(box)) return breach;
    if (auto breach = NotAllowed(box)) return breach;
    return Unmet(box);
  }

  std::optional<Breach> Denied(const Box& box) const {
    std::optional<Breach> breach;
    space_.ForEachOverlapping(Space::Kind::kDeny, box, [&](size_t deny) {
      const ir::Rule& rule = space_.rule(deny);
      breach = {space_.SomePoint(Intersection(box, space_.BoxOf(rule))),
                Until(rule), deny};
      return false;
    });
    return breach;
  }

  // By allows that do not end.
  std::optional<Breach> NotAllowed(const Box& box) const {
    auto uncovered = [&](ClassSet sources, ClassSet targets) {
      return space_.FindUncovered(
          {std::move(sources), std::move(targets), box.protocol, box.ports},
          [&](const Point&, const auto& matching, auto& because) {
            auto allow = std::find_if(
                matching.begin(), matching.end(), [&](size_t number) {
                  const ir::Rule& rule = space_.rule(number);
                  return rule.effect == ir::Effect::kAllow &&
                         Until(rule) == kForever;
                });
            if (allow == matching.end()) return false;
            because = {*allow};
            return true;
          });
    };
    auto [governed, free] = Split(box.sources, space_.governed_egress());
    std::optional<Point> point = uncovered(governed, box.targets);
    if (!point) {
      point =
          uncovered(free, Intersection(box.targets, space_.governed_ingress()));
    }
    if (!point) return std::nullopt;
    return Breach{*point, kForever, std::nullopt};
  }

  std::optional<Breach> Unmet(const Box& box) const {
    std::optional<Breach> breach;
    space_.ForEachOverlapping(Space::Kind::kAllow, box, [&](size_t allow) {
      const ir::Rule& rule = space_.rule(allow);
      if (Refuses(rule)) {
        breach = {space_.SomePoint(Intersection(box, space_.BoxOf(rule))),
                  Until(rule), allow};
        return false;
      }
      for (ir::TlsList list : ir::kTlsLists) {
        if (auto found = FindContradiction(space_, allow, list, box)) {
          breach = {found->point, found->at, allow};
          return false;
        }
      }
      return true;
    });
    return breach;
  }

  const Space& space_;
  const ir::Invariant& invariant_;
};

const diag::Code& CodeOf(ir::Invariant::Kind kind) {
  switch (kind) {
    case ir::Invariant::Kind::kNever:
      return kNeverBroken;
    case ir::Invariant::Kind::kOnly:
      return kOnlyBroken;
    case ir::Invariant::Kind::kAlways:
      break;
  }
  return kAlwaysBroken;
}

}  // namespace

void FindBrokenInvariants(const Space& space, std::vector<Finding>& out) {
  const std::vector<ir::Invariant>& invariants = space.rules().invariants;
  for (size_t i = 0; i < invariants.size(); ++i) {
    std::optional<Breach> breach = Statement(space, invariants[i]).FindBreach();
    if (!breach) continue;
    Finding& finding = out.emplace_back();
    finding.code = &CodeOf(invariants[i].kind);
    finding.subject = i;
    if (breach->rule) finding.others = {*breach->rule};
    finding.witness = space.Show(breach->point, breach->at);
  }
}

}  // namespace pol::analysis
