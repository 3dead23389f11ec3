#include "compiler/eval/value.h"

#include <algorithm>
#include <limits>

#include "compiler/eval/type.h"
#include "compiler/support/check.h"

namespace pol::eval {

std::string_view Describe(Kind kind) {
  switch (kind) {
    case Kind::kInvalid:
      return "a broken value";
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "a boolean";
    case Kind::kNumber:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kTuple:
    case Kind::kList:
      return "a list";
    case Kind::kSet:
      return "a set";
    case Kind::kObject:
    case Kind::kMap:
      return "an object";
    case Kind::kReference:
      return "a reference";
  }
  return "";
}

Value Value::Null(const Type& type, Span span) {
  Value out(Kind::kNull, span);
  if (!type.is_any()) out.type_ = std::make_shared<const Type>(type);
  return out;
}

Value Value::Bool(bool value, Span span) {
  Value out(Kind::kBool, span);
  out.rep_ = value;
  return out;
}

Value Value::Of(Number value, Span span) {
  Value out(Kind::kNumber, span);
  // The digits that a decimal may have as text.
  if (!value.is_integer()) out.size_ += 512;
  out.rep_ = std::move(value);
  return out;
}

Value Value::String(std::string value, Span span) {
  Value out(Kind::kString, span);
  out.Grow(value.size());
  out.rep_ = std::make_shared<const std::string>(std::move(value));
  return out;
}

Value Value::Of(Reference reference, Span span) {
  Value out(Kind::kReference, span);
  out.rep_ = std::make_shared<const Reference>(std::move(reference));
  return out;
}

void Value::Grow(size_t bytes) {
  size_ = static_cast<uint32_t>(std::min<uint64_t>(
      uint64_t{size_} + bytes, std::numeric_limits<uint32_t>::max()));
}

void Value::Contain(const Value& part, size_t key_bytes) {
  Grow(part.size_);
  Grow(key_bytes);
  tainted_ = tainted_ || part.tainted_;
  if (depth_ <= part.depth_ && part.depth_ < UINT16_MAX) {
    depth_ = static_cast<uint16_t>(part.depth_ + 1);
  }
}

Value Value::Sequence(Kind kind, std::vector<Value> elements, Span span) {
  Value out(kind, span);
  for (const Value& element : elements) out.Contain(element, 0);
  out.rep_ = std::make_shared<const std::vector<Value>>(std::move(elements));
  return out;
}

Value Value::Mapping(Kind kind, std::vector<Item> items, Span span) {
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) { return a.key < b.key; });
  size_t kept = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i + 1 < items.size() && items[i].key == items[i + 1].key) continue;
    if (kept != i) items[kept] = std::move(items[i]);
    ++kept;
  }
  items.resize(kept);
  Value out(kind, span);
  for (const Item& item : items) out.Contain(item.value, item.key.size());
  out.rep_ = std::make_shared<const std::vector<Item>>(std::move(items));
  return out;
}

Value Value::Tuple(std::vector<Value> elements, Span span) {
  return Sequence(Kind::kTuple, std::move(elements), span);
}

Value Value::List(std::vector<Value> elements, const Type& element, Span span) {
  Value out = Sequence(Kind::kList, std::move(elements), span);
  out.type_ = std::make_shared<const Type>(element);
  return out;
}

Value Value::Set(std::vector<Value> elements, const Type& element, Span span) {
  std::stable_sort(
      elements.begin(), elements.end(),
      [](const Value& a, const Value& b) { return Compare(a, b) < 0; });
  elements.erase(std::unique(elements.begin(), elements.end(), Same),
                 elements.end());
  Value out = Sequence(Kind::kSet, std::move(elements), span);
  out.type_ = std::make_shared<const Type>(element);
  return out;
}

Value Value::Object(std::vector<Item> items, Span span) {
  return Mapping(Kind::kObject, std::move(items), span);
}

Value Value::Map(std::vector<Item> items, const Type& element, Span span) {
  Value out = Mapping(Kind::kMap, std::move(items), span);
  out.type_ = std::make_shared<const Type>(element);
  return out;
}

Value Value::At(Span span) const {
  Value out = *this;
  out.span_ = span;
  return out;
}

bool Value::is_sequence() const {
  return kind_ == Kind::kTuple || kind_ == Kind::kList || kind_ == Kind::kSet;
}

bool Value::is_mapping() const {
  return kind_ == Kind::kObject || kind_ == Kind::kMap;
}

bool Value::as_bool() const {
  POL_CHECK(kind_ == Kind::kBool);
  return std::get<bool>(rep_);
}

const Number& Value::as_number() const {
  POL_CHECK(kind_ == Kind::kNumber);
  return std::get<Number>(rep_);
}

const std::string& Value::as_string() const {
  POL_CHECK(kind_ == Kind::kString);
  return *std::get<std::shared_ptr<const std::string>>(rep_);
}

absl::Span<const Value> Value::elements() const {
  POL_CHECK(is_sequence());
  return *std::get<std::shared_ptr<const std::vector<Value>>>(rep_);
}

absl::Span<const Item> Value::items() const {
  POL_CHECK(is_mapping());
  return *std::get<std::shared_ptr<const std::vector<Item>>>(rep_);
}

const Reference& Value::as_reference() const {
  POL_CHECK(kind_ == Kind::kReference);
  return *std::get<std::shared_ptr<const Reference>>(rep_);
}

std::optional<int64_t> Value::as_integer() const {
  if (kind_ != Kind::kNumber) return std::nullopt;
  return as_number().integer();
}

const Item* Value::Find(std::string_view key) const {
  const absl::Span<const Item> all = items();
  const auto found =
      std::lower_bound(all.begin(), all.end(), key,
                       [](const Item& item, std::string_view wanted) {
                         return item.key < wanted;
                       });
  return found != all.end() && found->key == key ? &*found : nullptr;
}

namespace {

// Tuples rank as lists and objects as maps.
Kind Rank(Kind kind) {
  if (kind == Kind::kTuple) return Kind::kList;
  if (kind == Kind::kObject) return Kind::kMap;
  return kind;
}

int Sign(std::strong_ordering order) {
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

int CompareItems(const Item& a, const Item& b) {
  const int keys = a.key.compare(b.key);
  return keys != 0 ? keys : Compare(a.value, b.value);
}

template <typename T, typename Order>
int CompareAll(absl::Span<const T> a, absl::Span<const T> b, Order order) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const int one = order(a[i], b[i]);
    if (one != 0) return one;
  }
  return Sign(a.size() <=> b.size());
}

}  // namespace

int Compare(const Value& a, const Value& b) {
  const Kind rank = Rank(a.kind());
  if (rank != Rank(b.kind())) return rank < Rank(b.kind()) ? -1 : 1;
  switch (rank) {
    case Kind::kInvalid:
    case Kind::kNull:
      return 0;
    case Kind::kBool:
      return Sign(int{a.as_bool()} <=> int{b.as_bool()});
    case Kind::kNumber:
      return Sign(a.as_number() <=> b.as_number());
    case Kind::kString:
      return a.as_string().compare(b.as_string());
    case Kind::kReference:
      return Sign(a.as_reference().declaration <=>
                  b.as_reference().declaration);
    case Kind::kList:
    case Kind::kSet:
    case Kind::kTuple:
      return CompareAll(a.elements(), b.elements(), Compare);
    case Kind::kMap:
    case Kind::kObject:
      return CompareAll(a.items(), b.items(), CompareItems);
  }
  return 0;
}

bool Same(const Value& a, const Value& b) { return Compare(a, b) == 0; }

}  // namespace pol::eval
