#include "compiler/automata/regular_set.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_set.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/check.h"

namespace pol::automata {
namespace {

absl::Status TooManyStates() {
  return absl::ResourceExhaustedError(
      absl::StrCat("the expressions need more than ", kMaxStates, " states"));
}

using Tuple = std::vector<uint32_t>;  // one state of each set

// Searches the product of sets breadth first, so that the first text found is a
// shortest.
class MemberSearch {
 public:
  MemberSearch(absl::Span<const RegularSet* const> in,
               absl::Span<const RegularSet* const> out)
      : in_(in), out_(out) {
    ByteClasses classes;
    for (const RegularSet* set : in) classes.Refine(set->classes());
    for (const RegularSet* set : out) classes.Refine(set->classes());
    bytes_ = classes.Examples();
    // The most readable byte is tried first.
    std::array<size_t, 256> ranks = {};
    for (size_t i = 0; i < ranks.size(); ++i) {
      ranks[BytesByReadability()[i]] = i;
    }
    std::sort(bytes_.begin(), bytes_.end(),
              [&](auto a, auto b) { return ranks[a] < ranks[b]; });
  }

  void KeepToPlainBytes() {
    bytes_.erase(
        std::remove_if(bytes_.begin(), bytes_.end(),
                       [](unsigned char byte) { return !IsPlain(byte); }),
        bytes_.end());
  }

  absl::StatusOr<std::optional<std::string>> Run() {
    std::optional<size_t> goal = Reach(Tuple(in_.size() + out_.size()), {});
    for (size_t i = 0; i < found_.size() && !goal; ++i) {
      if (i > kMaxStates) return TooManyStates();
      for (unsigned char byte : bytes_) {
        goal = Reach(Step(*found_[i].tuple, byte), {i, byte});
        if (goal) break;
      }
    }
    if (!goal) return std::nullopt;
    std::string text;
    for (size_t at = *goal; at != 0; at = found_[at].from.before) {
      text += static_cast<char>(found_[at].from.byte);
    }
    std::reverse(text.begin(), text.end());
    return text;
  }

 private:
  struct From {
    size_t before = 0;
    unsigned char byte = 0;
  };
  struct Found {
    const Tuple* tuple;
    From from;
  };

  Tuple Step(const Tuple& tuple, unsigned char byte) const {
    Tuple next(tuple.size());
    for (size_t i = 0; i < tuple.size(); ++i) {
      next[i] = Set(i).Next(tuple[i], byte);
    }
    return next;
  }

  const RegularSet& Set(size_t i) const {
    return i < in_.size() ? *in_[i] : *out_[i - in_.size()];
  }

  // Notes the tuple; its number if it is a goal.
  std::optional<size_t> Reach(Tuple tuple, From from) {
    bool goal = true;
    for (size_t i = 0; i < tuple.size(); ++i) {
      bool is_in = i < in_.size();
      // No goal can follow.
      if (is_in ? !Set(i).Live(tuple[i]) : Set(i).Total(tuple[i])) return {};
      goal &= Set(i).Accepts(tuple[i]) == is_in;
    }
    auto [place, is_new] = seen_.insert(std::move(tuple));
    if (!is_new) return {};
    found_.push_back({&*place, from});
    if (goal) return found_.size() - 1;
    return {};
  }

