// The types that variables and conversions speak of.
//
//   any  bool  number  string  list(T)  set(T)  map(T)
//   object({name = T, other = optional(T), third = optional(T, default)})
//   tuple([T, …])
#ifndef POL_COMPILER_EVAL_TYPE_H_
#define POL_COMPILER_EVAL_TYPE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "compiler/diag/sink.h"
#include "compiler/eval/value.h"
#include "compiler/syntax/ast.h"

namespace pol::eval {

// Immutable and cheap to copy.
class Type {
 public:
  enum class Kind : uint8_t {
    kAny,
    kBool,
    kNumber,
    kString,
    kList,
    kSet,
    kMap,
    kObject,
    kTuple,
    kReference,  // of values only; cannot be written
  };
  struct Attribute;

  Type() = default;  // any
  static Type Any() { return Type(); }
  static Type Bool() { return Type(Kind::kBool); }
  static Type OfNumber() { return Type(Kind::kNumber); }
  static Type String() { return Type(Kind::kString); }
  static Type OfReference() { return Type(Kind::kReference); }
  static Type List(Type element);
  static Type Set(Type element);
  static Type Map(Type element);
  static Type Object(std::vector<Attribute> attributes);  // sorts by name
  static Type Tuple(std::vector<Type> elements);

  Kind kind() const { return kind_; }
  bool is_any() const { return kind_ == Kind::kAny; }
  bool is_primitive() const;
  bool is_collection() const;                          // list, set, map
  const Type& element() const;                         // of a collection
  absl::Span<const Type> elements() const;             // of a tuple
  absl::Span<const Attribute> attributes() const;      // of an object, by name
  const Attribute* Find(std::string_view name) const;  // of an object

  // As it is written in a policy, on one line; ParseType gives it back.
  std::string ToString() const;

  friend bool operator==(const Type& a, const Type& b);

 private:
  struct Parts;

  explicit Type(Kind kind) : kind_(kind) {}

  Kind kind_ = Kind::kAny;
  std::shared_ptr<const Parts> parts_;
};

struct Type::Attribute {
  std::string name;
  Type type;
  bool optional = false;
  // What a missing optional attribute becomes; null of its type without.
  std::optional<Value> fallback = std::nullopt;
};

// The type that a value has. That of null is `any`, unless a conversion gave it
// another.
Type TypeOf(const Value& value);

// Reads a type as it stands in a policy. Nothing when it is not one; a
// diagnostic has said why. Defaults of `optional` are constants that fit their
// type.
std::optional<Type> ParseType(const syntax::Expression& expression,
                              diag::Sink& sink);

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_TYPE_H_
