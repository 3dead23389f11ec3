#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/lower/passes.h"

namespace pol::lower {
namespace {

void SortOnce(ir::IdentitySet& set) {
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
}

}  // namespace

ir::IdentitySet Numbering::Of(const sema::Peers& peers) const {
  ir::IdentitySet numbers;
  if (peers.any) {
    for (ir::IdentityNumber i = 0; i < count; ++i) numbers.push_back(i);
    return numbers;
  }
  if (peers.unknown) numbers.push_back(ir::kUnknown);
  for (sema::IdentityRef ref : peers.identities) {
    numbers.push_back(identities[ref]);
  }
  auto add = [&](const ir::IdentitySet& more) {
    numbers.insert(numbers.end(), more.begin(), more.end());
  };
  for (sema::PatternRef ref : peers.patterns) add(patterns[ref]);
  for (sema::SetRef ref : peers.sets) add(sets[ref]);
  SortOnce(numbers);
  return numbers;
}

}  // namespace pol::lower
