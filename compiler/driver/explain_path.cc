#include "compiler/driver/explain_path.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "compiler/ir/dump.h"
#include "compiler/selinux/equivalences.h"
#include "compiler/selinux/fcontext_rules.h"
#include "compiler/support/view.h"

namespace pol::driver {
namespace {

std::string LabelLine(const selinux::FcontextRule& rule) {
  return absl::StrCat(
      "  label: ", rule.context ? rule.context->ToString() : "<<none>>", ", ",
      rule.of_file ? "file " : "fcontext ", rule.path, " (",
      ir::ToString(rule.origin), ")\n");
}

std::string EquivalenceLine(const ir::SelinuxEquivalence& one) {
  return absl::StrCat("  labelled as below ", one.equal_to, ", equivalence ",
                      one.path, " (", ir::ToString(one.origin), ")\n");
}

std::string CapabilitiesLine(const ir::File& file) {
  std::string rootid = file.capabilities_rootid == 0
                           ? ""
                           : absl::StrCat(" in user namespaces of root ",
                                          file.capabilities_rootid);
  return absl::StrCat("  capabilities: ",
                      file.capabilities ? file.capabilities->text() : "none",
                      rootid, " (", ir::ToString(file.origin), ")\n");
}

}  // namespace

absl::StatusOr<std::string> ExplainPath(const Compilation::Result& result,
                                        const std::string& path,
                                        values::FileKind kind) {
  const selinux::FileLabels labels(result.rules);
  POL_ASSIGN_OR_RETURN(const selinux::FcontextRule* rule,
                       labels.For(path, kind));
  std::string lines;
  if (const auto* turns = selinux::EquivalenceOf(result.rules, path))
    lines += EquivalenceLine(*turns);
  if (rule != nullptr) lines += LabelLine(*rule);
  for (const ir::File& file : result.rules.files) {
    if (file.path == path && file.manages_capabilities) {
      lines += CapabilitiesLine(file);
    }
  }
  if (lines.empty()) {
    return absl::NotFoundError(
        absl::StrCat("the policy says nothing about ", path));
  }
  return absl::StrCat(path, " (", support::ToAbsl(values::ToString(kind)),
                      ")\n", lines);
}

}  // namespace pol::driver
