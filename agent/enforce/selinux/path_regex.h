// Between paths and the regular expressions of file_contexts(5).
#ifndef POL_AGENT_ENFORCE_SELINUX_PATH_REGEX_H_
#define POL_AGENT_ENFORCE_SELINUX_PATH_REGEX_H_

#include <string>

namespace pol::enforce {

// An expression that matches exactly `path`, and that all releases of
// libselinux read alike: for a literal, which beats expressions, with each
// metacharacter of some release behind a backslash. Blanks, control characters
// and bytes above 0x7e, which a line of file_contexts cannot hold, become the
// class
// [\xHH]; such a path is an expression to all of them.
//
//   /srv/a.b  ->  /srv/a\.b        /srv/a b  ->  /srv/a[\x20]b
std::string EscapePath(const std::string& path);

// The longest text that every path which `regex` matches begins with.
//
//   /srv/app(/.*)?  ->  /srv/app        /srv/apps?/x  ->  /srv/app
std::string LiteralPrefix(const std::string& regex);

// Whether `regex` has an alternative outside any group: "/a|/b". libselinux
// anchors only its ends, and releases differ in what that means.
bool HasBareAlternative(const std::string& regex);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_SELINUX_PATH_REGEX_H_
