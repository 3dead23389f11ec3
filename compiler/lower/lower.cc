#include "compiler/lower/lower.h"

#include "compiler/ir/sets.h"
#include "compiler/ir/verify.h"
#include "compiler/lower/passes.h"
#include "compiler/support/check.h"

namespace pol::lower {

ir::Origin OriginOf(const support::SourceSet& sources, support::Span span) {
  return {sources.file(span.file).name(), sources.Locate(span).line, span};
}

ir::RuleSet Lower(const sema::Model& model, const support::SourceSet& sources,
                  diag::Sink& sink, const Universe& universe) {
  ir::RuleSet rules;
  const Numbering numbering =
      AddIdentities(model, universe, sources, sink, rules);
  AddBearers(model, sources, numbering, rules);
  SetTable sets(numbering, rules);
  const std::vector<size_t> rule_of = AddRules(model, sources, sets, rules);
  AddFiles(model, sources, rules);
  AddSelinux(model, sources, rules);
  AddStatements(model, sources, numbering, rule_of, sets, rules);
  ir::SortSets(rules);
  const std::string wrong = ir::Verify(rules);
  POL_CHECK(wrong.empty()) << wrong;
  return rules;
}

}  // namespace pol::lower
