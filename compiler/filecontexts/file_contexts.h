// What a whole set of file_contexts(5) files says: the rules of the policy, of
// home folders and of the administrator, and the equivalences of paths.
//
// The rules are those of libselinux (selabel_file(5)): files are read in the
// order base, .homedirs, .local; a path goes through .subs once and then
// through .subs_dist once; a literal path beats every expression, of
// expressions the last one that matches wins, and a rule for another kind of
// file is passed over. Texts are read, compiled forms (.bin) are not.
#ifndef POL_COMPILER_FILECONTEXTS_FILE_CONTEXTS_H_
#define POL_COMPILER_FILECONTEXTS_FILE_CONTEXTS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "compiler/filecontexts/expression.h"
#include "compiler/filecontexts/positions.h"
#include "compiler/filecontexts/substitutions.h"
#include "compiler/support/status.h"
#include "compiler/values/file_context.h"

namespace pol::filecontexts {

enum class Source { kBase, kHomedirs, kLocal };
// "file_contexts", "file_contexts.homedirs", "file_contexts.local".
std::string_view FileName(Source source);

inline constexpr std::string_view kNoLabel = "<<none>>";

// One line.
struct Rule {
  std::string regex;
  values::FileKind kind = values::FileKind::kAny;
  std::string context;  // or kNoLabel: leave the label alone
  Source source = Source::kBase;
  uint32_t line = 0;

  bool leaves_label() const { return context == kNoLabel; }
};

struct Texts {
  std::string base = {};
  std::string homedirs = {};
  std::string local = {};
  std::string subs = {};
  std::string subs_dist = {};
};

// Of `base` and the files beside it whose names begin like it; only `base` has
// to be there.
absl::StatusOr<Texts> ReadTexts(const std::string& base);

// What is known about one rule for a file of one kind; see Resolver.
struct Verdict {
  enum class Known : uint8_t { kRule, kNoRule, kUnknown };
  Known known = Known::kNoRule;
  uint32_t rule = 0;  // the one that decides; kUnknown: one that may

  friend bool operator==(const Verdict&, const Verdict&) = default;
};
inline constexpr size_t kKinds = 8;  // of values::FileKind
using Verdicts = std::array<Verdict, kKinds>;

// Does not change once it is made; any number of threads may use it.
class FileContexts {
 public:
  // kInvalidArgument: a line that libselinux refuses, and with it everything.
  // kUnimplemented: a line that releases read differently.
  static absl::StatusOr<FileContexts> Parse(const Texts& texts);

  // Of ReadTexts().
  static absl::StatusOr<FileContexts> Load(const std::string& base);

  // In the order in which they are read.
  const std::vector<Rule>& rules() const { return rules_; }

  // The path under which the rules know `path`.
  std::string Canonical(std::string_view path) const;

  // For Resolver: what the rules are made of.
  const Substitutions& subs() const { return subs_; }
  const Substitutions& subs_dist() const { return subs_dist_; }
  const Positions& positions() const { return positions_; }
  const Expression::As& as(uint32_t rule) const { return traits_[rule].as; }
  // Null: no rule is literally this path.
  const Verdicts* Literal(std::string_view path) const;
  // Whether a rule is literally the path of something in `folder`, which ends
  // in a slash.
  bool HasLiteralsIn(std::string_view folder) const;
  // Some release takes an expression for a literal.
  bool has_doubtful_literals() const { return has_doubtful_literals_; }
  // Of rules whose expressions match a path, from the last to the first: what
  // holds for each kind of file.
  Verdicts Judge(absl::Span<const uint32_t> matching) const;
  // For the same: the kinds for which not even a literal rule decides.
  uint32_t Doubtful(absl::Span<const uint32_t> matching) const;

 private:
  // Of a rule, what does not stand in its line.
  struct Traits {
    Expression::As as = Expression::As::kUnknown;
    bool maybe_literal = false;
    bool may_fail = false;
    int8_t depth = 0;
  };

  absl::Status AddFile(std::string_view text, Source source);
  absl::Status AddLine(std::string_view line, Source source, uint32_t number);
  void Finish();
  Verdict JudgeLiterals(const std::vector<uint32_t>& rules,
                        values::FileKind kind) const;
  Verdict JudgeKind(absl::Span<const uint32_t> matching,
                    values::FileKind kind) const;
  bool NewReleasesDiffer(absl::Span<const uint32_t> matching,
                         values::FileKind kind, uint32_t winner) const;

  std::vector<Rule> rules_;
  std::vector<Traits> traits_;
  absl::flat_hash_map<std::string, std::vector<uint32_t>> literal_rules_;
  absl::flat_hash_map<std::string, Verdicts> literals_;
  absl::flat_hash_set<std::string> folders_of_literals_;
  bool has_doubtful_literals_ = false;
  Positions positions_;
  Substitutions subs_;
  Substitutions subs_dist_;
};

}  // namespace pol::filecontexts

#endif  // POL_COMPILER_FILECONTEXTS_FILE_CONTEXTS_H_
