#include "agent/kernel/files/policy_files.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace pol::kernel {
std::string PolicyName(const std::string& config) {
  constexpr char kKey[] = "SELINUXTYPE=";
  std::string name = "targeted";
  for (absl::string_view line : absl::StrSplit(config, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, kKey))
      name = std::string(absl::StripAsciiWhitespace(line));
  }
  return name;
}

}  // namespace pol::kernel
