// Makes a tar archive in memory.
#ifndef POL_TESTS_HARNESS_TAR_H_
#define POL_TESTS_HARNESS_TAR_H_

#include <map>
#include <string>

namespace pol::harness {

// An archive in ustar format of files by name (at most 100 bytes each). The
// same files give the same bytes: every owner is 0, every time is 0.
std::string Tar(const std::map<std::string, std::string>& files);

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_TAR_H_
