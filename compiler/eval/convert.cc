#include "compiler/eval/convert.h"

#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/print.h"

namespace pol::eval {
namespace {

std::string_view Wanted(const Type& type) {
  switch (type.kind()) {
    case Type::Kind::kBool:
      return "a boolean";
    case Type::Kind::kNumber:
      return "a number";
    case Type::Kind::kString:
      return "a string";
    case Type::Kind::kList:
      return "a list";
    case Type::Kind::kSet:
      return "a set";
    case Type::Kind::kMap:
    case Type::Kind::kObject:
      return "an object";
    case Type::Kind::kTuple:
      return "a list of fixed length";
    case Type::Kind::kReference:
      return "a reference";
    case Type::Kind::kAny:
      return "a value";
  }
  return "";
}

class Converter {
 public:
  explicit Converter(Mismatch& mismatch) : mismatch_(mismatch) {}

  std::optional<Value> Run(const Value& value, const Type& type) {
    if (value.is_invalid()) return value;
    if (type.is_any()) return value;
    if (value.is_null()) return Value::Null(type, value.span());
    switch (type.kind()) {
      case Type::Kind::kBool:
      case Type::Kind::kNumber:
      case Type::Kind::kString:
        return Primitive(value, type);
      case Type::Kind::kList:
      case Type::Kind::kSet:
        return Sequence(value, type);
      case Type::Kind::kMap:
        return Map(value, type);
      case Type::Kind::kObject:
        return Object(value, type);
      case Type::Kind::kTuple:
        return Tuple(value, type);
      case Type::Kind::kReference:
        if (value.kind() == Kind::kReference) return value;
        return Fail(value, type);
      case Type::Kind::kAny:
        break;
    }
    return value;
  }

 private:
  std::optional<Value> Fail(const Value& value, std::string message) {
    mismatch_ = {value.span(), path_, std::move(message)};
    return std::nullopt;
  }

  std::optional<Value> Fail(const Value& value, const Type& type) {
    return Fail(value, diag::Cat(Wanted(type), " is wanted, this is ",
                                 Describe(value.kind())));
  }

  // Runs with `step` at the end of the path.
  std::optional<Value> Part(const Value& value, const Type& type,
                            std::string_view step) {
    const size_t length = path_.size();
    path_ += step;
    std::optional<Value> out = Run(value, type);
    path_.resize(length);
    return out;
  }

  std::optional<Value> Primitive(const Value& value, const Type& type) {
    const Span span = value.span();
    if (TypeOf(value) == type) return value;
    if (type.kind() == Type::Kind::kString) {
      if (std::optional<std::string> text = TextOf(value)) {
        return Value::String(*std::move(text), span);
      }
      return Fail(value, type);
    }
    if (value.kind() != Kind::kString) return Fail(value, type);
    const std::string& text = value.as_string();
    if (type.kind() == Type::Kind::kNumber) {
      if (const std::optional<Number> number = Number::Parse(text)) {
        return Value::Of(*number, span);
      }
      return Fail(value, diag::Cat(Excerpt(value), " is not a number"));
    }
    if (text == "true" || text == "1") return Value::Bool(true, span);
    if (text == "false" || text == "0") return Value::Bool(false, span);
    return Fail(
        value, diag::Cat(Excerpt(value), " is neither \"true\" nor \"false\""));
  }

  // What `element` stands for, given what is there.
  std::optional<Type> ElementType(const Value& value, const Type& type,
                                  const std::vector<Type>& types) {
    if (!type.element().is_any()) return type.element();
    std::optional<Type> common = Unify(types);
    if (!common.has_value()) {
      Fail(value, "its elements have no type in common");
    }
    return common;
  }

  std::optional<Value> Sequence(const Value& value, const Type& type) {
    if (!value.is_sequence()) return Fail(value, type);
    std::vector<Type> types;
    if (type.element().is_any()) {
      if (value.kind() != Kind::kTuple) {
        types.push_back(TypeOf(value).element());
      } else {
        for (const Value& v : value.elements()) types.push_back(TypeOf(v));
      }
    }
    const std::optional<Type> element = ElementType(value, type, types);
    if (!element.has_value()) return std::nullopt;
    std::vector<Value> out;
    out.reserve(value.elements().size());
    for (size_t i = 0; i < value.elements().size(); ++i) {
      std::optional<Value> part =
          Part(value.elements()[i], *element, diag::Cat("[", i, "]"));
      if (!part.has_value()) return std::nullopt;
      out.push_back(*std::move(part));
    }
    return type.kind() == Type::Kind::kSet
               ? Value::Set(std::move(out), *element, value.span())
               : Value::List(std::move(out), *element, value.span());
  }

