#include <algorithm>
#include <utility>

#include "compiler/eval/convert.h"

namespace pol::eval {
namespace {

using Types = std::vector<Type>;

bool All(const Types& types, std::initializer_list<Type::Kind> kinds) {
  return std::all_of(types.begin(), types.end(), [&](const Type& type) {
    return std::find(kinds.begin(), kinds.end(), type.kind()) != kinds.end();
  });
}

bool Some(const Types& types, Type::Kind kind) {
  return std::any_of(types.begin(), types.end(),
                     [&](const Type& type) { return type.kind() == kind; });
}

// The types of everything that stands in a value of one of the types.
Types Contents(const Types& types) {
  Types out;
  for (const Type& type : types) {
    if (type.is_collection()) {
      out.push_back(type.element());
    } else if (type.kind() == Type::Kind::kTuple) {
      out.insert(out.end(), type.elements().begin(), type.elements().end());
    } else if (type.kind() == Type::Kind::kObject) {
      for (const auto& attribute : type.attributes()) {
        out.push_back(attribute.type);
      }
    }
  }
  return out;
}

std::optional<Type> UnifyTuples(const Types& types) {
  const size_t size = types[0].elements().size();
  for (const Type& type : types) {
    if (type.elements().size() != size) {
      const std::optional<Type> element = Unify(Contents(types));
      if (!element.has_value()) return std::nullopt;
      return Type::List(*element);
    }
  }
  Types out;
  for (size_t i = 0; i < size; ++i) {
    Types column;
    for (const Type& type : types) column.push_back(type.elements()[i]);
    const std::optional<Type> common = Unify(column);
    if (!common.has_value()) return std::nullopt;
    out.push_back(*common);
  }
  return Type::Tuple(std::move(out));
}

bool SameNames(const Type& a, const Type& b) {
  return std::equal(a.attributes().begin(), a.attributes().end(),
                    b.attributes().begin(), b.attributes().end(),
                    [](const Type::Attribute& x, const Type::Attribute& y) {
                      return x.name == y.name;
                    });
}

std::optional<Type> UnifyObjects(const Types& types) {
  for (const Type& type : types) {
    if (!SameNames(types[0], type)) {
      const std::optional<Type> element = Unify(Contents(types));
      if (!element.has_value()) return std::nullopt;
      return Type::Map(*element);
    }
  }
  std::vector<Type::Attribute> out;
  for (size_t i = 0; i < types[0].attributes().size(); ++i) {
    Types column;
    for (const Type& type : types) column.push_back(type.attributes()[i].type);
    const std::optional<Type> common = Unify(column);
    if (!common.has_value()) return std::nullopt;
    out.push_back({types[0].attributes()[i].name, *common});
  }
  return Type::Object(std::move(out));
}

}  // namespace

std::optional<Type> Unify(absl::Span<const Type> types) {
  Types known;
  for (const Type& type : types) {
    // Most collections are of one type; it is enough once.
    if (!type.is_any() && (known.empty() || !(known.back() == type))) {
      known.push_back(type);
    }
  }
  if (known.empty()) return Type::Any();
  using enum Type::Kind;
  if (std::all_of(known.begin(), known.end(),
                  [&](const Type& type) { return type == known[0]; })) {
    return known[0];
  }
  if (All(known, {kBool, kNumber, kString})) {
    // Everything has a text; a number is no boolean.
    if (Some(known, kString)) return Type::String();
    return std::nullopt;
  }
  if (All(known, {kTuple})) return UnifyTuples(known);
  if (All(known, {kObject})) return UnifyObjects(known);
  std::optional<Type> element = Unify(Contents(known));
  if (!element.has_value()) return std::nullopt;
  if (All(known, {kSet})) return Type::Set(*element);
  if (All(known, {kSet, kList, kTuple})) return Type::List(*element);
  if (All(known, {kMap, kObject})) return Type::Map(*element);
  return std::nullopt;
}

}  // namespace pol::eval
