// TLS by which two decisions about the same connection can be told apart.
#ifndef POL_COMPILER_TESTRUN_TELL_APART_H_
#define POL_COMPILER_TESTRUN_TELL_APART_H_

#include <cstddef>
#include <optional>

#include "compiler/ir/decide.h"
#include "compiler/ir/rule_set.h"

namespace pol::testrun {

// What the two ends speak.
struct Encryption {
  std::optional<ir::SeenTls> seen;  // unset: clear text
};

// The least that a decision's requirements ask for; unset when nothing meets
// them. Clear text when they ask for nothing.
std::optional<Encryption> LeastThatMeets(const ir::Decision& decision);

// Something with which `a` and `b` end in different verdicts; unset when there
// is nothing. Where one of them allows, what it allows and the other does not.
// Exact, as the requirements of a decision are a product: a least version and
// a set of names for each list.
std::optional<Encryption> TellApart(const ir::Decision& a,
                                    const ir::Decision& b);

// Something for which `rule` is the one who decides, given a decision of rules
// it is one of; unset when there is nothing.
std::optional<Encryption> LetDecide(const ir::Decision& decision, size_t rule);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_TELL_APART_H_
