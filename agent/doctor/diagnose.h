// What this host can and cannot do for a policy: each thing that a fence stands
// on, what was found, what that means for the policy, and how to mend it.
// Nothing is changed, attached or pinned.
#ifndef POL_AGENT_DOCTOR_DIAGNOSE_H_
#define POL_AGENT_DOCTOR_DIAGNOSE_H_

#include <memory>
#include <string>
#include <vector>

#include "agent/doctor/diagnosis.pb.h"
#include "agent/doctor/machine.h"
#include "agent/enforce/fence.h"
#include "agent/kernel/files/file_system.h"
#include "agent/kernel/files/selinux_store.h"
#include "agent/kernel/host_paths.h"
#include "compiler/bundle/bundle.pb.h"

namespace pol::doctor {

// Whoever would apply the policy: pold, or this program when none runs.
struct Agent {
  bool pold_runs = false;
  std::string
      trouble;  // why pold cannot be asked; empty: it can, or is not there
  std::string version;
  std::vector<std::string> requirements;  // that it understands
};

struct Host {
  const Machine& machine;
  kernel::FileSystem& files;
  kernel::SelinuxStore& selinux;
  const std::vector<std::unique_ptr<enforce::Fence>>& fences;
  kernel::HostPaths paths;
  Agent agent;
  std::string version;  // this program's
};

// `policy` names it for people. Without a `bundle` it is about the host in
// general, where every fence is taken to be wanted.
v1::Diagnosis Diagnose(const Host& host, const std::string& policy,
                       const bundle::v1::Bundle* bundle);

}  // namespace pol::doctor

#endif  // POL_AGENT_DOCTOR_DIAGNOSE_H_
