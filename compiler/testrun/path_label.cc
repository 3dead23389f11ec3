#include "compiler/testrun/path_label.h"

#include "compiler/support/check.h"

namespace pol::testrun {

PathLabels::PathLabels(const ir::RuleSet& rules) {
  if (!rules.path_tests.empty()) labels_.emplace(rules);
}

PathLabel PathLabels::Of(const std::string& path, values::FileKind kind) const {
  POL_CHECK(labels_.has_value()) << "asked for by a path test";
  const absl::StatusOr<const selinux::FcontextRule*> rule =
      labels_->For(path, kind);
  if (!rule.ok()) return {"", std::string(rule.status().message()), {}};
  if (*rule == nullptr)
    return {"", "no file or fcontext block matches the path", {}};
  return {(*rule)->context ? (*rule)->context->ToString() : "<<none>>", "",
          (*rule)->origin};
}

}  // namespace pol::testrun
