// How much of the rules' edges the tests exercise.
#ifndef POL_COMPILER_TESTRUN_COVERAGE_H_
#define POL_COMPILER_TESTRUN_COVERAGE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "compiler/ir/rule_set.h"
#include "compiler/testrun/edges.h"
#include "compiler/testrun/names.h"
#include "compiler/testrun/search.h"
#include "compiler/testrun/trial.h"

namespace pol::testrun {

// A part of a whole. A whole of nothing is done.
struct Share {
  size_t part = 0;
  size_t whole = 0;

  // Rounded down, so that 100 says all of it.
  size_t Percent() const { return whole == 0 ? 100 : part * 100 / whole; }
  Share& operator+=(const Share& other) {
    part += other.part;
    whole += other.whole;
    return *this;
  }
  friend bool operator==(const Share&, const Share&) = default;
};

struct MissingEdge {
  Edge edge;
  Trial trial;  // that would exercise it
};

// Of one rule, or of the default deny of one identity.
struct CoverageItem {
  std::string name;  // "policy db-access", "default deny of workload.pg"
  ir::Origin origin;
  std::optional<size_t> rule;
  bool audit = false;  // the rule decides nothing, so that it has no edges
  Share share;
  std::vector<MissingEdge> missing;
};

struct Coverage {
  std::vector<CoverageItem> items;  // rules, then identities; as numbered
  Share total;
  bool sampled = false;  // large sets are not looked at member by member
};

// Counts the edges that some connection can exercise, and those of them that
// one of `settings` does, passed or not.
Coverage MeasureCoverage(const Units& units, const Names& names,
                         absl::Span<const Setting> settings, Search& search);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_COVERAGE_H_
