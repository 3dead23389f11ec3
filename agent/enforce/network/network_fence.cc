#include "agent/enforce/network/network_fence.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "agent/kernel/network/programs.h"

namespace pol::enforce {
namespace {

using kernel::Cgroup;
using kernel::Programs;
using kernel::Table;
using kernel::TableImages;

using Digest = std::array<uint8_t, 32>;

// Whether the network half has anything to hold.
bool IsIdle(const Bundle& bundle) {
  return bundle.network().cells().empty() &&
         std::none_of(bundle.identities().begin(), bundle.identities().end(),
                      [](const auto& identity) {
                        return identity.governed_ingress() ||
                               identity.governed_egress();
                      });
}

bool Holds(const HeldNetwork& held, const Digest& digest) {
  return held.in_force && held.attached && !held.seeding &&
         held.digest == digest;
}

std::string Describe(const HeldNetwork& held) {
  return held.in_force ? absl::StrCat("generation ", held.generation) : "";
}

std::string Describe(const TableImages& images) {
  return absl::StrCat(
      images[Table::kCells].count, " cells, ", images[Table::kIdentities].count,
      " identities, ", images[Table::kSelectors].count, " workloads, ",
      images[Table::kExact4].count + images[Table::kExact6].count +
          images[Table::kPrefix4].count + images[Table::kPrefix6].count,
      " addresses");
}

absl::StatusOr<HeldNetwork> HeldBy(const Programs& programs) {
  HeldNetwork held;
  held.attached = programs.attached();
  held.in_force = programs.word() != 0;
  held.seeding = programs.seeding();
  if (!held.in_force) return held;
  POL_ASSIGN_OR_RETURN(pol_slot slot,
                       programs.ReadSlot(programs.slot_in_force()));
  held.generation = slot.generation;
  std::memcpy(held.digest.data(), slot.digest, held.digest.size());
  return held;
}

std::vector<Change> Differences(const Bundle& target, const TableImages& images,
                                const HeldNetwork& held) {
  std::vector<Change> changes;
  if (IsIdle(target) && !held.in_force) return changes;
  if (Holds(held, DigestOf(images))) return changes;
  if (!held.attached || !held.in_force)
    changes.push_back({"network", "programs", "", "attached", ""});
  else if (held.seeding)
    changes.push_back({"network", "programs", "attached",
                       "existing connections taken in", ""});
  changes.push_back(
      {"network", "tables", Describe(held), Describe(images), ""});
  return changes;
}

absl::StatusOr<Footprint> Measured(const Bundle& target, const UidOf& uid_of) {
  Footprint footprint;
  POL_ASSIGN_OR_RETURN(TableImages images, BuildImages(target, uid_of));
  if (IsIdle(target)) return footprint;
  footprint.programs = kernel::ProgramCount();
  for (size_t i = 0; i < kernel::kTableCount; ++i) {
    auto table = static_cast<Table>(i);
    footprint.tables.push_back(
        {std::string(kernel::TableName(table)), images[table].count,
         kernel::TableBytes(table, images[table]), kernel::TableLimit(table)});
  }
  return footprint;
}

// Nothing is judged any more. The programs stay attached until Tidy().
class NoneStep : public Step {
 public:
  NoneStep(std::unique_ptr<Programs> programs, std::vector<Change> changes)
      : programs_(std::move(programs)),
        former_word_(programs_->word()),
        changes_(std::move(changes)) {}

  absl::Status Switch() override {
    programs_->PutNoneInForce();
    return absl::OkStatus();
  }
  absl::Status Undo() override {
    if (former_word_ == 0 || programs_->word() != 0) return absl::OkStatus();
    programs_->PutInForce(static_cast<uint32_t>(former_word_ & 1));
    return programs_->Seed();
  }

  std::vector<Change> Changes() const override { return changes_; }

 private:
  std::unique_ptr<Programs> programs_;
  uint64_t former_word_;
  std::vector<Change> changes_;
};

class NetworkStep : public Step {
 public:
  NetworkStep(Cgroup cgroup, std::unique_ptr<Programs> programs,
              bool was_loaded, uint32_t target, std::vector<Change> changes)
      : cgroup_(std::move(cgroup)),
        programs_(std::move(programs)),
        was_loaded_(was_loaded),
        former_word_(programs_->word()),
        target_(target),
        changes_(std::move(changes)) {}

