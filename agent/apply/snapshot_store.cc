#include "agent/apply/snapshot_store.h"

#include <utility>
#include <vector>

namespace pol::apply {
namespace {

class SnapshotStore : public kernel::SelinuxStore {
 public:
  SnapshotStore(const std::string& root, const v1::Snapshot& snapshot)
      : missing_(snapshot.selinux_missing()),
        enabled_(snapshot.selinux_enabled()),
        has_ranges_(snapshot.has_ranges()),
        policy_(kernel::MakeSelinuxStore(root)) {
    for (const v1::SnapshotFcontext& record : snapshot.fcontexts()) {
      local_.fcontexts.push_back(
          {record.regex(), record.kind(), record.context()});
    }
    for (const v1::SnapshotBoolean& record : snapshot.local_booleans())
      local_.booleans.push_back({record.name(), record.on()});
    for (const v1::SnapshotPort& record : snapshot.ports()) {
      local_.ports.push_back(
          {record.protocol(), record.first(), record.last(), record.context()});
    }
    for (const std::string& type : snapshot.permissive())
      local_.permissive.push_back({type});
    for (const v1::SnapshotEquivalence& one : snapshot.equivalences())
      local_.equivalences.push_back({one.path(), one.equal_to()});
    for (const v1::SnapshotBoolean& record : snapshot.booleans()) {
      kernel::BooleanState state = {record.name(), record.on(), std::nullopt};
      if (record.has_running()) state.running = record.running();
      booleans_.push_back(std::move(state));
    }
    // Finds out which policy is chosen; the programs that it may miss on this
    // machine are for writing.
    policy_->Missing();
  }

  std::optional<std::string> Missing() override {
    if (missing_.empty()) return std::nullopt;
    return missing_;
  }
  bool KernelEnabled() override { return enabled_; }
  absl::StatusOr<kernel::LocalRecords> Local() override { return local_; }
  absl::Status Replace(const kernel::LocalRecords&,
                       const kernel::LocalRecords&) override {
    return ReadOnly();
  }
  absl::StatusOr<std::string> Repair(Repairs) override { return ReadOnly(); }
  absl::StatusOr<std::vector<kernel::BooleanState>> Booleans() override {
    return booleans_;
  }
  absl::Status SetRunning(const std::vector<kernel::BooleanEntry>&) override {
    return ReadOnly();
  }
  absl::StatusOr<bool> HasRanges() override { return has_ranges_; }
  absl::StatusOr<std::unique_ptr<kernel::LabelAnswers>> Answers(
      const kernel::LocalRecords& local) override {
    return policy_->Answers(local);
  }
  absl::StatusOr<std::vector<std::string>> CheckContexts(
      const std::vector<std::string>& contexts) override {
    return policy_->CheckContexts(contexts);
  }
  kernel::EquivalenceList Equivalences() override {
    return local_.equivalences;
  }
  kernel::PathMap Paths(const kernel::EquivalenceList& own) override {
    return policy_->Paths(own);
  }

 private:
  static absl::Status ReadOnly() {
    return absl::FailedPreconditionError(
        "the SELinux policy of a snapshot cannot be changed");
  }

  std::string missing_;
  bool enabled_;
  bool has_ranges_;
  kernel::LocalRecords local_;
  std::vector<kernel::BooleanState> booleans_;
  std::unique_ptr<kernel::SelinuxStore> policy_;
};

}  // namespace

std::unique_ptr<kernel::SelinuxStore> MakeSnapshotStore(
    const std::string& root, const v1::Snapshot& snapshot) {
  return std::make_unique<SnapshotStore>(root, snapshot);
}

}  // namespace pol::apply
