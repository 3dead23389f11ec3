// How wide a text is on a screen of fixed columns.
#ifndef POL_COMPILER_SYNTAX_FORMAT_COLUMNS_H_
#define POL_COMPILER_SYNTAX_FORMAT_COLUMNS_H_

#include <cstdint>
#include <memory>
#include <string_view>

namespace pol::syntax {

// Counts extended grapheme clusters (UAX #29), a line end being one, as HCL
// does. Not for use by several threads at once.
class ColumnCounter {
 public:
  ColumnCounter();
  ~ColumnCounter();
  ColumnCounter(const ColumnCounter&) = delete;
  ColumnCounter& operator=(const ColumnCounter&) = delete;

  uint32_t Count(std::string_view text);

 private:
  struct Boundaries;  // ICU's; made when first needed
  uint32_t CountClusters(std::string_view text);

  std::unique_ptr<Boundaries> boundaries_;
};

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_FORMAT_COLUMNS_H_
