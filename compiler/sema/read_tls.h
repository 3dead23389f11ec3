// The words of TLS: groups, suites, protocols, host names.
#ifndef POL_COMPILER_SEMA_READ_TLS_H_
#define POL_COMPILER_SEMA_READ_TLS_H_

#include <optional>
#include <string>
#include <string_view>

#include "compiler/sema/block_reader.h"
#include "compiler/sema/model.h"

namespace pol::sema {

// A `tls` block of a policy; nothing when it has a mistake.
std::optional<Tls> ReadTlsBlock(const syntax::Block& block, Context& context);

// The same words where a `test` says what a connection had. Empty when the
// attribute is absent or wrong.
std::string ReadServerName(BlockReader& reader, std::string_view name);
std::string ReadAlpn(BlockReader& reader, std::string_view name);
std::string ReadKeyExchange(BlockReader& reader, std::string_view name);
std::string ReadCipherSuite(BlockReader& reader, std::string_view name);
std::string ReadStarttls(BlockReader& reader, std::string_view name);

// `tls = false`, `true` or a version. Nothing when it is absent or wrong.
std::optional<TlsState> ReadTlsState(BlockReader& reader,
                                     std::string_view name);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_READ_TLS_H_
