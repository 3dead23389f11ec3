#include "compiler/automata/byte_classes.h"

#include <map>
#include <string_view>
#include <utility>

namespace pol::automata {
namespace {

constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ/_-.";

std::array<unsigned char, 256> SortBytes() {
  std::array<unsigned char, 256> sorted = {};
  size_t count = 0;
  auto add_if = [&](auto wanted) {
    for (int byte = 0; byte < 256; ++byte) {
      if (wanted(byte)) sorted[count++] = static_cast<unsigned char>(byte);
    }
  };
  for (char c : kPlain) sorted[count++] = static_cast<unsigned char>(c);
  auto prints = [](int byte) { return byte >= 0x20 && byte < 0x7F; };
  auto plain = [](int byte) {
    return IsPlain(static_cast<unsigned char>(byte));
  };
  add_if([&](int byte) { return prints(byte) && !plain(byte); });
  add_if([&](int byte) { return !prints(byte); });
  return sorted;
}

}  // namespace

void ByteClasses::Refine(const ByteSet& set) {
  ByteClasses other;
  other.size_ = 2;
  for (size_t byte = 0; byte < 256; ++byte) {
    other.class_of_[byte] = set[byte] ? 1 : 0;
  }
  Refine(other);
}

void ByteClasses::Refine(const ByteClasses& other) {
  std::map<std::pair<uint8_t, uint8_t>, uint8_t> numbers;
  for (size_t byte = 0; byte < 256; ++byte) {
    auto number = static_cast<uint8_t>(numbers.size());
    class_of_[byte] =
        numbers
            .emplace(std::pair(class_of_[byte], other.class_of_[byte]), number)
            .first->second;
  }
  size_ = numbers.size();
}

std::vector<unsigned char> ByteClasses::Examples() const {
  std::vector<unsigned char> examples(size_);
  std::vector<bool> found(size_);
  for (unsigned char byte : BytesByReadability()) {
    uint32_t number = Of(byte);
    if (!found[number]) examples[number] = byte;
    found[number] = true;
  }
  return examples;
}

const std::array<unsigned char, 256>& BytesByReadability() {
  static const std::array<unsigned char, 256> sorted = SortBytes();
  return sorted;
}

bool IsPlain(unsigned char byte) {
  return kPlain.find(static_cast<char>(byte)) != kPlain.npos;
}

}  // namespace pol::automata
