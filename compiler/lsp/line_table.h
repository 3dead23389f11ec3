// Between bytes of a text and the positions of LSP: a line and a distance in
// the units that client and server agreed on.
#ifndef POL_COMPILER_LSP_LINE_TABLE_H_
#define POL_COMPILER_LSP_LINE_TABLE_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace pol::lsp {

enum class Encoding { kUtf8, kUtf16 };

// Both from 0. `character` counts the code units of the encoding.
struct Position {
  uint32_t line = 0;
  uint32_t character = 0;

  friend bool operator==(const Position&, const Position&) = default;
};

// The lines of a text, which must outlive it and be smaller than 4 GiB. A line
// ends with "\n", "\r\n" or "\r", as LSP has it; a policy file knows no "\r"
// alone, but the text on its way there may hold one.
class LineTable {
 public:
  explicit LineTable(std::string_view text);

  // `offset` past the end means the end; one inside a character means its
  // beginning.
  Position PositionAt(uint32_t offset, Encoding encoding) const;

  // A line past the last means the end of the text, a character past the end of
  // its line the end of the line, one inside a character its beginning.
  uint32_t OffsetAt(Position position, Encoding encoding) const;

 private:
  std::string_view text_;
  std::vector<uint32_t> starts_;
};

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_LINE_TABLE_H_
