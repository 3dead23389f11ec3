#include "compiler/eval/type.h"

#include <algorithm>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/print.h"
#include "compiler/support/check.h"

namespace pol::eval {

struct Type::Parts {
  std::vector<Type> types;  // the element, or those of a tuple
  std::vector<Attribute> attributes;
};

Type Type::List(Type element) {
  Type out(Kind::kList);
  out.parts_ = std::make_shared<const Parts>(Parts{{std::move(element)}, {}});
  return out;
}

Type Type::Set(Type element) {
  Type out = List(std::move(element));
  out.kind_ = Kind::kSet;
  return out;
}

Type Type::Map(Type element) {
  Type out = List(std::move(element));
  out.kind_ = Kind::kMap;
  return out;
}

Type Type::Tuple(std::vector<Type> elements) {
  Type out(Kind::kTuple);
  out.parts_ = std::make_shared<const Parts>(Parts{std::move(elements), {}});
  return out;
}

Type Type::Object(std::vector<Attribute> attributes) {
  std::sort(
      attributes.begin(), attributes.end(),
      [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  Type out(Kind::kObject);
  out.parts_ = std::make_shared<const Parts>(Parts{{}, std::move(attributes)});
  return out;
}

bool Type::is_primitive() const {
  return kind_ == Kind::kBool || kind_ == Kind::kNumber ||
         kind_ == Kind::kString;
}

bool Type::is_collection() const {
  return kind_ == Kind::kList || kind_ == Kind::kSet || kind_ == Kind::kMap;
}

const Type& Type::element() const {
  POL_CHECK(is_collection());
  return parts_->types.front();
}

absl::Span<const Type> Type::elements() const {
  POL_CHECK(kind_ == Kind::kTuple);
  return parts_->types;
}

absl::Span<const Type::Attribute> Type::attributes() const {
  POL_CHECK(kind_ == Kind::kObject);
  return parts_->attributes;
}

const Type::Attribute* Type::Find(std::string_view name) const {
  for (const Attribute& attribute : attributes()) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

namespace {

std::string AttributeText(const Type::Attribute& attribute) {
  std::string out = PrintKey(attribute.name) + " = ";
  if (!attribute.optional) return out + attribute.type.ToString();
  out += diag::Cat("optional(", attribute.type.ToString());
  if (attribute.fallback.has_value())
    out += diag::Cat(", ", Print(*attribute.fallback));
  return out + ")";
}

std::string ObjectText(absl::Span<const Type::Attribute> attributes) {
  std::string out = "object({";
  for (size_t i = 0; i < attributes.size(); ++i) {
    if (i > 0) out += ", ";
    out += AttributeText(attributes[i]);
  }
  return out + "})";
}

std::string TupleText(absl::Span<const Type> elements) {
  std::string out = "tuple([";
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) out += ", ";
    out += elements[i].ToString();
  }
  return out + "])";
}

}  // namespace

std::string Type::ToString() const {
  switch (kind_) {
    case Kind::kAny:
      return "any";
    case Kind::kBool:
      return "bool";
    case Kind::kNumber:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kReference:
      return "reference";
    case Kind::kList:
      return diag::Cat("list(", element().ToString(), ")");
    case Kind::kSet:
      return diag::Cat("set(", element().ToString(), ")");
    case Kind::kMap:
      return diag::Cat("map(", element().ToString(), ")");
    case Kind::kObject:
      return ObjectText(attributes());
    case Kind::kTuple:
      return TupleText(elements());
  }
  return "";
}

bool operator==(const Type& a, const Type& b) {
  if (a.kind_ != b.kind_) return false;
  if (a.parts_ == b.parts_) return true;
  const auto same = [](const Type::Attribute& x, const Type::Attribute& y) {
    return x.name == y.name && x.optional == y.optional && x.type == y.type;
  };
  return a.parts_->types == b.parts_->types &&
         std::equal(a.parts_->attributes.begin(), a.parts_->attributes.end(),
                    b.parts_->attributes.begin(), b.parts_->attributes.end(),
                    same);
}

Type TypeOf(const Value& value) {
  const Type known =
      value.type_argument() != nullptr ? *value.type_argument() : Type::Any();
  switch (value.kind()) {
    case Kind::kInvalid:
      return Type::Any();
    case Kind::kNull:
      return known;
    case Kind::kBool:
      return Type::Bool();
    case Kind::kNumber:
      return Type::OfNumber();
    case Kind::kString:
      return Type::String();
    case Kind::kReference:
      return Type::OfReference();
    case Kind::kList:
      return Type::List(known);
    case Kind::kSet:
      return Type::Set(known);
    case Kind::kMap:
      return Type::Map(known);
    case Kind::kTuple: {
      std::vector<Type> types;
      for (const Value& element : value.elements()) {
        types.push_back(TypeOf(element));
      }
      return Type::Tuple(std::move(types));
    }
    case Kind::kObject: {
      std::vector<Type::Attribute> attributes;
      for (const Item& item : value.items()) {
        attributes.push_back({item.key, TypeOf(item.value)});
      }
      return Type::Object(std::move(attributes));
    }
  }
  return Type::Any();
}

}  // namespace pol::eval
