#include "compiler/eval/json.h"

namespace pol::eval {
namespace {

class Writer {
 public:
  explicit Writer(size_t limit) : limit_(limit) {}

  bool Append(const Value& value) {
    if (out.size() > limit_) return true;
    switch (value.kind()) {
      case Kind::kInvalid:
      case Kind::kReference:
        return false;
      case Kind::kNull:
        out += "null";
        return true;
      case Kind::kBool:
        out += value.as_bool() ? "true" : "false";
        return true;
      case Kind::kNumber:
        out += value.as_number().ToString();
        return true;
      case Kind::kString:
        out += JsonQuote(value.as_string());
        return true;
      case Kind::kTuple:
      case Kind::kList:
      case Kind::kSet:
        return Elements(value);
      case Kind::kObject:
      case Kind::kMap:
        return Items(value);
    }
    return false;
  }

  std::string out;

 private:
  bool Elements(const Value& value) {
    char before = '[';
    for (const Value& element : value.elements()) {
      out += before;
      before = ',';
      if (!Append(element)) return false;
    }
    out += before == '[' ? "[]" : "]";
    return true;
  }

  bool Items(const Value& value) {
    char before = '{';
    for (const Item& item : value.items()) {
      out += before;
      before = ',';
      out += JsonQuote(item.key);
      out += ':';
      if (!Append(item.value)) return false;
    }
    out += before == '{' ? "{}" : "}";
    return true;
  }

  size_t limit_;
};

}  // namespace

std::string JsonQuote(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          out += "\\u00";
          out += kHex[static_cast<unsigned char>(c) >> 4];
          out += kHex[c & 15];
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

std::optional<std::string> ToJson(const Value& value, size_t limit) {
  Writer writer(limit);
  if (!writer.Append(value)) return std::nullopt;
  return std::move(writer.out);
}

}  // namespace pol::eval
