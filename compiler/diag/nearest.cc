#include "compiler/diag/nearest.h"

#include <algorithm>
#include <vector>

namespace pol::diag {
namespace {

// Longer names are never a slip of the finger, and the distance costs their
// product.
constexpr size_t kLongest = 128;

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b, size_t limit) {
  const size_t difference =
      a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;
  // Three rows of the matrix; optimal string alignment.
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    size_t least = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
    before.swap(last);
    last.swap(row);
  }
  return std::min(last[b.size()], limit + 1);
}

std::optional<std::string_view> Nearest(
    std::string_view written, absl::Span<const std::string_view> known) {
  if (written.empty() || written.size() > kLongest) return std::nullopt;
  size_t limit = std::max<size_t>(1, written.size() / 3);
  std::optional<std::string_view> best;
  size_t best_distance = limit + 1;
  for (std::string_view name : known) {
    if (name.size() > kLongest) continue;
    const size_t distance = EditDistance(written, name, limit);
    if (distance > limit) continue;
    if (distance < best_distance ||
        (distance == best_distance && name < *best)) {
      best = name;
      best_distance = distance;
      limit = distance;
    }
  }
  return best;
}

}  // namespace pol::diag
