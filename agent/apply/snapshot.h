// A host in a folder: what is needed to plan for it from elsewhere, without
// root and without SELinux.
//
//   snapshot       a Snapshot as protobuf text
//   files          the inventory of its files (inventory.h)
//   machine-id     machine-id(5) of the host
//   state/         what is in force (state_folder.h)
//   etc/selinux/   config, file contexts and compiled policy
//
// The fences are those of a host; only what they reach it through reads the
// folder instead.
#ifndef POL_AGENT_APPLY_SNAPSHOT_H_
#define POL_AGENT_APPLY_SNAPSHOT_H_

#include <string>
#include <vector>

#include "agent/apply/host.h"
#include "agent/apply/state_folder.h"
#include "compiler/support/status.h"

namespace pol::apply {

// What a snapshot shall tell of.
struct SnapshotScope {
  // What the policy in force and these need: their files, and the trees below
  // their file contexts.
  std::vector<LoadedBundle> policies;
  // More trees: every file whose path begins so.
  std::vector<std::string> trees;
};

// Writes `host` into `folder`, which is made and must not be there yet.
absl::Status TakeSnapshot(Host& host, const SnapshotScope& scope,
                          const std::string& folder);

// The host of a snapshot. Every plan works, everything else is refused.
absl::StatusOr<Host> OpenSnapshot(const std::string& folder);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_SNAPSHOT_H_
