#include "compiler/sema/functions.h"

#include <algorithm>
#include <variant>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"

namespace pol::sema {

std::vector<std::string_view> ReadParameters(
    const syntax::Expression& parameters, diag::Sink& sink) {
  std::vector<std::string_view> names;
  if (std::holds_alternative<syntax::Invalid>(parameters.value)) return names;
  const auto* list = std::get_if<syntax::List>(&parameters.value);
  if (list == nullptr) {
    sink.Report(kWrongType, parameters.span, "expected a list of names")
        .Help("write `params = [a, b]`");
    return names;
  }
  for (const syntax::Expression& element : list->elements) {
    if (std::holds_alternative<syntax::Invalid>(element.value)) continue;
    const auto* name = std::get_if<syntax::Traversal>(&element.value);
    if (name == nullptr || !name->steps.empty()) {
      sink.Report(kWrongType, element.span, "a parameter is a name alone");
      continue;
    }
    if (std::find(names.begin(), names.end(), name->root) != names.end()) {
      sink.Report(kDuplicateName, element.span,
                  diag::Cat("parameter `", name->root, "` is declared twice"));
      continue;
    }
    names.push_back(name->root);
  }
  return names;
}

}  // namespace pol::sema
