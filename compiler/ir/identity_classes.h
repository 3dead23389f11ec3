// Identities that no set of a RuleSet tells apart and that are governed alike:
// what a decision can depend on.
#ifndef POL_COMPILER_IR_IDENTITY_CLASSES_H_
#define POL_COMPILER_IR_IDENTITY_CLASSES_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "compiler/ir/rule_set.h"

namespace pol::ir {

// Classes are numbered by their lowest identity.
using IdentityClass = uint32_t;
using ClassSet = std::vector<IdentityClass>;  // ascending, each once

struct IdentityClasses {
  std::vector<IdentityClass> of;                // by identity
  std::vector<IdentityNumber> representatives;  // by class: its lowest identity
  std::vector<ClassSet> sets;                   // by SetNumber

  // The sets that hold each class, by class: where they start in `containing`,
  // and one entry behind the last.
  std::vector<uint32_t> containing_starts;
  std::vector<SetNumber> containing;

  size_t size() const { return representatives.size(); }
  absl::Span<const SetNumber> Containing(IdentityClass number) const {
    return absl::MakeConstSpan(containing)
        .subspan(containing_starts[number],
                 containing_starts[number + 1] - containing_starts[number]);
  }
};

// `colours`, when not empty, holds one number for each identity; identities of
// different colours are told apart too.
IdentityClasses BuildIdentityClasses(const RuleSet& rules,
                                     absl::Span<const uint32_t> colours = {});

}  // namespace pol::ir

#endif  // POL_COMPILER_IR_IDENTITY_CLASSES_H_