  // Programs that were loaded for this step and never came into force go.
  ~NetworkStep() override {
    if (!switched_ && !was_loaded_) programs_->Remove().IgnoreError();
  }

  absl::Status Fill(const TableImages& images, uint64_t generation) {
    POL_RETURN_IF_ERROR(kernel::WriteTables(*programs_, target_, images));
    pol_slot slot = {};
    slot.generation = generation;
    Digest digest = DigestOf(images);
    std::memcpy(slot.digest, digest.data(), digest.size());
    return programs_->WriteSlot(target_, slot);
  }

  absl::Status Switch() override {
    switched_ = true;
    POL_RETURN_IF_ERROR(programs_->Attach(cgroup_));
    programs_->PutInForce(target_);
    return programs_->seeding() ? programs_->Seed() : absl::OkStatus();
  }

  absl::Status Undo() override {
    if (!switched_) return absl::OkStatus();
    switched_ = false;
    if (former_word_ != 0) {
      programs_->PutInForce(static_cast<uint32_t>(former_word_ & 1));
      return absl::OkStatus();
    }
    programs_->PutNoneInForce();
    return was_loaded_ ? absl::OkStatus() : programs_->Remove();
  }

  std::vector<Change> Changes() const override { return changes_; }

 private:
  Cgroup cgroup_;
  std::unique_ptr<Programs> programs_;
  bool was_loaded_;
  uint64_t former_word_;
  uint32_t target_;  // slot
  std::vector<Change> changes_;
  bool switched_ = false;
};

// Nothing to hold, and nothing held.
class EmptyStep : public Step {
 public:
  absl::Status Switch() override { return absl::OkStatus(); }
  absl::Status Undo() override { return absl::OkStatus(); }
};

class NetworkFence : public Fence {
 public:
  NetworkFence(const kernel::HostPaths& paths, UidOf uid_of)
      : paths_(paths), uid_of_(std::move(uid_of)) {}

  std::string_view name() const override { return "network"; }

  Support Probe() override {
    absl::Status status = Cgroup::Open(paths_.cgroup_root).status();
    if (status.ok()) status = kernel::ProbePrograms(paths_.bpffs_dir);
    if (status.ok()) return {true, ""};
    return {false, std::string(status.message())};
  }

  absl::StatusOr<std::vector<Change>> Read(const Bundle* /*active*/,
                                           const Bundle& target) override {
    POL_ASSIGN_OR_RETURN(TableImages images, BuildImages(target, uid_of_));
    POL_ASSIGN_OR_RETURN(HeldNetwork held, ReadHeld(paths_));
    return Differences(target, images, held);
  }

  absl::StatusOr<Footprint> Measure(const Bundle& target) override {
    return Measured(target, uid_of_);
  }

  absl::StatusOr<std::unique_ptr<Step>> Prepare(const Bundle* /*active*/,
                                                const Bundle& target,
                                                uint64_t generation) override {
    POL_ASSIGN_OR_RETURN(TableImages images, BuildImages(target, uid_of_));
    POL_ASSIGN_OR_RETURN(Cgroup cgroup, Cgroup::Open(paths_.cgroup_root));
    POL_ASSIGN_OR_RETURN(std::unique_ptr<Programs> programs,
                         Programs::Open(paths_.bpffs_dir, cgroup));
    bool was_loaded = programs != nullptr;
    if (IsIdle(target)) {
      if (!was_loaded) return std::make_unique<EmptyStep>();
      POL_ASSIGN_OR_RETURN(HeldNetwork now, HeldBy(*programs));
      return std::make_unique<NoneStep>(std::move(programs),
                                        Differences(target, images, now));
    }
    if (!was_loaded) {
      POL_ASSIGN_OR_RETURN(programs, Programs::Load(paths_.bpffs_dir, cgroup));
    }
    uint32_t slot = programs->slot_in_force() ^ 1;
    POL_ASSIGN_OR_RETURN(HeldNetwork held, HeldBy(*programs));
    auto step = std::make_unique<NetworkStep>(
        std::move(cgroup), std::move(programs), was_loaded, slot,
        Differences(target, images, held));
    POL_RETURN_IF_ERROR(step->Fill(images, generation));
    return step;
  }

