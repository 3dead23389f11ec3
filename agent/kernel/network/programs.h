// The programs and their maps: loaded, pinned, attached, found again.
//
// What one build of the programs loads for one managed cgroup is a set: a
// folder of pins on a bpffs. It goes on without the process that made it and is
// opened again by the next. A set of another build is never reused; the new one
// is attached before the old one is removed, so that there is no gap.
//
//   SET/map/NAME      SET/program/NAME      SET/link/HOOK     SET/complete
#ifndef POL_AGENT_KERNEL_NETWORK_PROGRAMS_H_
#define POL_AGENT_KERNEL_NETWORK_PROGRAMS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/kernel/fd.h"
#include "agent/kernel/network/cgroup.h"
#include "bpf/abi.h"
#include "compiler/support/status.h"

namespace pol::kernel {

// OK if this process may use bpf(2), else what it lacks.
absl::Status ProbePrivilege();

// OK if programs can be loaded and pinned below `bpffs_dir`, else what is
// missing and what to do. Loads nothing.
absl::Status ProbePrograms(const std::string& bpffs_dir);

// How many programs a set has.
uint32_t ProgramCount();

class Programs {
 public:
  // The set of this build for `cgroup`; null if it is not there whole.
  static absl::StatusOr<std::unique_ptr<Programs>> Open(
      const std::string& bpffs_dir, const Cgroup& cgroup);

  // Loads and pins the set, in place of what is left of a broken one. Nothing
  // is attached and no policy is in force.
  static absl::StatusOr<std::unique_ptr<Programs>> Load(
      const std::string& bpffs_dir, const Cgroup& cgroup);

  // Removes, and so detaches, all sets below `bpffs_dir` but `keep` (may be
  // null).
  static absl::Status RemoveOthers(const std::string& bpffs_dir,
                                   const Programs* keep);

  // Removes what is left of sets that were never whole, or are no longer.
  static absl::Status RemoveUnfinished(const std::string& bpffs_dir);

  // Removes, and so detaches, this set; only destruction may follow.
  absl::Status Remove();

  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;
  ~Programs();

  const std::string& directory() const { return directory_; }

  // The map called `name` in bpf/lib/maps.h.
  int map(std::string_view name) const;

  // ---- The decision in force. ----

  // 0 while there is none; see struct pol_control.
  uint64_t word() const;
  uint32_t slot_in_force() const { return static_cast<uint32_t>(word() & 1); }
  absl::StatusOr<pol_slot> ReadSlot(uint32_t slot) const;
  absl::Status WriteSlot(uint32_t slot, const pol_slot& content);
  // Puts `slot` in force with one store; all sockets are judged again.
  void PutInForce(uint32_t slot);
  // Nothing is judged any more.
  void PutNoneInForce();

  // ---- The hooks. ----

  bool attached() const;
  // Attaches and pins what is not attached yet.
  absl::Status Attach(const Cgroup& cgroup);
  // Takes in, in all network namespaces, the sockets that were there before.
  // Until it has succeeded once, packets of unknown connections do the same.
  // Call after Attach() and PutInForce().
  absl::Status Seed();
  bool seeding() const;

  // ---- What it says of itself. ----

  absl::StatusOr<pol_stats> ReadStats() const;
  // Instructions the verifier went through, by program; since Linux 5.16.
  absl::StatusOr<std::map<std::string, uint32_t>> VerifiedInstructions() const;

 private:
  Programs() = default;
  absl::Status OpenPins();
  absl::Status CheckMeta(const Cgroup& cgroup) const;
  absl::Status MapControl();
  absl::Status PrepareControl(const Cgroup& cgroup);
  void BeginSeeding();

  std::string directory_;
  std::map<std::string, Fd, std::less<>> maps_;
  std::map<std::string, Fd, std::less<>> programs_;
  pol_control* control_ = nullptr;  // the map's own memory
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_NETWORK_PROGRAMS_H_
