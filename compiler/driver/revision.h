// The files of a policy's folder as a revision of its git repository has them.
#ifndef POL_COMPILER_DRIVER_REVISION_H_
#define POL_COMPILER_DRIVER_REVISION_H_

#include <optional>
#include <string>
#include <string_view>

#include "compiler/archive/read_archive.h"
#include "compiler/support/status.h"

namespace pol::driver {

// The revision that "git:main" names; nothing for text that does not begin with
// `git:`.
std::optional<std::string> RevisionOf(std::string_view text);

// The *.pol, *.polvars and archives in `folder` and below it, by their path
// from it, as `git archive` gives them: without what .gitattributes says is not
// exported. What lies beside the folder is not read, so a module of that
// revision cannot be `../x`.
//
// `revision` is a name, a digest, or one of them with ~ and ^ behind it;
// kInvalidArgument for any other form. kFailedPrecondition when git refuses,
// with what it said, kUnavailable when there is no git, kNotFound when there
// are no such files.
absl::StatusOr<archive::Files> ReadRevision(const std::string& folder,
                                            const std::string& revision);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_REVISION_H_
