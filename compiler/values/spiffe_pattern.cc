#include "compiler/values/spiffe_pattern.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/support/view.h"

namespace pol::values {
namespace {

constexpr std::string_view kScheme = "spiffe://";

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(support::ToAbsl(what));
}

// The first star is matched as short as it can be; when what follows fails, the
// latest star takes one more character.
bool MatchesGlob(std::string_view glob, std::string_view text) {
  size_t g = 0;
  size_t t = 0;
  size_t star = glob.npos;
  size_t star_text = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      star_text = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != glob.npos) {
      g = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

absl::Status CheckStars(std::string_view text) {
  std::string_view rest = text.substr(kScheme.size());
  size_t slash = std::min(rest.find('/'), rest.size());
  if (rest.substr(0, slash).find('*') != rest.npos) {
    return Wrong(
        "a trust domain has no `*`: whose signatures count is not for a "
        "pattern to say");
  }
  size_t stars = rest.find("**");
  if (stars == rest.npos) return absl::OkStatus();
  bool alone = rest[stars - 1] == '/' &&
               (stars + 2 == rest.size() || rest[stars + 2] == '/');
  if (!alone) {
    return Wrong(
        "`**` is a segment of its own; within a segment one `*` stands for "
        "any run of characters");
  }
  if (stars + 2 != rest.size()) {
    return Wrong("`**` may only be the last segment of a pattern");
  }
  return absl::OkStatus();
}

SpiffePattern::Segment ToSegment(absl::string_view text) {
  using Kind = SpiffePattern::Segment::Kind;
  Kind kind = Kind::kLiteral;
  if (text == "*") {
    kind = Kind::kAny;
  } else if (text.find('*') != text.npos) {
    kind = Kind::kGlob;
  }
  return {kind, std::string(text)};
}

}  // namespace

bool SpiffePattern::Segment::Matches(std::string_view segment) const {
  switch (kind) {
    case Kind::kLiteral:
      return segment == text;
    case Kind::kAny:
      return true;
    case Kind::kGlob:
      return MatchesGlob(text, segment);
  }
  return false;
}

absl::StatusOr<SpiffePattern> SpiffePattern::Parse(std::string_view text) {
  if (text.substr(0, kScheme.size()) == kScheme) {
    POL_RETURN_IF_ERROR(CheckStars(text));
  }
  // With a letter for each star it has to be a SPIFFE ID.
  std::string sample(text);
  std::replace(sample.begin(), sample.end(), '*', 'x');
  POL_ASSIGN_OR_RETURN(SpiffeId id, SpiffeId::Parse(sample));
  SpiffePattern pattern;
  pattern.text_ = text;
  pattern.trust_domain_ = id.trust_domain();
  std::string_view path =
      text.substr(kScheme.size() + pattern.trust_domain_.size());
  if (path.empty()) return pattern;
  for (absl::string_view segment :
       absl::StrSplit(support::ToAbsl(path.substr(1)), '/')) {
    if (segment == "**") {
      pattern.open_ended_ = true;
    } else {
      pattern.segments_.push_back(ToSegment(segment));
    }
  }
  return pattern;
}

bool SpiffePattern::Matches(const SpiffeId& id) const {
  if (id.trust_domain() != trust_domain_) return false;
  std::string_view path = id.path();
  for (const Segment& segment : segments_) {
    if (path.empty()) return false;
    path.remove_prefix(1);  // the slash
    size_t length = std::min(path.find('/'), path.size());
    if (!segment.Matches(path.substr(0, length))) return false;
    path.remove_prefix(length);
  }
  return open_ended_ != path.empty();
}

}  // namespace pol::values
