#include "compiler/values/tls_version.h"

#include <array>
#include <utility>

#include "compiler/support/check.h"

namespace pol::values {
namespace {

constexpr std::array<std::pair<std::string_view, TlsVersion>, 4> kNames = {{
    {"1.0", TlsVersion::kTls10},
    {"1.1", TlsVersion::kTls11},
    {"1.2", TlsVersion::kTls12},
    {"1.3", TlsVersion::kTls13},
}};

}  // namespace

std::optional<TlsVersion> ParseTlsVersion(std::string_view text) {
  for (const auto& [name, version] : kNames) {
    if (name == text) return version;
  }
  return std::nullopt;
}

std::string_view ToString(TlsVersion version) {
  for (const auto& [name, known] : kNames) {
    if (known == version) return name;
  }
  POL_CHECK(false) << "TLS version " << static_cast<int>(version);
  return {};
}

}  // namespace pol::values
