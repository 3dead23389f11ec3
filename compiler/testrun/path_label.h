// The labels that a policy gives to paths.
#ifndef POL_COMPILER_TESTRUN_PATH_LABEL_H_
#define POL_COMPILER_TESTRUN_PATH_LABEL_H_

#include <optional>
#include <string>

#include "compiler/ir/rule_set.h"
#include "compiler/selinux/fcontext_rules.h"

namespace pol::testrun {

struct PathLabel {
  // A context or "<<none>>"; empty when the policy gives none or nobody can
  // say, and then `reason` says which.
  std::string label;
  std::string reason;
  ir::Origin origin;  // of the block that decides
};

class PathLabels {
 public:
  // `rules` stays where it is. Costs nothing when it has no path test.
  explicit PathLabels(const ir::RuleSet& rules);

  PathLabel Of(const std::string& path, values::FileKind kind) const;

 private:
  std::optional<selinux::FileLabels> labels_;
};

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_PATH_LABEL_H_
