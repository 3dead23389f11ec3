// Sets of connections that are products: sources × targets × protocol × ports,
// over classes of identities.
#ifndef POL_COMPILER_ANALYSIS_BOX_H_
#define POL_COMPILER_ANALYSIS_BOX_H_

#include <utility>
#include <vector>

#include "compiler/ir/identity_classes.h"
#include "compiler/values/port_range.h"
#include "compiler/values/protocol.h"

namespace pol::analysis {

using ir::ClassSet;
using Ports = std::vector<values::PortRange>;  // ascending, not adjacent

ClassSet Intersection(const ClassSet& a, const ClassSet& b);
// The part of `a` within `b`, and the part outside.
std::pair<ClassSet, ClassSet> Split(const ClassSet& a, const ClassSet& b);
bool Intersect(const ClassSet& a, const ClassSet& b);

Ports Intersection(const Ports& a, const Ports& b);
Ports Difference(const Ports& a, const Ports& b);
bool Intersect(const Ports& a, const Ports& b);

struct Box {
  ClassSet sources;
  ClassSet targets;
  values::Protocol protocol = values::Protocol::kTcp;
  Ports ports;

  bool empty() const {
    return sources.empty() || targets.empty() || ports.empty();
  }
};

Box Intersection(const Box& a, const Box& b);

// Appends boxes that make up `box` without `hole`, none of them empty, no two
// of them overlapping.
void Subtract(Box box, const Box& hole, std::vector<Box>& out);

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_BOX_H_
