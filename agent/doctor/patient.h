// A host in memory for the tests of the checks: a good one, which each test
// makes ill in one place.
#ifndef POL_AGENT_DOCTOR_PATIENT_H_
#define POL_AGENT_DOCTOR_PATIENT_H_

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/doctor/diagnose.h"
#include "agent/doctor/notes.h"
#include "agent/kernel/fakes/fake_file_system.h"
#include "agent/kernel/fakes/fake_selinux_store.h"

namespace pol::doctor {

class FakeMachine : public Machine {
 public:
  std::map<std::string, std::string> files = {
      {"/proc/self/mountinfo",
       "20 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
       "21 20 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
       "22 20 0:23 / /sys/fs/bpf rw - bpf bpf rw\n"},
      {"/proc/self/status",
       "Name:\tpolc\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n"},
      {"/proc/filesystems", "nodev\tsysfs\nnodev\tbpf\n"},
      {"/proc/sys/net/core/bpf_jit_enable", "1\n"},
      {"/sys/kernel/btf/vmlinux", ""},
      {"/sys/kernel/security/lockdown", "[none] integrity confidentiality\n"},
      {"/sys/kernel/security/lsm", "lockdown,capability,selinux,bpf"},
      {"/sys/fs/selinux/enforce", "1"},
      {"/sys/fs/selinux/policyvers", "33"},
      {"/etc/selinux/config", "SELINUX=enforcing\nSELINUXTYPE=default\n"},
      {"/etc/selinux/default/policy/policy.33", ""},
      {"/sbin/setfiles", ""},
      {"/sbin/sefcontext_compile", ""}};
  std::string release = "6.1.0-56-amd64";
  std::set<std::string> users = {"root"};
  std::string systemd = "252";
  absl::StatusOr<std::string> cgroup = std::string("/sys/fs/cgroup");
  absl::StatusOr<std::vector<kernel::Feature>> features =
      std::vector<kernel::Feature>{{"program type", "cgroup_skb", true},
                                   {"map type", "hash", true},
                                   {"map type", "ringbuf", true}};
  absl::Status programs;
  absl::Status watch;
  absl::StatusOr<bool> first = false;

  absl::StatusOr<std::string> Read(const std::string& path) const override {
    const auto found = files.find(path);
    if (found == files.end()) return absl::NotFoundError(path);
    return found->second;
  }
  bool Exists(const std::string& path) const override {
    const auto found = files.lower_bound(path);
    return found != files.end() && found->first.rfind(path, 0) == 0 &&
           (found->first.size() == path.size() ||
            found->first[path.size()] == '/');
  }
  std::vector<std::string> List(const std::string& folder) const override {
    std::set<std::string> names;
    for (const auto& [path, text] : files) {
      if (path.rfind(folder + "/", 0) != 0) continue;
      const std::string rest = path.substr(folder.size() + 1);
      names.insert(rest.substr(0, rest.find('/')));
    }
    return {names.begin(), names.end()};
  }
  std::string Release() const override { return release; }
  bool HasUser(const std::string& name) const override {
    return users.count(name) != 0;
  }
  std::string SystemdVersion() const override { return systemd; }
  absl::StatusOr<std::string> CgroupRoot(const std::string&) const override {
    return cgroup;
  }
  absl::StatusOr<std::vector<kernel::Feature>> Features() const override {
    return features;
  }
  absl::Status TryPrograms() const override { return programs; }
  absl::Status TryWatch() const override { return watch; }
  absl::StatusOr<bool> FirstLiteralWins() const override { return first; }
};

struct Patient {
  FakeMachine machine;
  kernel::FakeFileSystem files;
  kernel::FakeSelinuxStore selinux;
  std::vector<std::unique_ptr<enforce::Fence>> fences;
  kernel::HostPaths paths;
  Agent agent{true, "", "1.2.3", {"address-authentication", "tls-version"}};
  bundle::v1::Bundle bundle;
  bool has_policy = true;

  using Checks = void (*)(const Host&, const Needs&, Notes);

  v1::Diagnosis Examine(Checks checks,
                        kernel::FileSystem* other_files = nullptr,
                        kernel::SelinuxStore* other_store = nullptr) {
    v1::Diagnosis diagnosis;
    checks(
        {machine, other_files ? *other_files : files,
         other_store ? *other_store : selinux, fences, paths, agent, "1.2.3"},
        Needs(has_policy ? &bundle : nullptr), Notes("subject", diagnosis));
    return diagnosis;
  }
};

// "problem release: 5.10 | connections are not judged …" for each check that is
// not ok.
inline std::vector<std::string> Complaints(const v1::Diagnosis& diagnosis) {
  std::vector<std::string> lines;
  for (const v1::Check& check : diagnosis.checks()) {
    if (check.result() == v1::OK) continue;
    lines.push_back(absl::StrCat(
        check.result() == v1::PROBLEM ? "problem " : "warning ", check.name(),
        ": ", check.found(), " | ", check.means(), " | ", check.mend()));
  }
  return lines;
}

// What was found for an ok check; empty when there is none of that name.
inline std::string Found(const v1::Diagnosis& diagnosis,
                         const std::string& name) {
  for (const v1::Check& check : diagnosis.checks()) {
    if (check.result() == v1::OK && check.name() == name) return check.found();
  }
  return "";
}

}  // namespace pol::doctor

#endif  // POL_AGENT_DOCTOR_PATIENT_H_
