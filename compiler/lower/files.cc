#include <algorithm>
#include <tuple>

#include "compiler/lower/passes.h"

namespace pol::lower {

void AddFiles(const sema::Model& model, const support::SourceSet& sources,
              ir::RuleSet& rules) {
  for (const sema::File& file : model.files) {
    rules.files.push_back({file.path, file.context, file.manages_capabilities,
                           file.capabilities, "",
                           OriginOf(sources, file.span)});
  }
  std::sort(rules.files.begin(), rules.files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  for (const sema::Fcontext& fcontext : model.fcontexts) {
    rules.fcontexts.push_back({fcontext.path, fcontext.kind, fcontext.context,
                               OriginOf(sources, fcontext.span)});
  }
  std::sort(rules.fcontexts.begin(), rules.fcontexts.end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.path, a.kind) < std::tie(b.path, b.kind);
            });
}

}  // namespace pol::lower
