// RuleSet -> local file-context records, in the order in which they have to be
// written.
//
// In file_contexts.local the last regular expression that matches wins,
// whatever its length (libselinux, selabel_file(5)), so rules are ordered from
// the widest to the narrowest, as fcontext_rules.h says, backwards.
//
// Of records for one literal path, releases take the first or the last. Where
// something else is said of one kind of file at a literal path, its rule for
// any kind becomes rules for the other kinds, so that no two records compete.
//
//   fcontext { path = "/srv/app/log(/.*)?" … }    /srv(/.*)?          usr_t
//   fcontext { path = "/srv(/.*)?"         … }    /srv/app/log(/.*)?  log_t
#ifndef POL_COMPILER_SELINUX_FCONTEXT_RECORDS_H_
#define POL_COMPILER_SELINUX_FCONTEXT_RECORDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/rule_set.h"

namespace pol::selinux {

struct FcontextRecord {
  std::string path;       // the regular expression
  std::string file_kind;  // "--", "-d", …; empty for any
  std::string context;    // or "<<none>>"
  ir::Origin origin;
};

std::vector<FcontextRecord> FcontextRecords(const ir::RuleSet& rules);

// The number of bytes before the first unescaped regular-expression character.
size_t LiteralStem(std::string_view regex);

// The path that an expression without metacharacters stands for.
std::optional<std::string> LiteralPath(std::string_view expression);

// One record a line, as file_contexts(5) has it.
std::string Dump(const std::vector<FcontextRecord>& records);

}  // namespace pol::selinux

#endif  // POL_COMPILER_SELINUX_FCONTEXT_RECORDS_H_
