// The paths that a file can have.
#ifndef POL_COMPILER_SELINUX_NORMAL_PATHS_H_
#define POL_COMPILER_SELINUX_NORMAL_PATHS_H_

#include "compiler/automata/regular_set.h"

namespace pol::selinux {

// Paths as the kernel prints them: no `//`, `.`, `..` or closing `/`. Those
// that end in a newline are left out: an expression matches it by accident
// (`$`).
automata::RegularSet NormalPaths();

}  // namespace pol::selinux

#endif  // POL_COMPILER_SELINUX_NORMAL_PATHS_H_
