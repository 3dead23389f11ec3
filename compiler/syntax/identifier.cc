#include "compiler/syntax/identifier.h"

#include <unicode/uchar.h>

#include <array>

#include "compiler/diag/printable.h"

namespace pol::syntax {
namespace {

enum Place : unsigned char { kNowhere, kRest, kAnywhere };

constexpr std::array<Place, 128> kAscii = [] {
  std::array<Place, 128> places{};
  for (size_t c = 'a'; c <= 'z'; ++c) places[c] = places[c - 32] = kAnywhere;
  for (size_t c = '0'; c <= '9'; ++c) places[c] = kRest;
  places['_'] = kAnywhere;
  places['-'] = kRest;
  return places;
}();

// Length of the character if it may stand there, otherwise 0.
size_t Length(std::string_view text, size_t at, UProperty property) {
  const diag::CodePoint point = diag::DecodeUtf8(text.substr(at));
  return u_hasBinaryProperty(static_cast<UChar32>(point.value), property)
             ? point.length
             : 0;
}

}  // namespace

size_t IdentifierRestEnd(std::string_view text, size_t begin) {
  size_t at = begin;
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    size_t length = 1;
    if (c >= 0x80) {
      length = Length(text, at, UCHAR_ID_CONTINUE);
    } else if (kAscii[c] == kNowhere) {
      return at;
    }
    if (length == 0) return at;
    at += length;
  }
  return at;
}

size_t IdentifierEnd(std::string_view text, size_t begin) {
  if (begin >= text.size()) return begin;
  const auto c = static_cast<unsigned char>(text[begin]);
  size_t length = 1;
  if (c >= 0x80) {
    length = Length(text, begin, UCHAR_ID_START);
  } else if (kAscii[c] != kAnywhere) {
    return begin;
  }
  if (length == 0) return begin;
  return IdentifierRestEnd(text, begin + length);
}

}  // namespace pol::syntax