  // The tables of a bundle follow from it, so there is no journal: what is in
  // force says how far the step got.
  absl::StatusOr<std::unique_ptr<Step>> PrepareUndo(
      const Bundle* from, const Bundle& to, uint64_t generation,
      const std::string& /*journal*/,
      std::vector<std::string>* /*left*/) override {
    if (from == nullptr) return Prepare(&to, Bundle(), generation);
    POL_ASSIGN_OR_RETURN(std::vector<Change> changes, Read(&to, *from));
    if (changes.empty()) return std::make_unique<EmptyStep>();
    return Prepare(&to, *from, generation);
  }

  absl::Status Tidy(const Bundle* active, Tidying tidying,
                    std::vector<std::string>* /*notes*/) override {
    if (tidying == Tidying::kMachinery) return absl::OkStatus();
    POL_RETURN_IF_ERROR(Programs::RemoveUnfinished(paths_.bpffs_dir));
    bool idle = active == nullptr || IsIdle(*active);
    if (idle && tidying == Tidying::kForeign)
      return Programs::RemoveOthers(paths_.bpffs_dir, nullptr);
    absl::StatusOr<Cgroup> cgroup = Cgroup::Open(paths_.cgroup_root);
    // Where there is no cgroup2 there are no programs either.
    if (!cgroup.ok()) return absl::OkStatus();
    POL_ASSIGN_OR_RETURN(std::unique_ptr<Programs> programs,
                         Programs::Open(paths_.bpffs_dir, *cgroup));
    if (programs == nullptr) return absl::OkStatus();
    bool in_force = programs->word() != 0;
    if (!in_force && idle) return programs->Remove();
    // What another build of the programs held is held by these now.
    if (in_force && !idle && programs->attached() &&
        tidying == Tidying::kForeign)
      return Programs::RemoveOthers(paths_.bpffs_dir, programs.get());
    return absl::OkStatus();
  }

  absl::Status Verify(const Bundle& target) override {
    POL_ASSIGN_OR_RETURN(std::vector<Change> changes, Read(nullptr, target));
    if (changes.empty()) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(
        "the network ", changes.front().aspect,
        " in the kernel are not those of the bundle: found ",
        changes.front().before.empty() ? "none" : changes.front().before));
  }

  absl::Status Remove(const Bundle& /*active*/) override {
    return Programs::RemoveOthers(paths_.bpffs_dir, nullptr);
  }

 private:
  kernel::HostPaths paths_;
  UidOf uid_of_;
};

// What is known of a host from a distance.
class RecordedNetworkFence : public Fence {
 public:
  RecordedNetworkFence(HeldNetwork held, UidOf uid_of)
      : held_(held), uid_of_(std::move(uid_of)) {}

  std::string_view name() const override { return "network"; }
  Support Probe() override { return {false, "this is another host"}; }
  absl::StatusOr<std::vector<Change>> Read(const Bundle* /*active*/,
                                           const Bundle& target) override {
    POL_ASSIGN_OR_RETURN(TableImages images, BuildImages(target, uid_of_));
    return Differences(target, images, held_);
  }
  absl::StatusOr<Footprint> Measure(const Bundle& target) override {
    return Measured(target, uid_of_);
  }
  absl::StatusOr<std::unique_ptr<Step>> Prepare(const Bundle*, const Bundle&,
                                                uint64_t) override {
    return OutOfReach();
  }
  absl::Status Verify(const Bundle&) override { return OutOfReach(); }
  absl::Status Remove(const Bundle&) override { return OutOfReach(); }

 private:
  static absl::Status OutOfReach() {
    return absl::FailedPreconditionError(
        "the network programs of another host cannot be reached from here");
  }

  HeldNetwork held_;
  UidOf uid_of_;
};

}  // namespace

absl::StatusOr<HeldNetwork> ReadHeld(const kernel::HostPaths& paths) {
  POL_ASSIGN_OR_RETURN(Cgroup cgroup, Cgroup::Open(paths.cgroup_root));
  POL_ASSIGN_OR_RETURN(std::unique_ptr<Programs> programs,
                       Programs::Open(paths.bpffs_dir, cgroup));
  if (programs == nullptr) return HeldNetwork();
  return HeldBy(*programs);
}

std::unique_ptr<Fence> MakeRecordedNetworkFence(HeldNetwork held,
                                                UidOf uid_of) {
  return std::make_unique<RecordedNetworkFence>(held, std::move(uid_of));
}

std::unique_ptr<Fence> MakeNetworkFence(const kernel::HostPaths& paths,
                                        UidOf uid_of) {
  return std::make_unique<NetworkFence>(paths, std::move(uid_of));
}

}  // namespace pol::enforce
