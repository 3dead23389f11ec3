// Which rule labels a path, as fast as a path can be read.
//
// An answer that is given is that of all releases of libselinux from 3.4 on;
// where they differ, or where an expression is beyond what is modelled, the
// answer is kUnknown, and libselinux itself has to be asked. Expressions on
// which PCRE2 runs into its match limit, which libselinux takes for no match,
// are answered as they are written.
//
// Literal paths are looked up in a table. All expressions together are one
// deterministic automaton whose states are made when a path first reaches
// them, and thrown away when they take more than `max_bytes`.
#ifndef POL_COMPILER_FILECONTEXTS_RESOLVER_H_
#define POL_COMPILER_FILECONTEXTS_RESOLVER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "compiler/filecontexts/file_contexts.h"

namespace pol::filecontexts {

struct Answer {
  enum class Kind {
    kContext,  // rule->context
    kNone,     // leave the label alone: `rule` says so, or no rule matches
    kUnknown
  };
  Kind kind = Kind::kNone;
  const Rule* rule = nullptr;  // kUnknown: one that may decide, or null
};

// For one thread.
class Resolver {
 public:
  static constexpr size_t kMaxBytes = 32u << 20;

  // `contexts` outlives it.
  explicit Resolver(const FileContexts& contexts, size_t max_bytes = kMaxBytes);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // `path` is absolute and normal: no `.`, `..` or empty name, no slash at the
  // end but that of "/". kAny stands for a file of whatever kind.
  Answer Lookup(std::string_view path, values::FileKind kind);

  // A folder, remembered so that a look-up of what is in it costs its name
  // only.
  class Folder {
    friend class Resolver;
    std::string path_;         // as it was given, with a slash at the end
    std::string canonical_;    // the same for the rules
    uint32_t state_ = 0;       // behind it
    uint64_t flushes_ = 0;     // when state_ was right
    bool one_by_one_ = false;  // equivalences divide what is in it
    bool has_literals_ = false;
  };
  // `path` as above.
  Folder Enter(std::string_view path);
  // Of the file `name` in the folder.
  Answer Lookup(Folder& folder, std::string_view name, values::FileKind kind);

  // How often states were thrown away; how much memory they take.
  uint64_t flushes() const { return flushes_; }
  size_t bytes() const;

 private:
  struct State {
    size_t begin = 0;  // of its positions in members_
    size_t size = 0;
    bool judged = false;
    uint32_t doubtful = 0;  // kinds, by bit
    Verdicts verdicts;
  };
  struct Hash {
    using is_transparent = void;
    const Resolver* resolver;
    size_t operator()(uint32_t state) const;
    size_t operator()(absl::Span<const uint32_t> members) const;
  };
  struct Equal {
    using is_transparent = void;
    const Resolver* resolver;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, absl::Span<const uint32_t> b) const;
    bool operator()(absl::Span<const uint32_t> a, uint32_t b) const {
      return (*this)(b, a);
    }
  };

  absl::Span<const uint32_t> Members(uint32_t state) const {
    return absl::MakeConstSpan(members_).subspan(states_[state].begin,
                                                 states_[state].size);
  }
  uint32_t Run(uint32_t state, std::string_view text);
  uint32_t Step(uint32_t state, uint32_t byte_class);
  // The state of these positions, made if need be; everything else may be
  // thrown away for it.
  uint32_t Intern(absl::Span<const uint32_t> members);
  uint32_t Make(absl::Span<const uint32_t> members);
  void Flush();
  const State& Judged(uint32_t state);
  // `canonical` is a whole path for the rules.
  Answer Decide(std::string_view canonical, values::FileKind kind);
  Answer DecideAt(uint32_t state, const Verdicts* literal,
                  values::FileKind kind);
  Answer DecideBeforeNewline(std::string_view canonical, values::FileKind kind);
  Answer Say(const Verdict& verdict) const;

  const FileContexts& contexts_;
  const Positions& positions_;
  const size_t max_bytes_;
  uint32_t classes_;
  std::vector<uint32_t> members_;
  std::vector<State> states_;
  std::vector<uint32_t> next_;  // by state and class
  absl::flat_hash_set<uint32_t, Hash, Equal> known_;
  uint64_t flushes_ = 0;
  std::vector<uint32_t> seen_;  // by position: the last step that reached it
  uint32_t steps_ = 0;
  std::string scratch_;
};

}  // namespace pol::filecontexts

#endif  // POL_COMPILER_FILECONTEXTS_RESOLVER_H_
