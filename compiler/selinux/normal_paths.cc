#include "compiler/selinux/normal_paths.h"

#include <utility>

#include "compiler/automata/regex.h"
#include "compiler/support/check.h"

namespace pol::selinux {

automata::RegularSet NormalPaths() {
  absl::StatusOr<automata::RegularSet> paths = automata::CompileRegex(
      R"((/|(/([^/.\x00][^/\x00]*|\.[^/.\x00][^/\x00]*|\.\.[^/\x00]+))+))");
  absl::StatusOr<automata::RegularSet> accidents =
      automata::CompileRegex(R"(.*\n)");
  POL_CHECK(paths.ok() && accidents.ok()) << "the expressions are right";
  absl::StatusOr<automata::RegularSet> rest =
      automata::Subtract(*paths, *accidents);
  POL_CHECK(rest.ok()) << rest.status().ToString();
  return *std::move(rest);
}

}  // namespace pol::selinux
