// Runs a program, with all that it starts, and ends it or lets it fail at one
// of the system calls by which it changes something outside itself: writes,
// renames, attributes, folders, fsync, BPF maps and pins. With every number in
// turn, that is every point at which it can be cut off.
//
// Calls are counted over all processes, in the order in which they are made.
// Standard output and error (descriptors 1 and 2) do not count.
#ifndef POL_TESTS_HARNESS_CUT_OFF_H_
#define POL_TESTS_HARNESS_CUT_OFF_H_

#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pol::harness {

// What to do at one call.
struct Cut {
  // Counts from 1. 0: at none.
  int at = 0;
  // What the call fails with instead of being made, a positive errno.
  int error = 0;
  // Without an error: sent to all processes, as Ctrl-C does it. SIGKILL comes
  // in place of the call, any other signal before it.
  int signal = SIGKILL;
};

struct CutOutcome {
  int calls = 0;     // made, or not made, until the end
  std::string name;  // of the call that was cut: "rename"
  bool killed = false;
  int exit_status = 0;  // 128 + the signal that ended it
  std::string output;   // of both kinds
};

// Why there can be none here; nullopt: there can.
std::optional<std::string> WhyNoCuts();

// argv[0] is a path.
absl::StatusOr<CutOutcome> RunCutOff(const std::vector<std::string>& argv,
                                     const Cut& cut);

// The same with a function, in a process of its own that does not return.
absl::StatusOr<CutOutcome> RunCutOff(const std::function<int()>& work,
                                     const Cut& cut);

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_CUT_OFF_H_
