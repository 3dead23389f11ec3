// One connection that is tried on the rules, and what comes out.
#ifndef POL_COMPILER_TESTRUN_TRIAL_H_
#define POL_COMPILER_TESTRUN_TRIAL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/ir/decide.h"
#include "compiler/ir/rule_set.h"

namespace pol::testrun {

struct Trial {
  ir::Connection connection;
  std::optional<ir::SeenTls> seen;  // unset: in clear text

  friend bool operator==(const Trial&, const Trial&) = default;
};

// What becomes of a connection, its TLS included.
struct Outcome {
  ir::Verdict verdict = ir::Verdict::kLeftAlone;
  // Who decided: of a connection that is refused for its TLS, the rule whose
  // requirement it does not meet. Unset: no rule, the default decided.
  std::optional<size_t> rule;
  // Set when rules allow the connection but for its TLS.
  std::optional<ir::Unmet> unmet;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome Judge(const ir::Decision& decision,
              const std::optional<ir::SeenTls>& seen);

// As `expect` writes it: "allow", "deny", "unmanaged".
std::string_view Word(ir::Verdict verdict);

// The name that was seen of one of the lists; may be empty.
const std::string& SeenName(const ir::SeenTls& seen, ir::TlsList list);
std::string& SeenName(ir::SeenTls& seen, ir::TlsList list);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_TRIAL_H_
