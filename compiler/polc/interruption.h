// Ctrl-C while polc changes the host itself: the change is given up in order,
// and the exit code tells.
#ifndef POL_COMPILER_POLC_INTERRUPTION_H_
#define POL_COMPILER_POLC_INTERRUPTION_H_

#include <csignal>

namespace pol::polc {

// While one exists, SIGINT, SIGTERM and SIGHUP are remembered instead of ending
// the process. One at a time.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  static bool Happened();

 private:
  struct sigaction former_[3];
};

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_INTERRUPTION_H_
