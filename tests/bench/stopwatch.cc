#include "tests/bench/stopwatch.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "compiler/support/check.h"
#include "compiler/support/files.h"
#include "compiler/support/status.h"
#include "tests/harness/process.h"

namespace pol::bench {

void StayOnOneCore() {
  const int core = sched_getcpu();
  POL_CHECK(core >= 0) << "no core";
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  POL_CHECK(sched_setaffinity(0, sizeof cores, &cores) == 0) << "affinity";
}

HclPeer::HclPeer(const std::string& text) {
  const std::filesystem::path self =
      std::filesystem::read_symlink("/proc/self/exe");
  program_ = self.parent_path().parent_path() / "peers/hcl_peer";
  if (access(program_.c_str(), X_OK) != 0) {
    why_not_ = "it was not built: " + program_;
    return;
  }
  file_ = std::filesystem::temp_directory_path() /
          ("hcl_peer." + std::to_string(getpid()) + ".hcl");
  const absl::Status written = support::WriteFile(file_, text, 0600);
  if (!written.ok()) why_not_ = std::string(written.message());
}

HclPeer::~HclPeer() {
  std::error_code ignored;
  if (!file_.empty()) std::filesystem::remove(file_, ignored);
}

absl::StatusOr<double> HclPeer::Seconds(const std::string& work) const {
  harness::Command command;
  command.argv = {program_, work, file_, std::to_string(kTimes)};
  POL_ASSIGN_OR_RETURN(const std::string printed, harness::RunOk(command));
  double best = std::numeric_limits<double>::infinity();
  for (const auto line : absl::StrSplit(printed, '\n', absl::SkipEmpty())) {
    double seconds = 0;
    if (!absl::SimpleAtod(line, &seconds)) {
      return absl::InternalError(absl::StrCat("the peer printed: ", line));
    }
    best = std::min(best, seconds);
  }
  return best;
}

}  // namespace pol::bench
