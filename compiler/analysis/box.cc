#include "compiler/analysis/box.h"

#include <algorithm>
#include <iterator>

namespace pol::analysis {
namespace {

// Below this ratio of sizes it pays to look each of the few up.
constexpr size_t kFew = 16;

bool AreFew(const ClassSet& few, const ClassSet& many) {
  return few.size() * kFew < many.size();
}

bool Has(const ClassSet& set, ir::IdentityClass number) {
  return std::binary_search(set.begin(), set.end(), number);
}

}  // namespace

ClassSet Intersection(const ClassSet& a, const ClassSet& b) {
  if (AreFew(b, a)) return Intersection(b, a);
  ClassSet both;
  if (AreFew(a, b)) {
    std::copy_if(a.begin(), a.end(), std::back_inserter(both),
                 [&b](ir::IdentityClass number) { return Has(b, number); });
    return both;
  }
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(both));
  return both;
}

std::pair<ClassSet, ClassSet> Split(const ClassSet& a, const ClassSet& b) {
  ClassSet in = Intersection(a, b);
  ClassSet out;
  if (in.size() == a.size()) return {std::move(in), std::move(out)};
  out.reserve(a.size() - in.size());
  auto from = a.begin();
  if (AreFew(in, a)) {
    for (ir::IdentityClass number : in) {
      auto at = std::lower_bound(from, a.end(), number);
      out.insert(out.end(), from, at);
      from = at + 1;
    }
    out.insert(out.end(), from, a.end());
  } else {
    std::set_difference(a.begin(), a.end(), in.begin(), in.end(),
                        std::back_inserter(out));
  }
  return {std::move(in), std::move(out)};
}

bool Intersect(const ClassSet& a, const ClassSet& b) {
  if (a.empty() || b.empty() || a.back() < b.front() || b.back() < a.front())
    return false;
  if (AreFew(b, a)) return Intersect(b, a);
  if (AreFew(a, b)) {
    return std::any_of(a.begin(), a.end(), [&b](ir::IdentityClass number) {
      return Has(b, number);
    });
  }
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j) return true;
    *i < *j ? ++i : ++j;
  }
  return false;
}

Ports Intersection(const Ports& a, const Ports& b) {
  Ports both;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    const uint16_t first = std::max(i->first, j->first);
    const uint16_t last = std::min(i->last, j->last);
    if (first <= last) both.push_back({first, last});
    i->last < j->last ? ++i : ++j;
  }
  return both;
}

Ports Difference(const Ports& a, const Ports& b) {
  Ports rest;
  auto hole = b.begin();
  for (const values::PortRange& range : a) {
    uint32_t from = range.first;
    while (hole != b.end() && hole->last < from) ++hole;
    for (auto h = hole; h != b.end() && h->first <= range.last; ++h) {
      if (h->first > from)
        rest.push_back(
            {static_cast<uint16_t>(from), static_cast<uint16_t>(h->first - 1)});
      from = h->last + 1u;
    }
    if (from <= range.last)
      rest.push_back({static_cast<uint16_t>(from), range.last});
  }
  return rest;
}

bool Intersect(const Ports& a, const Ports& b) {
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (i->first <= j->last && j->first <= i->last) return true;
    i->last < j->last ? ++i : ++j;
  }
  return false;
}

Box Intersection(const Box& a, const Box& b) {
  if (a.protocol != b.protocol) return {};
  return {Intersection(a.sources, b.sources),
          Intersection(a.targets, b.targets), a.protocol,
          Intersection(a.ports, b.ports)};
}

void Subtract(Box box, const Box& hole, std::vector<Box>& out) {
  if (box.protocol != hole.protocol || !Intersect(box.ports, hole.ports) ||
      !Intersect(box.sources, hole.sources) ||
      !Intersect(box.targets, hole.targets)) {
    if (!box.empty()) out.push_back(std::move(box));
    return;
  }
  auto [sources_in, sources_out] = Split(box.sources, hole.sources);
  auto [targets_in, targets_out] = Split(box.targets, hole.targets);
  Ports ports_out = Difference(box.ports, hole.ports);
  auto keep = [&out](Box piece) {
    if (!piece.empty()) out.push_back(std::move(piece));
  };
  if (!ports_out.empty())
    keep({sources_in, targets_in, box.protocol, std::move(ports_out)});
  if (!targets_out.empty())
    keep({std::move(sources_in), std::move(targets_out), box.protocol,
          box.ports});
  keep({std::move(sources_out), std::move(box.targets), box.protocol,
        std::move(box.ports)});
}

}  // namespace pol::analysis
