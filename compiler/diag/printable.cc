#include "compiler/diag/printable.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_format.h"

namespace pol::diag {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// East Asian Width W and F (UAX #11), in blocks.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
    {0xA960, 0xA97C},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD},
};

// Marks that stand over the character before them.
constexpr Range kCombining[] = {
    {0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x20D0, 0x20FF}, {0xFE20, 0xFE2F},
};

template <size_t kSize>
bool In(const Range (&ranges)[kSize], uint32_t value) {
  auto after = std::upper_bound(
      std::begin(ranges), std::end(ranges), value,
      [](uint32_t v, const Range& range) { return v < range.first; });
  return after != std::begin(ranges) && value <= std::prev(after)->last;
}

bool IsControl(uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0x2028 ||
         value == 0x2029;
}

}  // namespace

CodePoint DecodeUtf8(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  size_t length = 0;
  uint32_t value = 0;
  uint32_t least = 0;
  if (lead >= 0xC2 && lead < 0xE0) {
    length = 2, value = lead & 0x1F, least = 0x80;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3, value = lead & 0x0F, least = 0x800;
  } else if (lead >= 0xF0 && lead < 0xF5) {
    length = 4, value = lead & 0x07, least = 0x10000;
  } else {
    return {};
  }
  if (bytes.size() < length) return {};
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value < least || value > 0x10FFFF || surrogate) return {};
  return {value, length};
}

bool IsBidiControl(uint32_t value) {
  return value == 0x061C || value == 0x200E || value == 0x200F ||
         (value >= 0x202A && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

bool IsInvisible(uint32_t value) {
  return value == 0x00AD || value == 0x034F || value == 0x115F ||
         value == 0x1160 || value == 0x17B4 || value == 0x17B5 ||
         (value >= 0x180B && value <= 0x180E) ||
         (value >= 0x200B && value <= 0x200D) ||
         (value >= 0x2060 && value <= 0x2065) ||
         (value >= 0x206A && value <= 0x206F) || value == 0x3164 ||
         (value >= 0xFE00 && value <= 0xFE0F) || value == 0xFEFF ||
         value == 0xFFA0 || (value >= 0xE0000 && value <= 0xE0FFF);
}

Printable MakePrintable(std::string_view bytes) {
  Printable out;
  auto spell = [&](std::string text) {
    out.columns += text.size();
    out.text += text;
  };
  for (size_t i = 0; i < bytes.size();) {
    const CodePoint point = DecodeUtf8(bytes.substr(i));
    if (point.length == 0) {
      spell(
          absl::StrFormat("<0x%02X>", static_cast<unsigned char>(bytes[i++])));
      continue;
    }
    if (point.value == '\t') {
      spell("    ");
    } else if (IsControl(point.value) || IsBidiControl(point.value) ||
               IsInvisible(point.value)) {
      spell(absl::StrFormat("<U+%04X>", point.value));
    } else {
      out.text += bytes.substr(i, point.length);
      if (!In(kCombining, point.value)) {
        out.columns += In(kWide, point.value) ? 2 : 1;
      }
    }
    i += point.length;
  }
  return out;
}

}  // namespace pol::diag
