#include "compiler/automata/segment_classes.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "compiler/support/check.h"
#include "compiler/values/spiffe_id.h"

namespace pol::automata {
namespace {

// The bytes of a segment, the most readable first.
constexpr std::string_view kAlphabet =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.";
constexpr size_t kStateLimit = 200'000;

// A node of the tree of globs: those that begin alike share their beginning.
struct Node {
  std::vector<std::pair<char, uint32_t>> next;
  uint32_t star = 0;     // the node behind a `*`; 0 for none
  bool repeats = false;  // it is behind a `*`
  std::vector<uint32_t> ends;
};

using NodeSet = std::vector<uint32_t>;  // ascending

// By byte, its place in the alphabet; `/`, which is in none, comes first.
constexpr std::array<uint8_t, 256> kRanks = [] {
  std::array<uint8_t, 256> ranks = {};
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    ranks[static_cast<unsigned char>(kAlphabet[i])] =
        static_cast<uint8_t>(i + 1);
  }
  return ranks;
}();

}  // namespace

bool ComesBefore(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return kRanks[static_cast<unsigned char>(x)] <
               kRanks[static_cast<unsigned char>(y)];
      });
}

class SegmentClasses::Builder {
 public:
  absl::StatusOr<SegmentClasses> Run(absl::Span<const std::string_view> globs) {
    for (size_t i = 0; i < globs.size(); ++i) {
      Add(globs[i], static_cast<uint32_t>(i));
    }
    // No segment is "." or "..".
    Add(".", kNone);
    Add("..", kNone);
    NumberSymbols();
    POL_RETURN_IF_ERROR(Determinize());
    return std::move(result_);
  }

 private:
  void Add(std::string_view glob, uint32_t number) {
    uint32_t at = 0;
    for (char c : glob) at = c == '*' ? Star(at) : Child(at, c);
    nodes_[at].ends.push_back(number);
  }

  uint32_t Star(uint32_t at) {
    if (nodes_[at].star == 0) {
      nodes_[at].star = static_cast<uint32_t>(nodes_.size());
      nodes_.emplace_back().repeats = true;
    }
    return nodes_[at].star;
  }

  uint32_t Child(uint32_t at, char c) {
    mentioned_[static_cast<unsigned char>(c)] = true;
    for (const auto& [byte, child] : nodes_[at].next) {
      if (byte == c) return child;
    }
    auto child = static_cast<uint32_t>(nodes_.size());
    nodes_[at].next.emplace_back(c, child);
    nodes_.emplace_back();
    return child;
  }

  // Bytes that no glob names behave alike and share a symbol. Symbols are
  // numbered by their first byte in the alphabet.
  void NumberSymbols() {
    bool others = false;
    uint8_t other = 0;
    for (char c : kAlphabet) {
      auto byte = static_cast<unsigned char>(c);
      if (mentioned_[byte] || !others) {
        if (!mentioned_[byte]) {
          others = true;
          other = static_cast<uint8_t>(bytes_.size());
        }
        result_.symbol_of_[byte] = static_cast<uint8_t>(bytes_.size());
        bytes_.push_back(c);
      } else {
        result_.symbol_of_[byte] = other;
      }
    }
    result_.symbols_ = bytes_.size();
  }

  void Enter(uint32_t node, NodeSet& set) const {
    set.push_back(node);
    if (nodes_[node].star != 0) set.push_back(nodes_[node].star);
  }

  NodeSet Step(const NodeSet& from, char c) const {
    NodeSet to;
    for (uint32_t node : from) {
      if (nodes_[node].repeats) Enter(node, to);
      for (const auto& [byte, child] : nodes_[node].next) {
        if (byte == c) Enter(child, to);
      }
    }
    std::sort(to.begin(), to.end());
    to.erase(std::unique(to.begin(), to.end()), to.end());
    return to;
  }

  // The shortest text to a state is known when the state is found, because
  // states are taken up in the order in which they were found.
  absl::Status Determinize() {
    NodeSet start;
    Enter(0, start);
    StateOf(start, "");
    for (size_t state = 0; state < sets_.size(); ++state) {
      if (state > kStateLimit) {
        return absl::ResourceExhaustedError(
            "the patterns' segments with `*` tell apart too many cases");
      }
      for (char c : bytes_) {
        NodeSet to = Step(*sets_[state], c);
        // The text is copied: StateOf may move the texts.
        result_.next_.push_back(StateOf(to, texts_[state] + c));
      }
    }
    return absl::OkStatus();
  }

