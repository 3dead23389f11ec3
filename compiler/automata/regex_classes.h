// The sets of bytes that escapes and names stand for in PCRE2's 8-bit library
// with its built-in tables (those of the C locale).
#ifndef POL_COMPILER_AUTOMATA_REGEX_CLASSES_H_
#define POL_COMPILER_AUTOMATA_REGEX_CLASSES_H_

#include <optional>
#include <string_view>

#include "compiler/automata/byte_classes.h"

namespace pol::automata {

// Of `\d`: 'd'. Also D, h, H, N, s, S, v, V, w, W.
std::optional<ByteSet> EscapedClass(char letter);

// Of `[:alpha:]`: "alpha".
std::optional<ByteSet> PosixClass(std::string_view name);

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_REGEX_CLASSES_H_
