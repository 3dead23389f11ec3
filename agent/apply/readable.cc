#include "agent/apply/readable.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_format.h"

namespace pol::apply {
namespace {

uint8_t At(const std::string& bytes, size_t index) {
  return static_cast<uint8_t>(bytes[index]);
}

bool Continues(const std::string& bytes, size_t index) {
  return index < bytes.size() && (At(bytes, index) & 0xC0) == 0x80;
}

// The length of the character at `index`; 0 when there is none.
size_t LengthAt(const std::string& bytes, size_t index) {
  const uint8_t lead = At(bytes, index);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  for (size_t i = 1; i < length; ++i)
    if (!Continues(bytes, index + i)) return 0;
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  const uint8_t second = At(bytes, index + 1);
  if (lead == 0xE0 && second < 0xA0) return 0;
  if (lead == 0xED && second > 0x9F) return 0;
  if (lead == 0xF0 && second < 0x90) return 0;
  if (lead == 0xF4 && second > 0x8F) return 0;
  return length;
}

}  // namespace

std::string Readable(const std::string& bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size();) {
    const size_t length = LengthAt(bytes, i);
    if (length == 0) {
      absl::StrAppendFormat(&text, "\\x%02x", At(bytes, i));
      ++i;
    } else {
      text.append(bytes, i, length);
      i += length;
    }
  }
  return text;
}

}  // namespace pol::apply
