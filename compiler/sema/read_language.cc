#include <optional>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/support/check.h"

namespace pol::sema {

using diag::Cat;
using syntax::Block;

const BlockRule& RuleOf(std::string_view block) {
  const BlockRule* rule = FindRule(FileRules(), block);
  POL_CHECK(rule != nullptr) << std::string(block);
  return *rule;
}

const BlockRule& RuleOf(std::string_view block, std::string_view inner) {
  const BlockRule* rule = FindRule(RuleOf(block).blocks, inner);
  POL_CHECK(rule != nullptr) << std::string(inner);
  return *rule;
}

void ReadLanguage(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("language"), context);
  const std::optional<Given> given = reader.Get("edition");
  if (!given.has_value()) return;
  const auto edition = given->value.as_integer();
  if (!edition.has_value()) return reader.ReportType(*given, "a number");
  if (*edition == 1) return;
  reader.Report(kEdition, *given, Cat("edition ", *edition, " is not known"))
      .Help("this version knows edition 1");
}

void ReadVariable(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("variable"), context);
  reader.Text("description");
  for (const Block& inner : block.body.blocks) {
    if (inner.type == "validation") {
      BlockReader(inner, RuleOf("variable", "validation"), context);
    }
  }
}

void ReadLocals(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("locals"), context);
}

void ReadOutput(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("output"), context);
  reader.Text("description");
}

void ReadModule(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("module"), context);
}

void ReadFunction(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("function"), context);
  reader.Text("description");
}

}  // namespace pol::sema
