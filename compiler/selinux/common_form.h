// Path expressions in the form that all releases of libselinux read alike.
//
// Up to 3.7 any escaped character stands for itself before the first
// metacharacter, which is `. ^ $ ? * + | [ ( {`; since 3.8 `] ) }` are
// metacharacters too and an escape of anything else makes an expression of
// what was a literal path. An alternative outside a group (`/a|/b`) is anchored
// at its outer ends only, and since 3.8 matched by its first branch alone.
#ifndef POL_COMPILER_SELINUX_COMMON_FORM_H_
#define POL_COMPILER_SELINUX_COMMON_FORM_H_

#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/status.h"

namespace pol::selinux {

// Expressions that together match what `expression` says: one, or one for each
// alternative outside a group.
//
//   /srv/a\-b       ->  /srv/a-b              needless escapes
//   /srv/a\x20b     ->  /srv/a[\x20]b         escapes before a metacharacter
//   /srv/a}         ->  /srv/a\}              lone brackets there
//   /srv/a|/srv/b   ->  /srv/a and /srv/b
//
// kUnimplemented for what has no such form, kInvalidArgument for what is no
// expression to PCRE2.
absl::StatusOr<std::vector<std::string>> CommonForm(
    std::string_view expression);

}  // namespace pol::selinux

#endif  // POL_COMPILER_SELINUX_COMMON_FORM_H_
