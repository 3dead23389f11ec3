#include "compiler/filecontexts/positions.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pol::filecontexts {
namespace {

using automata::ByteSet;
using automata::RegexTree;

// Of one expression.
constexpr size_t kMaxPositions = 10'000;
constexpr size_t kMaxLinks = 200'000;

void AppendTo(std::vector<uint32_t>& to, const std::vector<uint32_t>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void SortAndDeduplicate(std::vector<uint32_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

}  // namespace

uint32_t Positions::NewPosition(const ByteSet& bytes) {
  set_.push_back(
      sets_.emplace(bytes, static_cast<uint32_t>(sets_.size())).first->second);
  rule_.push_back(kNone);
  follow_.emplace_back();
  return static_cast<uint32_t>(set_.size() - 1);
}

bool Positions::Link(const std::vector<uint32_t>& from,
                     const std::vector<uint32_t>& to) {
  links_ += from.size() * to.size();
  if (links_ > kMaxLinks) return false;
  for (uint32_t position : from) AppendTo(follow_[position], to);
  return true;
}

bool Positions::Append(Part& part, Part&& next) {
  if (!Link(part.last, next.first)) return false;
  if (part.empty) AppendTo(part.first, next.first);
  if (next.empty) AppendTo(next.last, part.last);
  part.last = std::move(next.last);
  part.empty &= next.empty;
  return part.first.size() + part.last.size() <= kMaxLinks;
}

std::optional<Positions::Part> Positions::Build(const RegexTree& tree) {
  // An empty group adds no position, however often: it counts as a link.
  if (set_.size() - first_own_ > kMaxPositions || ++links_ > kMaxLinks)
    return std::nullopt;
  Part part;
  switch (tree.kind) {
    case RegexTree::Kind::kBytes:
      part.empty = false;
      part.first = part.last = {NewPosition(tree.bytes)};
      break;
    case RegexTree::Kind::kConcatenate:
      for (const RegexTree& child : tree.children) {
        std::optional<Part> next = Build(child);
        if (!next || !Append(part, *std::move(next))) return std::nullopt;
      }
      break;
    case RegexTree::Kind::kAlternate:
      part.empty = false;
      for (const RegexTree& child : tree.children) {
        std::optional<Part> other = Build(child);
        if (!other) return std::nullopt;
        AppendTo(part.first, other->first);
        AppendTo(part.last, other->last);
        part.empty |= other->empty;
      }
      break;
    case RegexTree::Kind::kRepeat:
      return BuildRepeat(tree);
  }
  return part;
}

// x{2,4} is x x (x (x)?)?, each x with positions of its own; x{2,} is x x x*.
std::optional<Positions::Part> Positions::BuildRepeat(const RegexTree& tree) {
  Part part;
  const uint32_t copies = tree.max ? *tree.max : tree.min + 1;
  for (uint32_t i = 0; i < copies; ++i) {
    std::optional<Part> next = Build(tree.children[0]);
    if (!next) return std::nullopt;
    if (!tree.max && i == tree.min && !Link(next->last, next->first))
      return std::nullopt;
    if (i >= tree.min) next->empty = true;
    if (!Append(part, *std::move(next))) return std::nullopt;
  }
  return part;
}

void Positions::Shrink(size_t size) {
  set_.resize(size);
  rule_.resize(size);
  follow_.resize(size);
}

bool Positions::Add(const RegexTree& tree, uint32_t rule) {
  first_own_ = set_.size();
  links_ = 0;
  std::optional<Part> part = Build(tree);
  const uint32_t end = NewPosition(ByteSet());
  rule_[end] = rule;
  if (!part || !Link(part->last, {end})) {
    Shrink(first_own_);
    return false;
  }
  AppendTo(start_, part->first);
  if (part->empty) start_.push_back(end);
  return true;
}

void Positions::Finish() {
  SortAndDeduplicate(start_);
  std::vector<const ByteSet*> sets(sets_.size());
  for (const auto& [bytes, number] : sets_) {
    classes_.Refine(bytes);
    sets[number] = &bytes;
  }
  const std::vector<unsigned char> examples = classes_.Examples();
  for (const ByteSet* bytes : sets) {
    std::transform(examples.begin(), examples.end(), std::back_inserter(reads_),
                   [bytes](unsigned char byte) { return (*bytes)[byte]; });
  }
  begin_.push_back(0);
  for (std::vector<uint32_t>& follow : follow_) {
    SortAndDeduplicate(follow);
    AppendTo(next_, follow);
    begin_.push_back(static_cast<uint32_t>(next_.size()));
  }
  follow_ = {};
}

}  // namespace pol::filecontexts
