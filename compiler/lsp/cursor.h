// What the text before a cursor says about what may be written there. It reads
// text and not a tree, since an item that is being written is mostly broken.
#ifndef POL_COMPILER_LSP_CURSOR_H_
#define POL_COMPILER_LSP_CURSOR_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace pol::lsp {

// Refers to the text.
struct Cursor {
  enum class Where {
    kNowhere,  // in a comment or raw string, or the text of a heredoc
    kItem,     // where an attribute or block begins
    kHeader,   // between the type of a block and its brace
    kValue,    // in the value of `attribute`
  };
  Where where = Where::kNowhere;
  std::vector<std::string_view> blocks;   // types of those around, outermost
                                          // first
  std::vector<std::string_view> written;  // attributes of the innermost before
  std::string_view attribute;             // of a value
  std::string_view root;  // `workload` of `workload.fi`; empty without a dot
  uint32_t word = 0;      // where the word under the cursor begins
  bool quoted = false;    // in the text of a string; `word` is behind its quote
  bool one_step = true;   // `root` is directly before the word
};

// `offset` is at most text.size().
Cursor CursorAt(std::string_view text, uint32_t offset);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_CURSOR_H_
