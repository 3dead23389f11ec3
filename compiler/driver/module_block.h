// What a `module` block says about where its files are.
#ifndef POL_COMPILER_DRIVER_MODULE_BLOCK_H_
#define POL_COMPILER_DRIVER_MODULE_BLOCK_H_

#include <optional>
#include <string>
#include <string_view>

#include "compiler/diag/sink.h"
#include "compiler/syntax/ast.h"

namespace pol::driver {

struct ModuleBlock {
  const syntax::Block* block;
  const syntax::Attribute* attribute;      // the source
  std::string source;                      // as written
  const syntax::Attribute* pin = nullptr;  // the digest; null when not given
  std::string digest = {};                 // empty: not given, or not usable

  bool has_broken_pin() const { return pin != nullptr && digest.empty(); }
  support::Span span() const { return attribute->value.span; }
};

// Nothing when the source is missing or no plain string; a diagnostic has said
// so.
std::optional<ModuleBlock> ReadModuleBlock(const syntax::Block& block,
                                           diag::Sink& sink);

// "sha256:" and the digest of `bytes`.
std::string PinOf(std::string_view bytes);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_MODULE_BLOCK_H_
