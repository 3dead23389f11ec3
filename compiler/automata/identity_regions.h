// What a policy's patterns tell apart among all SPIFFE IDs.
//
// There are infinitely many SPIFFE IDs, and a policy names some of them and
// describes others by patterns. Two IDs that no text of the policy names and
// that match the same patterns are the same to it. So the IDs fall into the
// named ones and into finitely many *regions*, and what holds for a region's
// example holds for each of its members.
//
//   named    spiffe://gov.cn/ns/db
//   patterns spiffe://gov.cn/ns/*, spiffe://gov.cn/**
//
//   regions  {}      spiffe://other
//            {1}     spiffe://gov.cn/a
//            {0, 1}  spiffe://gov.cn/ns/a
#ifndef POL_COMPILER_AUTOMATA_IDENTITY_REGIONS_H_
#define POL_COMPILER_AUTOMATA_IDENTITY_REGIONS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "compiler/support/status.h"
#include "compiler/values/spiffe_id.h"
#include "compiler/values/spiffe_pattern.h"

namespace pol::automata {

struct IdentityRegion {
  // A shortest member, not named.
  values::SpiffeId example;
  // Positions of the patterns that its members match, ascending; no others.
  std::vector<uint32_t> patterns;
};

struct IdentityRegions {
  // For each named ID, the positions of the patterns that it matches.
  std::vector<std::vector<uint32_t>> named;
  // First the one of no pattern, which always has members; then by example. A
  // region is here if and only if some valid SPIFFE ID (2048 bytes and all)
  // that is not named matches its patterns and no other.
  std::vector<IdentityRegion> regions;
};

struct RegionLimits {
  size_t regions = 100'000;
  size_t steps = 10'000'000;  // transitions and members of sets built for them
};

// kResourceExhausted when a limit does not suffice. Neither the order of the
// named IDs nor that of the patterns shows in the examples.
absl::StatusOr<IdentityRegions> PartitionIdentities(
    absl::Span<const values::SpiffeId> named,
    absl::Span<const values::SpiffePattern> patterns, RegionLimits limits = {});

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_IDENTITY_REGIONS_H_