  uint32_t StateOf(const NodeSet& set, std::string text) {
    auto [found, is_new] =
        states_.emplace(set, static_cast<uint32_t>(sets_.size()));
    if (is_new) {
      sets_.push_back(&found->first);
      result_.class_of_.push_back(ClassOfState(set, text));
      texts_.push_back(std::move(text));
    }
    return found->second;
  }

  uint32_t ClassOfState(const NodeSet& set, const std::string& text) {
    if (text.empty()) return kNone;  // a segment is not empty
    std::vector<uint32_t> globs;
    for (uint32_t node : set) {
      globs.insert(globs.end(), nodes_[node].ends.begin(),
                   nodes_[node].ends.end());
    }
    std::sort(globs.begin(), globs.end());
    if (!globs.empty() && globs.back() == kNone) return kNone;
    std::vector<Class>& classes = result_.classes_;
    auto [found, is_new] =
        numbers_.emplace(globs, static_cast<uint32_t>(classes.size()));
    if (is_new) {
      Class& added = classes.emplace_back();
      added.globs = std::move(globs);
      added.first = text;
    }
    classes[found->second].states.push_back(
        static_cast<uint32_t>(sets_.size() - 1));
    return found->second;
  }

  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::array<bool, 256> mentioned_ = {};
  std::vector<char> bytes_;  // the first one of each symbol
  absl::node_hash_map<NodeSet, uint32_t> states_;
  std::vector<const NodeSet*> sets_;
  std::vector<std::string> texts_;
  absl::flat_hash_map<std::vector<uint32_t>, uint32_t> numbers_;
  SegmentClasses result_;
};

absl::StatusOr<SegmentClasses> SegmentClasses::Build(
    absl::Span<const std::string_view> globs) {
  return Builder().Run(globs);
}

uint32_t SegmentClasses::ClassOf(std::string_view segment) const {
  uint32_t state = 0;
  for (char c : segment) state = Next(state, static_cast<unsigned char>(c));
  POL_CHECK(class_of_[state] != kNone) << segment;
  return class_of_[state];
}

std::optional<std::string_view> SegmentClasses::Member(uint32_t number,
                                                       size_t position) {
  Class& in = classes_[number];
  if (position == 0) return in.first;
  while (position >= in.members.size() && !in.exhausted) FindNext(in);
  if (position >= in.members.size()) return std::nullopt;
  return in.members[position];
}

void SegmentClasses::FindReverse() {
  previous_.resize(class_of_.size());
  for (size_t i = 0; i < next_.size(); ++i) {
    auto from = static_cast<uint32_t>(i / symbols_);
    std::vector<uint32_t>& previous = previous_[next_[i]];
    // States come in order, so a state seen before is the last one.
    if (previous.empty() || previous.back() != from) previous.push_back(from);
  }
}

// Goes on to the next length; false when there is none.
bool SegmentClasses::StartLength(Class& in) {
  if (previous_.empty()) FindReverse();
  if (in.ahead.empty())
    in.ahead.emplace_back(in.states.begin(), in.states.end());
  absl::flat_hash_set<uint32_t> ahead;
  for (uint32_t state : in.ahead.back()) {
    ahead.insert(previous_[state].begin(), previous_[state].end());
  }
  if (ahead.empty() || in.length == values::kMaxSpiffeIdLength) return false;
  in.ahead.push_back(std::move(ahead));
  ++in.length;
  if (in.ahead.back().contains(0)) in.path.push_back({0, 0});
  return true;
}

// Walks on along the paths of the present length, in the alphabet's order, to
// the next member. `ahead` keeps it from every path that leads to none.
void SegmentClasses::FindNext(Class& in) {
  while (true) {
    if (in.path.empty()) {
      if (!StartLength(in)) {
        in.exhausted = true;
        return;
      }
      continue;
    }
    auto& [state, next] = in.path.back();
    size_t left = in.length - in.path.size();
    if (next == kAlphabet.size()) {
      in.path.pop_back();
      continue;
    }
    uint32_t to = Next(state, static_cast<unsigned char>(kAlphabet[next++]));
    if (!in.ahead[left].contains(to)) continue;
    if (left > 0) {
      in.path.push_back({to, 0});
      continue;
    }
    std::string& member = in.members.emplace_back();
    for (const Class::Step& step : in.path) member += kAlphabet[step.next - 1];
    return;
  }
}

}  // namespace pol::automata
