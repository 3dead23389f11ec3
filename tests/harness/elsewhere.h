// Data that some tests read and that does not belong to the project: corpora
// and recordings of other people. A test that finds none says so and is
// skipped.
#ifndef POL_TESTS_HARNESS_ELSEWHERE_H_
#define POL_TESTS_HARNESS_ELSEWHERE_H_

#include <cstdlib>
#include <string>

namespace pol::harness {

// A skip whose reason begins like this is none that a strict run minds;
// tests/harness/report.py knows the words.
inline constexpr char kNotHere[] = "data from elsewhere: ";

// Where `path` would be: in the folder that POL_SHARED_DIR names, or in
// `shared` beside the sources.
inline std::string Elsewhere(const std::string& path) {
  const char* shared = std::getenv("POL_SHARED_DIR");
  const char* source = std::getenv("POL_SOURCE_DIR");
  const std::string root = shared != nullptr ? shared
                           : source != nullptr
                               ? std::string(source) + "/../shared"
                               : "../shared";
  return root + "/" + path;
}

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_ELSEWHERE_H_
