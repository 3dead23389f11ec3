// The paths that modules are named by; text alone, nothing is looked at.
#ifndef POL_COMPILER_DRIVER_MODULE_PATH_H_
#define POL_COMPILER_DRIVER_MODULE_PATH_H_

#include <string>
#include <string_view>

namespace pol::driver {

// Whether a source says that it is a path: it begins with `./` or `../`, or is
// one of `.` and `..`.
bool IsLocal(std::string_view source);

// `path` as seen from `folder`, without `.` and empty parts. `..` takes away
// the part before it, and is kept at the front when there is none.
std::string JoinPath(std::string_view folder, std::string_view path);

// Whether a path that JoinPath() made leads out of where it starts.
bool LeadsOutside(std::string_view path);

// .tar, .tar.gz, .tgz, .tar.xz, .txz and .zip.
bool HasArchiveName(std::string_view path);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_MODULE_PATH_H_
