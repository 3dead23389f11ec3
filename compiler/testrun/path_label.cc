#include "compiler/testrun/path_label.h"

namespace pol::testrun {

PathLabels::PathLabels(const ir::RuleSet& rules) {
  if (!rules.path_tests.empty()) rules_ = selinux::FcontextRules(rules);
}

PathLabel PathLabels::Of(const std::string& path, values::FileKind kind) const {
  const absl::StatusOr<const selinux::FcontextRule*> rule =
      selinux::LabelFor(rules_, path, kind);
  if (!rule.ok()) return {"", std::string(rule.status().message()), {}};
  if (*rule == nullptr)
    return {"", "no file or fcontext block matches the path", {}};
  return {(*rule)->context ? (*rule)->context->ToString() : "<<none>>", "",
          (*rule)->origin};
}

}  // namespace pol::testrun
