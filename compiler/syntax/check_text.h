// Whether the bytes of a file are text that means what it shows.
//
// Strict UTF-8 (RFC 3629) in normalization form NFC (UAX #15), without a byte
// order mark, without control characters other than tab and line ends, without
// bidi controls and invisible characters, in comments and strings too: they
// would let a reviewer read another policy than polc does (CVE-2021-42574).
#ifndef POL_COMPILER_SYNTAX_CHECK_TEXT_H_
#define POL_COMPILER_SYNTAX_CHECK_TEXT_H_

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/dialect.h"

namespace pol::syntax {

// False when the file is not text at all (or too large) and nothing in it
// should be read. In Dialect::kHcl characters that cannot be seen and text that
// is not normalized are nobody's mistake.
bool CheckText(support::FileId file, const support::SourceSet& sources,
               diag::Sink& sink, Dialect dialect = Dialect::kPolicy);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_CHECK_TEXT_H_
