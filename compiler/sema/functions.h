// What a `function` block declares.
#ifndef POL_COMPILER_SEMA_FUNCTIONS_H_
#define POL_COMPILER_SEMA_FUNCTIONS_H_

#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

// The names in `params = [a, b]`. What is no name, or stands twice, is reported
// and left out.
std::vector<std::string_view> ReadParameters(
    const syntax::Expression& parameters, diag::Sink& sink);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_FUNCTIONS_H_
