#include "compiler/lsp/line_table.h"

#include <algorithm>
#include <cstddef>

namespace pol::lsp {
namespace {

bool Continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Of the character at `at`; a byte that begins none counts alone.
size_t LengthOf(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && end - at < 4 && Continues(text[end])) ++end;
  return end - at;
}

// Code units of a character of `length` bytes.
uint32_t Units(size_t length, Encoding encoding) {
  if (encoding == Encoding::kUtf8) return static_cast<uint32_t>(length);
  return length == 4 ? 2 : 1;
}

}  // namespace

LineTable::LineTable(std::string_view text) : text_(text), starts_{0} {
  const bool returns = text.find('\r') != std::string_view::npos;
  size_t at = 0;
  while (true) {
    at = returns ? text.find_first_of("\r\n", at) : text.find('\n', at);
    if (at == std::string_view::npos) return;
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
    starts_.push_back(static_cast<uint32_t>(++at));
  }
}

Position LineTable::PositionAt(uint32_t offset, Encoding encoding) const {
  const size_t end = std::min<size_t>(offset, text_.size());
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), end);
  Position position;
  position.line = static_cast<uint32_t>(after - starts_.begin() - 1);
  size_t at = *(after - 1);
  while (at < end) {
    const size_t length = LengthOf(text_, at);
    if (at + length > end) break;
    position.character += Units(length, encoding);
    at += length;
  }
  return position;
}

uint32_t LineTable::OffsetAt(Position position, Encoding encoding) const {
  if (position.line >= starts_.size()) {
    return static_cast<uint32_t>(text_.size());
  }
  size_t at = starts_[position.line];
  uint32_t left = position.character;
  while (at < text_.size() && text_[at] != '\n' && text_[at] != '\r') {
    const size_t length = LengthOf(text_, at);
    const uint32_t units = Units(length, encoding);
    if (units > left) break;
    left -= units;
    at += length;
  }
  return static_cast<uint32_t>(at);
}

}  // namespace pol::lsp
