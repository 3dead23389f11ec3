// Whether a text may be the name of something.
#ifndef POL_COMPILER_SEMA_CHECK_NAMES_H_
#define POL_COMPILER_SEMA_CHECK_NAMES_H_

#include <string_view>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"

namespace pol::sema {

// Reports a name that is empty, holds control characters, or mixes letters of
// scripts that are not written together (UTS #39, level "highly restrictive"):
// `pаy` with a Cyrillic `а` is another name than it seems. `span` is the
// name's, with or without quotes.
bool CheckName(std::string_view name, support::Span span, std::string_view what,
               diag::Sink& sink);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_CHECK_NAMES_H_
