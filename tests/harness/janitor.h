// Cleans up after a test however it ends, SIGKILL included: a process of its
// own, outside our session, that waits for our end and then ends what still
// runs in a cgroup, removes the cgroup, unmounts and removes a folder.
//
// What the kernel frees by itself (unnamed network namespaces, what is pinned
// in a bpffs that nobody has mounted any more) is not its business.
#ifndef POL_TESTS_HARNESS_JANITOR_H_
#define POL_TESTS_HARNESS_JANITOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pol::harness {

// What is to be removed. Neither has to exist yet, or at the end.
struct Belongings {
  std::string cgroup;
  std::vector<std::string> mounts;  // in the order in which they are made
  std::string folder;
};

// Ends every process in a cgroup and below, and removes the tree. A cgroup that
// does not exist is fine.
absl::Status RemoveCgroup(const std::string& cgroup);

class Janitor {
 public:
  // To be called before the things are made, in a process of one thread.
  static absl::StatusOr<Janitor> Hire(const Belongings& belongings);

  Janitor(Janitor&& other) noexcept;
  Janitor& operator=(Janitor&& other) noexcept;
  ~Janitor();

  // Has everything removed now; the error says what stayed behind. The
  // destructor does the same and drops the answer.
  absl::Status Dismiss();

 private:
  Janitor() = default;

  int alive_ = -1;   // its end of file means that we are gone
  int answer_ = -1;  // from it: nothing, or what went wrong
};

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_JANITOR_H_
