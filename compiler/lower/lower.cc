#include "compiler/lower/lower.h"

#include "compiler/ir/sets.h"
#include "compiler/ir/verify.h"
#include "compiler/lower/passes.h"
#include "compiler/support/check.h"

namespace pol::lower {

ir::Origin OriginOf(const support::SourceSet& sources, support::Span span) {
  return {sources.file(span.file).name(), sources.Locate(span).line, span};
}

ir::RuleSet Lower(const sema::Model& model, const support::SourceSet& sources) {
  ir::RuleSet rules;
  Numbering numbering = AddIdentities(model, sources, rules);
  AddRules(model, sources, numbering, rules);
  AddFiles(model, sources, rules);
  ir::SortSets(rules);
  std::string wrong = ir::Verify(rules);
  POL_CHECK(wrong.empty()) << wrong;
  return rules;
}

}  // namespace pol::lower
