// An SELinux policy in memory, for unit tests: base file contexts, local ones,
// and libselinux's order of precedence.
#ifndef POL_AGENT_KERNEL_FAKES_FAKE_SELINUX_STORE_H_
#define POL_AGENT_KERNEL_FAKES_FAKE_SELINUX_STORE_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/kernel/files/selinux_store.h"

namespace pol::kernel {

class FakeSelinuxStore : public SelinuxStore {
 public:
  // For the test to set.
  std::optional<std::string> missing;
  bool kernel_enabled = true;
  std::vector<FcontextEntry> base;
  LocalRecords local;
  std::set<std::string> unknown_contexts;
  EquivalenceList equivalences;  // of the policy
  bool fail_replace = false;
  // What the next repair finds cut off; how often all was installed again.
  std::string cut_off;
  int reinstalls = 0;
  // The booleans of the policy with the values it would have without local
  // ones, and what the kernel holds of them while it is enabled.
  std::map<std::string, bool> booleans;
  std::map<std::string, bool> running;
  bool fail_running = false;
  bool has_ranges = true;
  bool does_not_say_whose_rule = false;

  std::optional<std::string> Missing() override { return missing; }
  bool KernelEnabled() override { return kernel_enabled; }
  absl::StatusOr<LocalRecords> Local() override { return local; }
  absl::Status Replace(const LocalRecords& expected,
                       const LocalRecords& wanted) override;
  absl::StatusOr<std::string> Repair(Repairs repairs) override;
  absl::StatusOr<std::vector<BooleanState>> Booleans() override;
  absl::Status SetRunning(const std::vector<BooleanEntry>& values) override;
  absl::StatusOr<bool> HasRanges() override { return has_ranges; }
  absl::StatusOr<std::unique_ptr<LabelAnswers>> Answers(
      const LocalRecords& records) override;
  absl::StatusOr<std::vector<std::string>> CheckContexts(
      const std::vector<std::string>& contexts) override;
  EquivalenceList Equivalences() override { return local.equivalences; }
  PathMap Paths(const EquivalenceList& own) override {
    return PathMap(own, equivalences);
  }
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FAKES_FAKE_SELINUX_STORE_H_
