// The names that an expression mentions.
#ifndef POL_COMPILER_SEMA_MENTIONS_H_
#define POL_COMPILER_SEMA_MENTIONS_H_

#include <functional>
#include <string_view>

#include "absl/types/span.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

// Either a reference or a call of a function.
struct Mention {
  const syntax::Traversal* traversal = nullptr;
  const syntax::Call* call = nullptr;
};

// Calls `visit` for every mention in source order. Names bound by a `for`, or
// listed in `bound` (a function's parameters), are nobody else's and are left
// out.
void ForEachMention(const syntax::Expression& expression,
                    absl::Span<const std::string_view> bound,
                    const std::function<void(const Mention&)>& visit);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_MENTIONS_H_
