#include "compiler/analysis/covers.h"

#include <algorithm>

#include "compiler/analysis/requirements.h"

namespace pol::analysis {

bool CoveredByDeny(const Space& space, const std::vector<size_t>& matching,
                   int64_t until, std::vector<size_t>& because) {
  return CoveredByDeny(
      space, matching,
      [&](size_t number) { return Until(space.rule(number)) >= until; },
      because);
}

bool CoveredByDeny(const Space& space, const std::vector<size_t>& matching,
                   absl::FunctionRef<bool(size_t)> usable,
                   std::vector<size_t>& because) {
  because.clear();
  for (size_t number : matching) {
    if (space.rule(number).effect != ir::Effect::kDeny || !usable(number))
      continue;
    if (because.empty()) {
      because = {number};
    } else if (space.Area(number) > space.Area(because.front())) {
      because.front() = number;
    }
  }
  return !because.empty();
}

bool CoveredByAllows(const Space& space, const std::vector<size_t>& matching,
                     const ir::Rule& rule,
                     absl::FunctionRef<bool(size_t)> usable,
                     std::vector<size_t>& because) {
  std::vector<size_t> allows;
  for (size_t number : matching) {
    if (space.rule(number).effect == ir::Effect::kAllow && usable(number))
      allows.push_back(number);
  }
  if (!Absorb(space.rules(), allows, rule)) return false;
  // Those that match most first, so that what they cover together is large.
  std::stable_sort(allows.begin(), allows.end(), [&](size_t a, size_t b) {
    return space.Area(a) > space.Area(b);
  });
  for (size_t number : allows) {
    because = {number};
    if (Absorb(space.rules(), because, rule)) return true;
  }
  because = allows;
  for (size_t i = allows.size(); i-- > 0;) {
    std::vector<size_t> fewer = because;
    std::erase(fewer, allows[i]);
    if (Absorb(space.rules(), fewer, rule)) because = std::move(fewer);
  }
  return true;
}

}  // namespace pol::analysis
