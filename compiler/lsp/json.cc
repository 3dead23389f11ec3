#include "compiler/lsp/json.h"

#include <limits>

namespace pol::lsp {

const Json& At(const Json& value, std::initializer_list<const char*> path) {
  static const auto& missing = *new Json();
  const Json* at = &value;
  for (const char* name : path) {
    if (!at->is_object()) return missing;
    const auto member = at->find(name);
    if (member == at->end()) return missing;
    at = &*member;
  }
  return *at;
}

std::string StringAt(const Json& value,
                     std::initializer_list<const char*> path) {
  const auto* text = At(value, path).get_ptr<const std::string*>();
  return text == nullptr ? std::string() : *text;
}

std::optional<int64_t> IntegerAt(const Json& value,
                                 std::initializer_list<const char*> path) {
  const Json& number = At(value, path);
  if (const auto* natural = number.get_ptr<const uint64_t*>()) {
    if (*natural > std::numeric_limits<int64_t>::max()) return std::nullopt;
    return static_cast<int64_t>(*natural);
  }
  const auto* integer = number.get_ptr<const int64_t*>();
  return integer == nullptr ? std::nullopt : std::optional(*integer);
}

bool TrueAt(const Json& value, std::initializer_list<const char*> path) {
  const auto* flag = At(value, path).get_ptr<const bool*>();
  return flag != nullptr && *flag;
}

bool Holds(const Json& array, std::string_view text) {
  if (!array.is_array()) return false;
  for (const Json& element : array) {
    const auto* string = element.get_ptr<const std::string*>();
    if (string != nullptr && *string == text) return true;
  }
  return false;
}

std::string Write(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace pol::lsp
