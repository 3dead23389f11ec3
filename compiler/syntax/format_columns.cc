#include "compiler/syntax/format_columns.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "compiler/support/check.h"

namespace pol::syntax {

struct ColumnCounter::Boundaries {
  Boundaries() {
    UErrorCode error = U_ZERO_ERROR;
    iterator = ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &error);
    POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
  }
  Boundaries(const Boundaries&) = delete;
  Boundaries& operator=(const Boundaries&) = delete;
  ~Boundaries() {
    ubrk_close(iterator);
    utext_close(&text);
  }

  UBreakIterator* iterator = nullptr;
  UText text = UTEXT_INITIALIZER;
};

ColumnCounter::ColumnCounter() = default;
ColumnCounter::~ColumnCounter() = default;

uint32_t ColumnCounter::Count(std::string_view text) {
  unsigned char all = 0;
  uint32_t returns = 0;
  for (const char c : text) {
    all = static_cast<unsigned char>(all | static_cast<unsigned char>(c));
    returns += c == '\r' ? 1 : 0;
  }
  if (all >= 0x80) return CountClusters(text);
  return static_cast<uint32_t>(text.size()) - returns;
}

uint32_t ColumnCounter::CountClusters(std::string_view text) {
  if (!boundaries_) boundaries_ = std::make_unique<Boundaries>();
  UErrorCode error = U_ZERO_ERROR;
  utext_openUTF8(&boundaries_->text, text.data(),
                 static_cast<int64_t>(text.size()), &error);
  ubrk_setUText(boundaries_->iterator, &boundaries_->text, &error);
  POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
  uint32_t clusters = 0;
  while (ubrk_next(boundaries_->iterator) != UBRK_DONE) ++clusters;
  return clusters;
}

}  // namespace pol::syntax
