#include "agent/kernel/boot_id.h"

#include "absl/strings/ascii.h"
#include "compiler/support/files.h"

namespace pol::kernel {

std::string BootId() {
  absl::StatusOr<std::string> text =
      support::ReadFile("/proc/sys/kernel/random/boot_id", 256);
  if (!text.ok()) return "";
  return std::string(absl::StripAsciiWhitespace(*text));
}

}  // namespace pol::kernel
