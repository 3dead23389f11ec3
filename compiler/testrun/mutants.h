// Small mistakes that somebody could make in a rule, each as a Change.
//
// The rule is dropped, no longer enforced, or has the other effect; a port
// range is a port wider or narrower at one of its ends; the least TLS version
// is one higher or lower, or TLS is not asked for, or one of its lists is not;
// a source or target is left out, or there is one more.
#ifndef POL_COMPILER_TESTRUN_MUTANTS_H_
#define POL_COMPILER_TESTRUN_MUTANTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/ir/rule_set.h"
#include "compiler/testrun/change.h"
#include "compiler/testrun/names.h"
#include "compiler/testrun/units.h"

namespace pol::testrun {

struct Mutant {
  Change change;
  std::string words;  // "port 5432 widened to 5432-5433"
  ir::Origin origin;
  // Set while the change lets all others in: which one is to be chosen among
  // those with whom it shows, and `words` wait for its name.
  enum class More { kNone, kSource, kTarget } more = More::kNone;
};

struct MutantMaker {
  const ir::RuleSet& rules;
  const Units& units;
  const Names& names;
  bool sampled = false;  // whether sets were too large to leave out each member

  // None of a rule under `mode = "audit"`: it decides nothing.
  std::vector<Mutant> OfRule(size_t rule);

  // Chooses who is let in, given a trial at which letting in all others shows.
  void LetIn(ir::IdentityNumber identity, Mutant& mutant) const;
};

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_MUTANTS_H_
