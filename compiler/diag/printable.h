// Text from a policy file made safe and measurable for a terminal.
//
// What could change the terminal or mislead the eye (control characters, bidi
// controls, zero-width characters, bytes that are not UTF-8) is spelled
// "<U+202E>" or "<0xFF>".
#ifndef POL_COMPILER_DIAG_PRINTABLE_H_
#define POL_COMPILER_DIAG_PRINTABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pol::diag {

// A piece of one line as it is printed. Tabs become four spaces.
struct Printable {
  std::string text;
  size_t columns =
      0;  // cells of a terminal; a wide East Asian character takes two
};

Printable MakePrintable(std::string_view bytes);

// The code point at the front of `bytes` and its length; length 0 when they are
// not strict UTF-8 (RFC 3629: no overlong form, no surrogate, nothing past
// U+10FFFF).
struct CodePoint {
  uint32_t value = 0;
  size_t length = 0;
};
CodePoint DecodeUtf8(std::string_view bytes);

// Directional formatting characters, which reorder what is shown (UAX #9).
bool IsBidiControl(uint32_t code_point);
// Characters without width, which make two different names look alike.
bool IsInvisible(uint32_t code_point);

}  // namespace pol::diag

#endif  // POL_COMPILER_DIAG_PRINTABLE_H_