  absl::Span<const RegularSet* const> in_;
  absl::Span<const RegularSet* const> out_;
  std::vector<unsigned char> bytes_;
  absl::node_hash_set<Tuple> seen_;
  std::vector<Found> found_;
};

// The sets' product; a pair accepts as `accepts` says.
template <typename Accepts>
absl::StatusOr<RegularSet> Product(const RegularSet& a, const RegularSet& b,
                                   Accepts accepts) {
  ByteClasses classes = a.classes();
  classes.Refine(b.classes());
  const std::vector<unsigned char> bytes = classes.Examples();
  using Pair = std::pair<uint32_t, uint32_t>;
  absl::flat_hash_map<Pair, uint32_t> numbers;
  std::vector<Pair> pairs;
  auto number = [&](Pair pair) {
    auto [found, is_new] =
        numbers.emplace(pair, static_cast<uint32_t>(pairs.size()));
    if (is_new) pairs.push_back(pair);
    return found->second;
  };
  number({0, 0});
  std::vector<uint32_t> next;
  std::vector<bool> accepting;
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (i > kMaxStates) return TooManyStates();
    const Pair pair = pairs[i];
    accepting.push_back(accepts(a.Accepts(pair.first), b.Accepts(pair.second)));
    for (unsigned char byte : bytes) {
      next.push_back(
          number({a.Next(pair.first, byte), b.Next(pair.second, byte)}));
    }
  }
  return RegularSet(std::move(classes), std::move(next), std::move(accepting));
}

}  // namespace

RegularSet::RegularSet() : RegularSet(ByteClasses(), {0}, {false}) {}

RegularSet::RegularSet(ByteClasses classes, std::vector<uint32_t> next,
                       std::vector<bool> accepts)
    : classes_(std::move(classes)),
      next_(std::move(next)),
      accepts_(std::move(accepts)) {
  POL_CHECK(next_.size() == accepts_.size() * classes_.size())
      << next_.size() << " transitions";
  live_ = Reaching(true);
  total_ = Reaching(false);
  total_.flip();
}

std::vector<bool> RegularSet::Reaching(bool goal) const {
  std::vector<std::vector<uint32_t>> previous(states());
  for (size_t i = 0; i < next_.size(); ++i) {
    previous[next_[i]].push_back(static_cast<uint32_t>(i / classes_.size()));
  }
  std::vector<bool> reaching = accepts_;
  if (!goal) reaching.flip();
  std::vector<uint32_t> open;
  for (uint32_t i = 0; i < states(); ++i) {
    if (reaching[i]) open.push_back(i);
  }
  while (!open.empty()) {
    uint32_t state = open.back();
    open.pop_back();
    for (uint32_t before : previous[state]) {
      if (reaching[before]) continue;
      reaching[before] = true;
      open.push_back(before);
    }
  }
  return reaching;
}

bool RegularSet::Contains(std::string_view text) const {
  uint32_t state = 0;
  for (char c : text) state = Next(state, static_cast<unsigned char>(c));
  return Accepts(state);
}

std::optional<std::string> RegularSet::Example() const {
  const RegularSet* self = this;
  return *FindMember({&self, 1}, {});
}

std::string RegularSet::Prefix() const {
  std::string prefix;
  if (IsEmpty()) return prefix;
  for (uint32_t state = 0; !Accepts(state);) {
    std::optional<unsigned char> only;
    for (int byte = 0; byte < 256; ++byte) {
      if (!Live(Next(state, static_cast<unsigned char>(byte)))) continue;
      if (only) return prefix;
      only = static_cast<unsigned char>(byte);
    }
    prefix += static_cast<char>(*only);
    state = Next(state, *only);
  }
  return prefix;
}

absl::StatusOr<RegularSet> Intersect(const RegularSet& a, const RegularSet& b) {
  return Product(a, b, [](bool x, bool y) { return x && y; });
}

absl::StatusOr<RegularSet> Subtract(const RegularSet& a, const RegularSet& b) {
  return Product(a, b, [](bool x, bool y) { return x && !y; });
}

absl::StatusOr<std::optional<std::string>> FindMember(
    absl::Span<const RegularSet* const> in,
    absl::Span<const RegularSet* const> out) {
  POL_CHECK(!in.empty()) << "of nothing";
  POL_ASSIGN_OR_RETURN(std::optional<std::string> any,
                       MemberSearch(in, out).Run());
  if (!any || std::all_of(any->begin(), any->end(), [](char c) {
        return IsPlain(static_cast<unsigned char>(c));
      })) {
    return any;
  }
  MemberSearch plain(in, out);
  plain.KeepToPlainBytes();
  POL_ASSIGN_OR_RETURN(std::optional<std::string> better, plain.Run());
  return better ? better : any;
}

}  // namespace pol::automata
