// JSON of a message: access that asks for nothing and never throws.
#ifndef POL_COMPILER_LSP_JSON_H_
#define POL_COMPILER_LSP_JSON_H_

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace pol::lsp {

using Json = nlohmann::json;

// What stands behind a row of names: At(params, {"textDocument", "uri"}).
// JSON's null when something on the way is missing or is no object.
const Json& At(const Json& value, std::initializer_list<const char*> path);

// Empty when it is no string.
std::string StringAt(const Json& value,
                     std::initializer_list<const char*> path);
// Unset when it is no integer, or one that does not fit.
std::optional<int64_t> IntegerAt(const Json& value,
                                 std::initializer_list<const char*> path);
// False when it is not `true`.
bool TrueAt(const Json& value, std::initializer_list<const char*> path);

// Whether an array holds a string.
bool Holds(const Json& array, std::string_view text);

// The bytes of a value. What is not UTF-8 in a string becomes U+FFFD.
std::string Write(const Json& value);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_JSON_H_
