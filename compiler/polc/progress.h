// How far a long walk over files is, for somebody who waits at a terminal.
#ifndef POL_COMPILER_POLC_PROGRESS_H_
#define POL_COMPILER_POLC_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "agent/kernel/files/file_system.h"

namespace pol::polc {

// One line on stderr that is written over, from the first second on, if stderr
// is a terminal; nothing otherwise. It is gone when this is destroyed.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  bool active() const { return terminal_; }
  void Expect(uint64_t files) { expected_ += files; }
  void Examined();

  // "1200 of 80000 files, 3000 a second, 26 s left"
  static std::string Line(uint64_t examined, uint64_t expected,
                          Clock::duration elapsed);

 private:
  bool terminal_;
  bool visible_ = false;
  Clock::time_point start_;
  Clock::time_point drawn_;
  uint64_t examined_ = 0;
  uint64_t expected_ = 0;
};

// `files`, which tells `progress` of its walks. Each is done twice while that
// is active: to count, which is fast, and to work.
std::unique_ptr<kernel::FileSystem> WithProgress(
    std::unique_ptr<kernel::FileSystem> files, Progress& progress);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_PROGRESS_H_
