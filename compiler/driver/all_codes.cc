#include "compiler/driver/all_codes.h"

#include <algorithm>

#include "absl/types/span.h"
#include "compiler/analysis/diagnostics.h"
#include "compiler/driver/diagnostics.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/filecaps/diagnostics.h"
#include "compiler/lower/diagnostics.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/target/diagnostics.h"

namespace pol::driver {
namespace {

std::vector<const diag::Code*> Gather() {
  const absl::Span<const diag::Code* const> rooms[] = {syntax::kCodes,
                                                       eval::kCodes,
                                                       sema::kCodes,
                                                       lower::kCodes,
                                                       driver::kCodes,
                                                       analysis::kCodes,
                                                       analysis::kFcontextCodes,
                                                       filecaps::kCodes,
                                                       target::kCodes};
  std::vector<const diag::Code*> codes;
  for (const auto& room : rooms) {
    codes.insert(codes.end(), room.begin(), room.end());
  }
  std::sort(codes.begin(), codes.end(),
            [](const diag::Code* a, const diag::Code* b) {
              return a->number < b->number;
            });
  return codes;
}

}  // namespace

const std::vector<const diag::Code*>& AllCodes() {
  static const auto& codes = *new std::vector<const diag::Code*>(Gather());
  return codes;
}

}  // namespace pol::driver
