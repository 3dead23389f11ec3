#include <openssl/sha.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "compiler/eval/call.h"
#include "compiler/eval/characters.h"
#include "compiler/eval/json.h"
#include "compiler/support/view.h"

namespace pol::eval {
namespace {

Value Base64Encode(Call& call) {
  if (!call.MayHoldBytes(call.String(0).size() / 3 * 4)) return call.Invalid();
  return call.Text(absl::Base64Escape(call.String(0)));
}

std::string UnseenText(uint32_t code_point) {
  return absl::StrFormat("it holds U+%04X, which no value of a policy may hold",
                         code_point);
}

Value Base64Decode(Call& call) {
  std::string out;
  if (!absl::Base64Unescape(call.String(0), &out)) {
    return call.Error(0, "not base64");
  }
  if (!IsUtf8(out)) {
    return call.Error(0, "what it stands for is not UTF-8 text");
  }
  if (const auto unseen = FindUnseen(out)) {
    return call.Error(0, UnseenText(*unseen));
  }
  return call.Text(std::move(out));
}

Value UrlEncode(Call& call) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : call.String(0)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
        c == '~') {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return call.Text(std::move(out));
}

Value Sha256(Call& call) {
  const std::string& text = call.String(0);
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return call.Text(absl::BytesToHexString(digest));
}

Value JsonEncode(Call& call) {
  std::optional<std::string> out =
      ToJson(call[0], call.budget().limits().string);
  if (!out.has_value()) return call.Error(0, "a reference has no JSON");
  return call.Text(*std::move(out));
}

// Builds values while the parser reads; never deeper than values may be.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(Call& call) : call_(call) {}

  Value Take() { return std::move(result_); }
  const std::string& error() const { return error_; }

  bool null() override { return Add(call_.Null()); }
  bool boolean(bool value) override { return Add(call_.Bool(value)); }
  bool number_integer(int64_t value) override {
    return Add(call_.Of(Number(value)));
  }
  bool number_unsigned(uint64_t value) override {
    return Decimal(std::to_string(value));
  }
  bool number_float(double, const std::string& text) override {
    return Decimal(text);
  }
  bool string(std::string& text) override {
    return IsSeen(text) && Add(call_.Text(std::move(text)));
  }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(true); }
  bool start_array(size_t) override { return Open(false); }
  bool key(std::string& text) override {
    open_.back().key = Normalized(std::move(text));
    return IsSeen(open_.back().key);
  }

  bool end_array() override {
    Value list = Value::Tuple(std::move(open_.back().elements), call_.span());
    open_.pop_back();
    return Add(std::move(list));
  }

  bool end_object() override {
    const size_t size = open_.back().items.size();
    Value object = Value::Object(std::move(open_.back().items), call_.span());
    if (object.items().size() != size) {
      error_ = "a key comes twice in one object";
      return false;
    }
    open_.pop_back();
    return Add(std::move(object));
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    error_ = diag::Cat("not JSON, from byte ", position, " on");
    return false;
  }

 private:
  struct Open_ {
    bool object = false;
    std::string key;
    std::vector<Value> elements;
    std::vector<Item> items;
  };

  bool IsSeen(const std::string& text) {
    const std::optional<uint32_t> unseen = FindUnseen(text);
    if (unseen.has_value()) error_ = UnseenText(*unseen);
    return !unseen.has_value();
  }

  bool Decimal(const std::string& text) {
    const std::optional<Number> number = Number::Parse(text);
    if (number.has_value()) return Add(call_.Of(*number));
    error_ = diag::Cat("the number ", text.substr(0, 40),
                       " is too large or too small");
    return false;
  }

  bool Open(bool object) {
    if (open_.size() >= kValueDepthLimit) {
      error_ = diag::Cat("nested deeper than ", kValueDepthLimit, " levels");
      return false;
    }
    open_.push_back({object, {}, {}, {}});
    return true;
  }

  bool Add(Value value) {
    if (value.is_invalid()) return false;
    if (open_.empty()) {
      result_ = std::move(value);
      return true;
    }
    Open_& open = open_.back();
    const size_t size = open.elements.size() + open.items.size();
    if (!call_.budget().OneMore(size, call_.span(), call_.sink())) {
      return false;
    }
    if (open.object) {
      open.items.push_back(
          {std::move(open.key), call_.span(), std::move(value)});
    } else {
      open.elements.push_back(std::move(value));
    }
    return true;
  }

  Call& call_;
  std::vector<Open_> open_;
  Value result_;
  std::string error_;
};

Value JsonDecode(Call& call) {
  Builder builder(call);
  if (nlohmann::json::sax_parse(call.String(0), &builder)) {
    return builder.Take();
  }
  // Without an error it is the budget that said no.
  if (builder.error().empty()) return call.Invalid();
  return call.Error(0, builder.error());
}

using enum Category;

constexpr Parameter kOneText = {"text", Takes::kString};

constexpr Function kFunctions[] = {
    {"base64decode",
     kEncoding,
     "base64decode(text)",
     "The text that base64 stands for (RFC 4648); it must be UTF-8.",
     R"(base64decode("aGk="))",
     R"("hi")",
     {kOneText},
     1,
     false,
     Base64Decode},
    {"base64encode",
     kEncoding,
     "base64encode(text)",
     "The UTF-8 bytes of a text as base64 (RFC 4648).",
     R"(base64encode("hi"))",
     R"("aGk=")",
     {kOneText},
     1,
     false,
     Base64Encode},
    {"jsondecode",
     kEncoding,
     "jsondecode(text)",
     "The value that JSON stands for (RFC 8259).",
     R"(jsondecode("{\"a\": [1, null]}"))",
     "{a = [1, null]}",
     {kOneText},
     1,
     false,
     JsonDecode},
    {"jsonencode",
     kEncoding,
     "jsonencode(value)",
     "A value as JSON (RFC 8259), keys sorted, without blanks.",
     "jsonencode({b = [1, true], a = null})",
     R"("{\"a\":null,\"b\":[1,true]}")",
     {{"value", Takes::kAny}},
     1,
     false,
     JsonEncode},
    {"sha256",
     kEncoding,
     "sha256(text)",
     "The SHA-256 of the UTF-8 bytes of a text, in hexadecimal.",
     R"(sha256(""))",
     R"("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")",
     {kOneText},
     1,
     false,
     Sha256},
    {"urlencode",
     kEncoding,
     "urlencode(text)",
     "A text as it stands in the query of a URL.",
     R"(urlencode("a b/ü"))",
     R"("a+b%2F%C3%BC")",
     {kOneText},
     1,
     false,
     UrlEncode},
};

}  // namespace

absl::Span<const Function> EncodingFunctions() { return kFunctions; }

}  // namespace pol::eval
