#include "compiler/lsp/uri.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "compiler/support/view.h"

namespace pol::lsp {
namespace {

using support::ToAbsl;

constexpr std::string_view kScheme = "file:";
constexpr std::string_view kDigits = "0123456789ABCDEF";

int DigitOf(char c) {
  const size_t at =
      kDigits.find(absl::ascii_toupper(static_cast<unsigned char>(c)));
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// What RFC 3986 lets stand in a path as it is.
bool Plain(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("/-._~!$&'()*+,;=@").find(c) !=
             std::string_view::npos;
}

}  // namespace

std::optional<std::string> PathOf(std::string_view uri) {
  if (!absl::StartsWithIgnoreCase(ToAbsl(uri), ToAbsl(kScheme))) {
    return std::nullopt;
  }
  uri.remove_prefix(kScheme.size());
  if (uri.substr(0, 2) == "//") {
    uri.remove_prefix(2);
    const std::string_view host = uri.substr(0, uri.find('/'));
    if (!host.empty() && host != "localhost") return std::nullopt;
    uri.remove_prefix(host.size());
  }
  if (uri.substr(0, 1) != "/") return std::nullopt;
  uri = uri.substr(0, uri.find_first_of("?#"));
  std::string path;
  for (size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] != '%') {
      path += uri[i];
      continue;
    }
    if (uri.size() - i < 3) return std::nullopt;
    const int high = DigitOf(uri[i + 1]);
    const int low = DigitOf(uri[i + 2]);
    if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return path;
}

std::string UriOf(std::string_view path) {
  std::string uri = "file://";
  for (const char c : path) {
    if (Plain(c)) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += kDigits[byte >> 4];
    uri += kDigits[byte & 15];
  }
  return uri;
}

}  // namespace pol::lsp
