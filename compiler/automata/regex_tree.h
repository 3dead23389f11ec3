// A regular expression of file_contexts(5), read into a tree.
#ifndef POL_COMPILER_AUTOMATA_REGEX_TREE_H_
#define POL_COMPILER_AUTOMATA_REGEX_TREE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/automata/byte_classes.h"
#include "compiler/support/status.h"

namespace pol::automata {

struct RegexTree {
  enum class Kind {
    kBytes,        // one byte of `bytes`
    kConcatenate,  // all children; of none: the empty text
    kAlternate,    // one of the children
    kRepeat,       // the one child, `min` to `max` times
  };
  Kind kind = Kind::kConcatenate;
  ByteSet bytes;
  std::vector<RegexTree> children;
  uint32_t min = 0;
  std::optional<uint32_t> max;  // unset: any number
};

// The errors are those of CompileRegex().
absl::StatusOr<RegexTree> ParseRegex(std::string_view expression);

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_REGEX_TREE_H_