  std::optional<Value> Map(const Value& value, const Type& type) {
    if (!value.is_mapping()) return Fail(value, type);
    std::vector<Type> types;
    if (type.element().is_any()) {
      if (value.kind() == Kind::kMap) {
        types.push_back(TypeOf(value).element());
      } else {
        for (const Item& i : value.items()) types.push_back(TypeOf(i.value));
      }
    }
    const std::optional<Type> element = ElementType(value, type, types);
    if (!element.has_value()) return std::nullopt;
    std::vector<Item> out;
    out.reserve(value.items().size());
    for (const Item& item : value.items()) {
      std::optional<Value> part =
          Part(item.value, *element, PrintStep(item.key));
      if (!part.has_value()) return std::nullopt;
      out.push_back({item.key, item.key_span, *std::move(part)});
    }
    return Value::Map(std::move(out), *element, value.span());
  }

  std::optional<Value> Object(const Value& value, const Type& type) {
    if (!value.is_mapping()) return Fail(value, type);
    std::vector<Item> out;
    for (const Type::Attribute& attribute : type.attributes()) {
      const Item* found = value.Find(attribute.name);
      const bool there = found != nullptr;
      if (!there && !attribute.optional) {
        return Fail(value,
                    diag::Cat("attribute `", attribute.name, "` is missing"));
      }
      // A default stands in for null as well.
      if (attribute.fallback.has_value() &&
          (!there || found->value.is_null())) {
        out.push_back({attribute.name, value.span(),
                       attribute.fallback->At(value.span())});
        continue;
      }
      if (!there) {
        out.push_back({attribute.name, value.span(),
                       Value::Null(attribute.type, value.span())});
        continue;
      }
      std::optional<Value> part =
          Part(found->value, attribute.type, PrintStep(attribute.name));
      if (!part.has_value()) return std::nullopt;
      out.push_back({attribute.name, found->key_span, *std::move(part)});
    }
    return Value::Object(std::move(out), value.span());
  }

  std::optional<Value> Tuple(const Value& value, const Type& type) {
    if (!value.is_sequence() || value.kind() == Kind::kSet) {
      return Fail(value, type);
    }
    const absl::Span<const Value> elements = value.elements();
    if (elements.size() != type.elements().size()) {
      return Fail(
          value, diag::Cat(type.elements().size(),
                           " elements are wanted, here are ", elements.size()));
    }
    std::vector<Value> out;
    for (size_t i = 0; i < elements.size(); ++i) {
      std::optional<Value> part =
          Part(elements[i], type.elements()[i], diag::Cat("[", i, "]"));
      if (!part.has_value()) return std::nullopt;
      out.push_back(*std::move(part));
    }
    return Value::Tuple(std::move(out), value.span());
  }

  Mismatch& mismatch_;
  std::string path_;
};

}  // namespace

std::optional<Value> TryConvert(const Value& value, const Type& type,
                                Mismatch& mismatch) {
  return Converter(mismatch).Run(value, type);
}

Value Convert(const Value& value, const Type& type, std::string_view what,
              diag::Sink& sink) {
  Mismatch mismatch;
  std::optional<Value> out = TryConvert(value, type, mismatch);
  if (out.has_value()) return *std::move(out);
  diag::Diagnostic& report = sink.Report(
      kNoConversion, mismatch.span,
      diag::Cat(what,
                mismatch.path.empty() ? std::string(" does not fit its type")
                                      : diag::Cat(" does not fit its type at `",
                                                  mismatch.path, "`"),
                ": ", mismatch.message));
  report.Note(diag::Cat("the type is ", type.ToString()));
  return Value::Invalid(value.span());
}

std::optional<std::string> TextOf(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return value.as_string();
    case Kind::kNumber:
      return value.as_number().ToString();
    case Kind::kBool:
      return value.as_bool() ? "true" : "false";
    default:
      return std::nullopt;
  }
}

}  // namespace pol::eval
