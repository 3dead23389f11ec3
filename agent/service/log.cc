#include "agent/service/log.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace pol::service {

void Log(Priority priority, const std::string& text) {
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  std::string line = terminal
                         ? std::string()
                         : absl::StrCat("<", static_cast<int>(priority), ">");
  for (char c : text) {
    if (static_cast<unsigned char>(c) < ' ') {
      absl::StrAppend(
          &line, "\\x",
          absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    } else {
      line.push_back(c);
    }
  }
  line.push_back('\n');
  // One write, so that lines of two threads do not mix. When nobody takes
  // our log there is nobody to tell.
  ssize_t written = write(STDERR_FILENO, line.data(), line.size());
  static_cast<void>(written);
}

}  // namespace pol::service
