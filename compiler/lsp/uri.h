// `file:` URIs (RFC 8089) and paths.
#ifndef POL_COMPILER_LSP_URI_H_
#define POL_COMPILER_LSP_URI_H_

#include <optional>
#include <string>
#include <string_view>

namespace pol::lsp {

// "file:///etc/pol/a%20b.pol" -> "/etc/pol/a b.pol". Nothing for what is no URI
// of a local file: another scheme, another host, a broken escape, a NUL.
std::optional<std::string> PathOf(std::string_view uri);

// `path` is absolute.
std::string UriOf(std::string_view path);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_URI_H_
