// A pattern over SPIFFE IDs: `spiffe://gov.cn/ns/*`,
// `spiffe://gov.cn/web-*/**`.
//
// The text is that of a SPIFFE ID (SPIFFE-ID.md sections 2 to 2.3, see
// spiffe_id.h) in whose path `*` may stand:
//
//   *      as a segment: any one segment
//   web-*  in a segment: any run of characters of that segment, or none
//   **     as the last segment: one or more further segments
//
// The trust domain is always written out: whose signatures count is not for a
// pattern to say. What a pattern matches is always a valid SPIFFE ID, so `.*`
// does not match "..".
#ifndef POL_COMPILER_VALUES_SPIFFE_PATTERN_H_
#define POL_COMPILER_VALUES_SPIFFE_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/status.h"
#include "compiler/values/spiffe_id.h"

namespace pol::values {

class SpiffePattern {
 public:
  struct Segment {
    enum class Kind { kLiteral, kAny, kGlob };
    Kind kind = Kind::kLiteral;
    std::string text;  // of kAny: "*"

    bool Matches(std::string_view segment) const;

    friend bool operator==(const Segment&, const Segment&) = default;
  };

  SpiffePattern() = default;

  // kInvalidArgument says what is wrong, in words for the author of a policy.
  static absl::StatusOr<SpiffePattern> Parse(std::string_view text);

  const std::string& text() const { return text_; }
  std::string_view trust_domain() const { return trust_domain_; }
  const std::vector<Segment>& segments() const { return segments_; }
  // Whether it ends in `**`, which is not among the segments.
  bool open_ended() const { return open_ended_; }

  bool Matches(const SpiffeId& id) const;
  // Whether it is a SPIFFE ID itself, and so matches that one only.
  bool IsLiteral() const { return text_.find('*') == text_.npos; }

  friend bool operator==(const SpiffePattern& a, const SpiffePattern& b) {
    return a.text_ == b.text_;
  }
  friend auto operator<=>(const SpiffePattern& a, const SpiffePattern& b) {
    return a.text_ <=> b.text_;
  }

 private:
  std::string text_;
  std::string trust_domain_;
  std::vector<Segment> segments_;
  bool open_ended_ = false;
};

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_SPIFFE_PATTERN_H_
