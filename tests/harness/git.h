// A repository that a test makes.
#ifndef POL_TESTS_HARNESS_GIT_H_
#define POL_TESTS_HARNESS_GIT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace pol::harness {

// Runs git(1) in a folder, as an author that needs no configuration.
absl::Status Git(const std::string& folder,
                 const std::vector<std::string>& words);

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_GIT_H_
