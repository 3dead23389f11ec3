#include "compiler/values/spiffe_id.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/support/view.h"

namespace pol::values {
namespace {

constexpr std::string_view kScheme = "spiffe://";
constexpr size_t kMaxTrustDomain = 255;

bool IsMark(char c) { return c == '.' || c == '-' || c == '_'; }

bool IsTrustDomainCharacter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || IsMark(c);
}

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(support::ToAbsl(what));
}

absl::Status CheckPath(std::string_view path) {
  if (path.empty()) return absl::OkStatus();
  path.remove_prefix(1);  // the leading slash
  if (path.empty() || path.back() == '/')
    return Wrong("a SPIFFE ID does not end in `/`");
  for (absl::string_view segment : absl::StrSplit(support::ToAbsl(path), '/')) {
    if (segment.empty())
      return Wrong("a SPIFFE ID has no empty path segment (`//`)");
    if (segment == "." || segment == "..") {
      return Wrong("a SPIFFE ID has no `.` or `..` path segment");
    }
    auto bad =
        std::find_if_not(segment.begin(), segment.end(), IsSpiffePathCharacter);
    if (bad != segment.end()) {
      return Wrong(absl::StrCat(
          "`", std::string(1, *bad),
          "` may not stand in the path of a SPIFFE ID; letters, digits, "
          "`.`, `-` and `_` may"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool IsSpiffePathCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || IsMark(c);
}

absl::Status CheckTrustDomain(std::string_view name) {
  if (name.empty()) return Wrong("the trust domain is empty");
  if (name.size() > kMaxTrustDomain) {
    return Wrong(absl::StrCat("the trust domain has ", name.size(),
                              " characters; at most ", kMaxTrustDomain,
                              " are allowed"));
  }
  auto bad = std::find_if_not(name.begin(), name.end(), IsTrustDomainCharacter);
  if (bad == name.end()) return absl::OkStatus();
  if (absl::ascii_isupper(*bad))
    return Wrong("a trust domain is written in lower case");
  if (*bad == ':') return Wrong("a trust domain has no port");
  if (*bad == '@') return Wrong("a trust domain has no user part");
  return Wrong(absl::StrCat(
      "`", std::string(1, *bad),
      "` may not stand in a trust domain; lower-case letters, digits, "
      "`.`, `-` and `_` may"));
}

absl::StatusOr<SpiffeId> SpiffeId::Parse(std::string_view text) {
  if (text.size() > kMaxSpiffeIdLength) {
    return Wrong(
        absl::StrCat("a SPIFFE ID has at most ", kMaxSpiffeIdLength, " bytes"));
  }
  if (text.substr(0, kScheme.size()) != kScheme) {
    return Wrong("a SPIFFE ID begins with `spiffe://`");
  }
  std::string_view rest = text.substr(kScheme.size());
  if (rest.find('?') != rest.npos) return Wrong("a SPIFFE ID has no query");
  if (rest.find('#') != rest.npos) return Wrong("a SPIFFE ID has no fragment");
  if (rest.find('%') != rest.npos)
    return Wrong("a SPIFFE ID has no percent encoding");
  size_t slash = std::min(rest.find('/'), rest.size());
  POL_RETURN_IF_ERROR(CheckTrustDomain(rest.substr(0, slash)));
  POL_RETURN_IF_ERROR(CheckPath(rest.substr(slash)));
  return SpiffeId(std::string(text));
}

std::string_view SpiffeId::trust_domain() const {
  std::string_view rest = std::string_view(text_);
  rest.remove_prefix(std::min(kScheme.size(), rest.size()));
  return rest.substr(0, rest.find('/'));
}

std::string_view SpiffeId::path() const {
  std::string_view rest = std::string_view(text_);
  rest.remove_prefix(
      std::min(kScheme.size() + trust_domain().size(), rest.size()));
  return rest;
}

}  // namespace pol::values
