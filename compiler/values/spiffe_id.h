// A SPIFFE ID: the name of a workload, `spiffe://trust.domain/path`.
//
// SPIFFE-ID.md sections 2 to 2.3: scheme in lower case; a trust domain of 1 to
// 255 characters from [a-z0-9.-_]; an optional path of segments from
// [a-zA-Z0-9.-_] that are not empty, "." or
// ".."; 2048 bytes in all; no port, user, query, fragment or percent encoding.
#ifndef POL_COMPILER_VALUES_SPIFFE_ID_H_
#define POL_COMPILER_VALUES_SPIFFE_ID_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "compiler/support/status.h"

namespace pol::values {

inline constexpr size_t kMaxSpiffeIdLength = 2048;

class SpiffeId {
 public:
  SpiffeId() = default;

  // kInvalidArgument says what is wrong, in words for the author of a policy.
  static absl::StatusOr<SpiffeId> Parse(std::string_view text);

  const std::string& text() const { return text_; }
  std::string_view trust_domain() const;
  std::string_view path()
      const;  // with its leading "/"; empty for a trust domain's own id

  friend bool operator==(const SpiffeId&, const SpiffeId&) = default;
  friend auto operator<=>(const SpiffeId&, const SpiffeId&) = default;

 private:
  explicit SpiffeId(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

// OK for a name that may stand between "spiffe://" and the path.
absl::Status CheckTrustDomain(std::string_view name);

// Whether `c` may stand in a path segment.
bool IsSpiffePathCharacter(char c);

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_SPIFFE_ID_H_
