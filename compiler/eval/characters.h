// Text counted as a reader counts it.
//
// A character is an extended grapheme cluster (UAX #29): a letter with its
// accents, an emoji with its modifiers. The text is UTF-8.
#ifndef POL_COMPILER_EVAL_CHARACTERS_H_
#define POL_COMPILER_EVAL_CHARACTERS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pol::eval {

// Where characters begin, in bytes, and the end of the text: one more entry
// than there are characters.
std::vector<size_t> CharacterBounds(std::string_view text);

size_t CountCharacters(std::string_view text);

bool IsUtf8(std::string_view text);

// The text in Unicode form NFC, which all strings of the language have: parts
// that have it need not have it when they are put together.
std::string Normalized(std::string text);

// The first character that no string of a policy may hold, since it is not
// seen: a control character other than tab and line ends, a bidi control, one
// without width. Nothing when there is none.
std::optional<uint32_t> FindUnseen(std::string_view text);

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_CHARACTERS_H_
