#include "compiler/eval/print.h"

#include <utility>

#include "compiler/diag/cat.h"

namespace pol::eval {
namespace {

bool IsName(std::string_view key) {
  if (key.empty() || key == "for") return false;
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (!letter(key[0])) return false;
  for (char c : key) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '-') return false;
  }
  return true;
}

class Printer {
 public:
  // Stops soon after `limit` bytes; nothing that is longer is needed.
  explicit Printer(size_t limit) : limit_(limit) {}

  void Append(const Value& value) {
    if (out.size() > limit_) return;
    switch (value.kind()) {
      case Kind::kInvalid:
        out += "<invalid>";
        return;
      case Kind::kNull:
        out += "null";
        return;
      case Kind::kBool:
        out += value.as_bool() ? "true" : "false";
        return;
      case Kind::kNumber:
        out += value.as_number().ToString();
        return;
      case Kind::kString:
        out += Quote(std::string_view(value.as_string())
                         .substr(0, limit_ - out.size() + 1));
        return;
      case Kind::kReference:
        out += value.as_reference().text;
        return;
      case Kind::kSet:
        out += "toset(";
        AppendElements(value);
        out += ")";
        return;
      case Kind::kTuple:
      case Kind::kList:
        AppendElements(value);
        return;
      case Kind::kObject:
      case Kind::kMap:
        AppendItems(value);
        return;
    }
  }

  std::string out;

 private:
  void AppendElements(const Value& value) {
    out += "[";
    for (const Value& element : value.elements()) {
      if (out.size() > limit_) return;
      if (&element != value.elements().data()) out += ", ";
      Append(element);
    }
    out += "]";
  }

  void AppendItems(const Value& value) {
    out += "{";
    for (const Item& item : value.items()) {
      if (out.size() > limit_) return;
      if (&item != value.items().data()) out += ", ";
      out += PrintKey(std::string_view(item.key).substr(0, limit_));
      out += " = ";
      Append(item.value);
    }
    out += "}";
  }

  size_t limit_;
};

}  // namespace

std::string Print(const Value& value) {
  Printer printer(size_t{1} << 40);
  printer.Append(value);
  return std::move(printer.out);
}

std::string Excerpt(const Value& value, size_t limit) {
  Printer printer(limit);
  printer.Append(value);
  if (printer.out.size() <= limit) return std::move(printer.out);
  // Not in the middle of a character.
  while (limit > 0 && (printer.out[limit] & 0xC0) == 0x80) --limit;
  return printer.out.substr(0, limit) + "…";
}

std::string PrintKey(std::string_view key) {
  return IsName(key) ? std::string(key) : Quote(key);
}

std::string PrintStep(std::string_view key) {
  return IsName(key) ? diag::Cat(".", key) : diag::Cat("[", Quote(key), "]");
}

std::string Quote(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool opens = i + 1 < text.size() && text[i + 1] == '{';
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
    } else if ((c == '$' || c == '%') && opens) {
      out += c;
      out += c;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace pol::eval
