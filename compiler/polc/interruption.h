// Ctrl-C while polc changes the host itself: the change is given up in order,
// and the exit code tells.
#ifndef POL_COMPILER_POLC_INTERRUPTION_H_
#define POL_COMPILER_POLC_INTERRUPTION_H_

#include <csignal>

namespace pol::polc {

// While one exists, SIGINT, SIGTERM and SIGHUP are remembered instead of ending
// the process, and a reader of its output that went away ends nothing. One at a
// time.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  static bool Happened();

 private:
  struct sigaction former_[4];
};

// While one exists, pold changes the host for us: the same signals end polc
// with kInterrupted, and say that pold goes on.
class LeavingToPold {
 public:
  LeavingToPold();
  LeavingToPold(const LeavingToPold&) = delete;
  LeavingToPold& operator=(const LeavingToPold&) = delete;
  ~LeavingToPold();

 private:
  struct sigaction former_[3];
};

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_INTERRUPTION_H_
