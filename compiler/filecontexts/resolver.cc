#include "compiler/filecontexts/resolver.h"

#include <algorithm>
#include <optional>

#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/check.h"
#include "compiler/support/view.h"

namespace pol::filecontexts {
namespace {

using support::ToAbsl;
using values::FileKind;

// Nothing can match any more; and before the first byte.
constexpr uint32_t kDead = 0;
constexpr uint32_t kStart = 1;
constexpr uint32_t kNotMade = UINT32_MAX;

constexpr Answer kUnknown = {Answer::Kind::kUnknown, nullptr};

// An equivalence may make a path that is not; releases differ in what they
// then compare.
bool IsNormal(std::string_view path) {
  return !path.empty() && path[0] == '/' &&
         path.find("//") == std::string_view::npos &&
         (path.size() == 1 || path.back() != '/');
}

}  // namespace

size_t Resolver::Hash::operator()(uint32_t state) const {
  return (*this)(resolver->Members(state));
}

size_t Resolver::Hash::operator()(absl::Span<const uint32_t> members) const {
  return absl::Hash<absl::Span<const uint32_t>>()(members);
}

bool Resolver::Equal::operator()(uint32_t a,
                                 absl::Span<const uint32_t> b) const {
  return resolver->Members(a) == b;
}

Resolver::Resolver(const FileContexts& contexts, size_t max_bytes)
    : contexts_(contexts),
      positions_(contexts.positions()),
      max_bytes_(max_bytes),
      classes_(static_cast<uint32_t>(positions_.classes().size())),
      known_(0, Hash{this}, Equal{this}),
      seen_(positions_.size()) {
  Flush();
  flushes_ = 0;
}

size_t Resolver::bytes() const {
  return members_.size() * sizeof(members_[0]) +
         states_.size() * (sizeof(State) + 2 * sizeof(uint32_t)) +
         next_.size() * sizeof(next_[0]);
}

void Resolver::Flush() {
  ++flushes_;
  known_.clear();
  members_.clear();
  states_.clear();
  next_.clear();
  const uint32_t dead = Make({});
  const uint32_t start = Make(positions_.start());
  POL_CHECK(dead == kDead && start == kStart) << start;
  std::fill(next_.begin(), next_.begin() + classes_, kDead);
}

uint32_t Resolver::Make(absl::Span<const uint32_t> members) {
  const auto state = static_cast<uint32_t>(states_.size());
  states_.emplace_back();
  states_.back().begin = members_.size();
  states_.back().size = members.size();
  members_.insert(members_.end(), members.begin(), members.end());
  next_.resize(next_.size() + classes_, kNotMade);
  known_.insert(state);
  return state;
}

uint32_t Resolver::Intern(absl::Span<const uint32_t> members) {
  auto found = known_.find(members);
  if (found != known_.end()) return *found;
  if (bytes() > max_bytes_) {
    Flush();
    found = known_.find(members);
    if (found != known_.end()) return *found;
  }
  return Make(members);
}

uint32_t Resolver::Step(uint32_t state, uint32_t byte_class) {
  if (++steps_ == 0) {
    std::fill(seen_.begin(), seen_.end(), 0);
    steps_ = 1;
  }
  std::vector<uint32_t> reached;
  for (uint32_t position : Members(state)) {
    if (!positions_.Reads(position, byte_class)) continue;
    for (uint32_t next : positions_.Next(position)) {
      if (seen_[next] == steps_) continue;
      seen_[next] = steps_;
      reached.push_back(next);
    }
  }
  std::sort(reached.begin(), reached.end());
  const uint64_t flushes = flushes_;
  const uint32_t next = Intern(reached);
  if (flushes == flushes_) next_[state * classes_ + byte_class] = next;
  return next;
}

uint32_t Resolver::Run(uint32_t state, std::string_view text) {
  const automata::ByteClasses& classes = positions_.classes();
  for (char c : text) {
    const uint32_t byte_class = classes.Of(static_cast<unsigned char>(c));
    uint32_t next = next_[state * classes_ + byte_class];
    if (next == kNotMade) next = Step(state, byte_class);
    state = next;
    if (state == kDead) break;
  }
  return state;
}

const Resolver::State& Resolver::Judged(uint32_t number) {
  State& state = states_[number];
  if (!state.judged) {
    std::vector<uint32_t> matching;
    const absl::Span<const uint32_t> members = Members(number);
    for (auto it = members.rbegin(); it != members.rend(); ++it) {
      if (std::optional<uint32_t> rule = positions_.Ends(*it))
        matching.push_back(*rule);
    }
    state.verdicts = contexts_.Judge(matching);
    state.doubtful = contexts_.Doubtful(matching);
    state.judged = true;
  }
  return state;
}

Answer Resolver::Say(const Verdict& verdict) const {
  if (verdict.known == Verdict::Known::kNoRule) return {};
  const Rule* rule = &contexts_.rules()[verdict.rule];
  if (verdict.known == Verdict::Known::kUnknown)
    return {Answer::Kind::kUnknown, rule};
  return {rule->leaves_label() ? Answer::Kind::kNone : Answer::Kind::kContext,
          rule};
}

Answer Resolver::DecideAt(uint32_t number, const Verdicts* literal,
                          FileKind kind) {
  const auto k = static_cast<size_t>(kind);
  const State& state = Judged(number);
  if (literal != nullptr && (*literal)[k].known != Verdict::Known::kNoRule &&
      (state.doubtful & (1u << k)) == 0) {
    return Say((*literal)[k]);
  }
  return Say(state.verdicts[k]);
}

// In `$`, releases differ: it may also stand before a newline at the end.
Answer Resolver::DecideBeforeNewline(std::string_view canonical,
                                     FileKind kind) {
  const std::string_view rest = canonical.substr(0, canonical.size() - 1);
  const Answer without =
      DecideAt(Run(kStart, rest), contexts_.Literal(rest), kind);
  const Answer with =
      DecideAt(Run(kStart, canonical), contexts_.Literal(canonical), kind);
  const bool nothing_without =
      without.kind == Answer::Kind::kNone && without.rule == nullptr;
  if (nothing_without || without.rule == with.rule) return with;
  return {Answer::Kind::kUnknown, without.rule};
}

Answer Resolver::Decide(std::string_view canonical, FileKind kind) {
  if (canonical.back() == '\n') return DecideBeforeNewline(canonical, kind);
  const Verdicts* literal = contexts_.Literal(canonical);
  if (literal != nullptr && !contexts_.has_doubtful_literals()) {
    const Verdict& verdict = (*literal)[static_cast<size_t>(kind)];
    if (verdict.known != Verdict::Known::kNoRule) return Say(verdict);
  }
  return DecideAt(Run(kStart, canonical), literal, kind);
}

Answer Resolver::Lookup(std::string_view path, FileKind kind) {
  const Substitutions& subs = contexts_.subs();
  const Substitutions& dist = contexts_.subs_dist();
  if (subs.IsUnknown(path)) return kUnknown;
  const std::optional<std::string> own = subs.Apply(path);
  const std::string_view middle = own ? std::string_view(*own) : path;
  if (dist.IsUnknown(middle)) return kUnknown;
  const std::optional<std::string> other = dist.Apply(middle);
  const std::string_view canonical = other ? std::string_view(*other) : middle;
  if ((own || other) && !IsNormal(canonical)) return kUnknown;
  return Decide(canonical, kind);
}

Resolver::Folder Resolver::Enter(std::string_view path) {
  Folder folder;
  auto with_slash = [](std::string_view text) {
    return absl::StrCat(ToAbsl(text), text == "/" ? "" : "/");
  };
  folder.path_ = with_slash(path);
  const std::string middle =
      contexts_.subs().Apply(path).value_or(std::string(path));
  const std::string canonical =
      contexts_.subs_dist().Apply(middle).value_or(middle);
  folder.canonical_ = with_slash(canonical);
  folder.one_by_one_ = contexts_.subs().DividesChildren(path) ||
                       contexts_.subs_dist().DividesChildren(middle) ||
                       !IsNormal(canonical);
  folder.has_literals_ = contexts_.HasLiteralsIn(folder.canonical_);
  folder.state_ = Run(kStart, folder.canonical_);
  folder.flushes_ = flushes_;
  return folder;
}

Answer Resolver::Lookup(Folder& folder, std::string_view name, FileKind kind) {
  if (folder.one_by_one_)
    return Lookup(absl::StrCat(folder.path_, ToAbsl(name)), kind);
  if (folder.has_literals_ || name.back() == '\n') {
    scratch_.assign(folder.canonical_).append(name);
    if (name.back() == '\n') return DecideBeforeNewline(scratch_, kind);
  }
  if (folder.flushes_ != flushes_) {
    folder.state_ = Run(kStart, folder.canonical_);
    folder.flushes_ = flushes_;
  }
  const Verdicts* literal =
      folder.has_literals_ ? contexts_.Literal(scratch_) : nullptr;
  return DecideAt(Run(folder.state_, name), literal, kind);
}

}  // namespace pol::filecontexts
