// RuleSet -> rules for the labels of paths, the one that wins first, and the
// one that wins for a path.
//
// libselinux looks for a literal path first and then for the last expression in
// the file that matches; a rule for another kind of file is passed over. The
// label of a `file` block is a literal path for regular files and beats them
// all. Of expressions, one whose paths are proven to be some of another's wins
// over that one, so that it has its way; of others the one with the longer
// literal text at its start wins, then the one that is later in the alphabet.
//
// An `fcontext` with alternatives outside a group is one rule for each.
// Releases of libselinux and of PCRE2 read some expressions differently, and
// some are beyond regular sets. What such a rule matches is unknown, and with
// it the answer where it could decide; an answer that is given holds for all
// releases.
#ifndef POL_COMPILER_SELINUX_FCONTEXT_RULES_H_
#define POL_COMPILER_SELINUX_FCONTEXT_RULES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/automata/regular_set.h"
#include "compiler/filecontexts/substitutions.h"
#include "compiler/ir/rule_set.h"
#include "compiler/support/status.h"
#include "compiler/values/file_context.h"

namespace pol::selinux {

struct FcontextRule {
  // As written: an expression, one of its alternatives, or a file's path.
  std::string path;
  std::string expression;  // in the form that all releases read alike, if any
  values::FileKind kind = values::FileKind::kAny;
  std::optional<values::FileContext> context;  // unset: <<none>>
  ir::Origin origin;
  bool of_file = false;  // said by a `file` block
  // The one path that it matches; of a file, the one that the policy's
  // equivalences make of it.
  std::optional<std::string> literal;
  // All paths that it matches, or why that is unknown.
  absl::StatusOr<automata::RegularSet> matches;
};

// In order: a rule wins over all that follow it.
std::vector<FcontextRule> FcontextRules(const ir::RuleSet& rules);

// The rule that labels the file of that kind at `path`, which is absolute, in
// the form in which the kernel prints it, and as Equivalences() leave it; null
// when none does. kAny stands for a file whose kind is not known, as libselinux
// takes mode 0: a rule for any kind applies to it. An error when it is unknown
// which rule wins.
absl::StatusOr<const FcontextRule*> LabelFor(
    const std::vector<FcontextRule>& rules, std::string_view path,
    values::FileKind kind);

// What a policy says about labels, its equivalences included.
class FileLabels {
 public:
  explicit FileLabels(const ir::RuleSet& rules);

  // As LabelFor(), for the path of a file as it is.
  absl::StatusOr<const FcontextRule*> For(std::string_view path,
                                          values::FileKind kind) const;

 private:
  std::vector<FcontextRule> rules_;
  filecontexts::Substitutions equivalences_;
};

// The directory at which the expression begins to be one ("/srv/app" of
// "/srv/app/x[0-9]"); releases from 3.8 keep an expression there.
std::string_view StemDirectory(std::string_view expression);

}  // namespace pol::selinux

#endif  // POL_COMPILER_SELINUX_FCONTEXT_RULES_H_
