// What an expression stands for.
#ifndef POL_COMPILER_EVAL_VALUE_H_
#define POL_COMPILER_EVAL_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "compiler/eval/number.h"
#include "compiler/support/source.h"

namespace pol::eval {

using support::Span;

class Type;
class Value;
struct Item;

// A thing that a policy declares, opaque to evaluation: it can be handed on and
// asked whether it is another. `declaration` is the environment's number for
// it; two references are equal when their numbers are.
struct Reference {
  uint32_t declaration = 0;
  std::string text;  // "workload.pg", for messages
};

enum class Kind : uint8_t {
  kInvalid,  // a diagnostic has said why
  kNull,
  kBool,
  kNumber,
  kString,
  kTuple,   // `[…]`: elements of any types
  kList,    // elements of one type
  kSet,     // elements of one type, sorted, each once
  kObject,  // `{…}`: values of any types
  kMap,     // values of one type
  kReference,
};

// "a number", "a list", as messages say it. A tuple is a list for people, a map
// an object.
std::string_view Describe(Kind kind);

// Immutable and cheap to copy: strings and compound values are shared. Every
// value remembers the span of the expression that wrote it, also after it went
// through a name, so that a message about it can point there.
class Value {
 public:
  Value() = default;  // kInvalid
  static Value Invalid(Span span) { return Value(Kind::kInvalid, span); }
  static Value Null(Span span) { return Value(Kind::kNull, span); }
  // A null that a conversion gave a type.
  static Value Null(const Type& type, Span span);
  static Value Bool(bool value, Span span);
  static Value Of(Number value, Span span);
  static Value String(std::string value, Span span);
  static Value Tuple(std::vector<Value> elements, Span span);
  static Value List(std::vector<Value> elements, const Type& element,
                    Span span);
  // Sorts, and keeps the first of equal elements.
  static Value Set(std::vector<Value> elements, const Type& element, Span span);
  // Sorts by key; of equal keys the last stays.
  static Value Object(std::vector<Item> items, Span span);
  static Value Map(std::vector<Item> items, const Type& element, Span span);
  static Value Of(Reference reference, Span span);

  Kind kind() const { return kind_; }
  Span span() const { return span_; }
  Value At(Span span) const;

  bool is_invalid() const { return kind_ == Kind::kInvalid; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_sequence() const;  // tuple, list, set
  bool is_mapping() const;   // object, map
  // Whether something invalid is in it, at any depth.
  bool is_tainted() const { return tainted_; }
  // Bytes of all that is in it, what is shared counted as often as it is there:
  // what a walk over it costs. Saturates.
  uint32_t size() const { return size_; }
  // Lists and objects within each other; 0 for what has no parts.
  uint16_t depth() const { return depth_; }

  // Each is for its kinds alone.
  bool as_bool() const;
  const Number& as_number() const;
  const std::string& as_string() const;
  absl::Span<const Value> elements() const;  // tuple, list, set
  absl::Span<const Item> items() const;      // object, map; sorted by key
  const Reference& as_reference() const;

  // The number, if it is one and fits.
  std::optional<int64_t> as_integer() const;
  // What an object or map has under a key; null when it has nothing.
  const Item* Find(std::string_view key) const;
  // The type of a list's, set's or map's elements, of a typed null; null when
  // nothing is known of it.
  const Type* type_argument() const { return type_.get(); }

 private:
  Value(Kind kind, Span span)
      : kind_(kind), tainted_(kind == Kind::kInvalid), span_(span) {}
  static constexpr uint32_t kBytes = 64;

  void Grow(size_t bytes);
  void Contain(const Value& part, size_t key_bytes);
  static Value Sequence(Kind kind, std::vector<Value> elements, Span span);
  static Value Mapping(Kind kind, std::vector<Item> items, Span span);

  Kind kind_ = Kind::kInvalid;
  bool tainted_ = true;
  uint16_t depth_ = 0;
  uint32_t size_ = kBytes;
  Span span_;
  std::variant<std::monostate, bool, Number, std::shared_ptr<const std::string>,
               std::shared_ptr<const std::vector<Value>>,
               std::shared_ptr<const std::vector<Item>>,
               std::shared_ptr<const Reference>>
      rep_;
  std::shared_ptr<const Type> type_;
};

// One `key = value` of an object or map.
struct Item {
  std::string key;
  Span key_span;
  Value value;
};

// One order over all values, by kind first, without regard to spans. A tuple
// and a list, an object and a map, are compared by what they hold.
int Compare(const Value& a, const Value& b);
// What `==` says in a policy: the same kind and the same value, at any depth.
bool Same(const Value& a, const Value& b);

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_VALUE_H_
