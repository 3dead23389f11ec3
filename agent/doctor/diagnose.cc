#include "agent/doctor/diagnose.h"

#include "agent/doctor/notes.h"

namespace pol::doctor {

v1::Diagnosis Diagnose(const Host& host, const std::string& policy,
                       const bundle::v1::Bundle* bundle) {
  v1::Diagnosis diagnosis;
  diagnosis.set_policy(policy);
  const Needs needs(bundle);
  CheckFences(host, needs, Notes("fences", diagnosis));
  CheckKernel(host, needs, Notes("kernel", diagnosis));
  CheckConnections(host, needs, Notes("connections", diagnosis));
  CheckPrivileges(host, needs, Notes("privileges", diagnosis));
  CheckSelinux(host, needs, Notes("selinux", diagnosis));
  CheckFiles(host, needs, Notes("files", diagnosis));
  CheckWorkloads(host, needs, Notes("workloads", diagnosis));
  CheckAgent(host, needs, Notes("agent", diagnosis));
  return diagnosis;
}

}  // namespace pol::doctor
