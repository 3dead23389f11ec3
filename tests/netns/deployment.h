// polc and pold, as built, on the two hosts of a test: folders, cgroup root and
// bpffs of their own.
#ifndef POL_TESTS_NETNS_DEPLOYMENT_H_
#define POL_TESTS_NETNS_DEPLOYMENT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/harness/process.h"
#include "tests/harness/two_hosts.h"

namespace pol::netns {

// Where `name` of this build stands.
std::string Program(const std::string& name);

// The example policies of the source tree.
std::string ExamplePolicy(const std::string& name);

class Deployment {
 public:
  // `hosts` must live longer.
  explicit Deployment(harness::TwoHosts& hosts);
  ~Deployment();

  // Starts pold outside the managed cgroup; returns when it says READY.
  absl::Status StartPold();
  absl::Status KillPold();  // SIGKILL, and waits for its end
  bool PoldRuns() const { return pold_.has_value(); }
  std::string PoldLog() const { return pold_ ? pold_->errors() : ""; }

  // Runs polc on the host to its end, with the flags of this deployment behind
  // the arguments.
  absl::StatusOr<harness::Outcome> Polc(
      std::vector<std::string> arguments) const;

  // Starts `polc observe` and returns when it follows.
  absl::Status StartObserver();
  // The lines it has printed so far.
  std::vector<std::string> Observed() const;
  // The first line from `begin` on that holds all of `parts`, once it is there.
  // The error shows what was there instead.
  absl::StatusOr<std::string> WaitForObserved(
      size_t begin, const std::vector<std::string>& parts) const;

  const std::string& folder() const { return folder_; }

 private:
  std::vector<std::string> Flags() const;
  harness::Command OnHost(const std::string& program,
                          std::vector<std::string> arguments) const;

  harness::TwoHosts& hosts_;
  std::string folder_;
  std::optional<harness::Process> pold_;
  std::optional<harness::Process> observer_;
};

}  // namespace pol::netns

#endif  // POL_TESTS_NETNS_DEPLOYMENT_H_
