// Absolute, normal paths as text: no look at any file.
#ifndef POL_COMPILER_SUPPORT_PATHS_H_
#define POL_COMPILER_SUPPORT_PATHS_H_

#include <string_view>

namespace pol::support {

// Whether `path` is `folder` or lies below it, at any depth.
inline bool IsAtOrBelow(std::string_view path, std::string_view folder) {
  if (folder == "/") return !path.empty() && path.front() == '/';
  return path.substr(0, folder.size()) == folder &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace pol::support

#endif  // POL_COMPILER_SUPPORT_PATHS_H_
