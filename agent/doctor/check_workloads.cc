
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/doctor/notes.h"
#include "compiler/bundle/origin.h"

namespace pol::doctor {
namespace {

using bundle::v1::Workload;

// Where systemd looks for units (systemd.unit(5)), generated ones too.
constexpr const char* kUnitFolders[] = {"/etc/systemd/system",
                                        "/run/systemd/system",
                                        "/run/systemd/transient",
                                        "/run/systemd/generator",
                                        "/usr/local/lib/systemd/system",
                                        "/usr/lib/systemd/system",
                                        "/lib/systemd/system"};

// "app@.service" of "app@blue.service"; empty when it has no template.
std::string Template(const std::string& unit) {
  const size_t at = unit.find('@'), dot = unit.rfind('.');
  if (at == unit.npos || dot == unit.npos || dot < at) return "";
  return absl::StrCat(unit.substr(0, at + 1), unit.substr(dot));
}

// The unit's file; empty when there is none.
std::string UnitFile(const Machine& machine, const std::string& unit) {
  for (const std::string& name : {unit, Template(unit)}) {
    if (name.empty()) continue;
    for (const char* folder : kUnitFolders) {
      const std::string path = absl::StrCat(folder, "/", name);
      if (machine.Exists(path)) return path;
    }
  }
  return "";
}

// The unit's cgroup, which stands below slices only; empty when it does not
// run.
std::string UnitCgroup(const Machine& machine, const std::string& folder,
                       const std::string& unit) {
  for (const std::string& name : machine.List(folder)) {
    const std::string path = absl::StrCat(folder, "/", name);
    if (name == unit) return path;
    if (!absl::EndsWith(name, ".slice")) continue;
    const std::string below = UnitCgroup(machine, path, unit);
    if (!below.empty()) return below;
  }
  return "";
}

class Workloads {
 public:
  Workloads(const Host& host, const Needs& needs, Notes& notes)
      : host_(host), bundle_(*needs.bundle), notes_(notes) {
    const auto root = host.machine.CgroupRoot(host.paths.cgroup_root);
    if (root.ok()) root_ = *root;
  }

  void Check() {
    for (const Workload& workload : bundle_.workloads()) {
      if (!workload.systemd_unit().empty()) CheckUnit(workload);
      if (!workload.cgroup().empty()) CheckCgroup(workload);
      if (!workload.user().empty()) CheckUser(workload);
      if (!workload.exec().empty()) CheckExec(workload);
    }
  }

 private:
  void CheckUnit(const Workload& workload) {
    const std::string& unit = workload.systemd_unit();
    const std::string name = absl::StrCat("unit ", unit);
    const std::string file = UnitFile(host_.machine, unit);
    const std::string cgroup =
        root_.empty() ? "" : UnitCgroup(host_.machine, root_, unit);
    if (!cgroup.empty()) {
      notes_.Ok(name, absl::StrCat("runs in ", cgroup));
    } else if (!file.empty()) {
      notes_.Ok(name, absl::StrCat(file, ", not running"));
    } else {
      Nobody(workload, name, "no unit of this name is installed",
             "install the service, or correct the name");
    }
  }

  void CheckCgroup(const Workload& workload) {
    const std::string name = absl::StrCat("cgroup ", workload.cgroup());
    const std::string path = absl::StrCat(root_, workload.cgroup());
    if (!root_.empty() && host_.machine.Exists(path)) {
      notes_.Ok(name, path);
    } else {
      Nobody(workload, name, "it is not there now",
             "it counts as soon as it is made");
    }
  }

  void CheckUser(const Workload& workload) {
    const std::string name = absl::StrCat("user ", workload.user());
    if (host_.machine.HasUser(workload.user())) {
      notes_.Ok(name, "known");
    } else {
      Nobody(workload, name, "no such user",
             "make the account, then apply again: names are looked up then");
    }
  }

  void CheckExec(const Workload& workload) {
    const std::string name = absl::StrCat("program ", workload.exec());
    if (host_.machine.Exists(workload.exec())) {
      notes_.Ok(name, "there");
    } else {
      Nobody(workload, name, "it is not there", "install it");
    }
  }

  void Nobody(const Workload& workload, const std::string& name,
              const std::string& found, const std::string& mend) {
    notes_
        .Add(v1::WARNING, name, found,
             absl::StrCat("no process of this host bears ",
                          bundle::IdentityName(bundle_, workload.identity()),
                          " as workload `", workload.name(), "`"),
             mend)
        .set_origin(bundle::Text(workload.origin()));
  }

  const Host& host_;
  const bundle::v1::Bundle& bundle_;
  Notes& notes_;
  std::string root_;  // empty: there is no cgroup2
};

bool NamesUnits(const Needs& needs) {
  if (needs.bundle == nullptr) return false;
  for (const Workload& workload : needs.bundle->workloads()) {
    if (!workload.systemd_unit().empty()) return true;
  }
  return false;
}

}  // namespace

void CheckWorkloads(const Host& host, const Needs& needs, Notes notes) {
  const std::string version = host.machine.SystemdVersion();
  if (!version.empty()) {
    notes.Ok("systemd", version);
  } else {
    notes.Add(Needs::Without(NamesUnits(needs)), "systemd",
              "it is not the service manager of this host",
              "workloads named by `systemd_unit` have no processes",
              "name them by `cgroup` or `user`");
  }
  if (needs.bundle != nullptr) Workloads(host, needs, notes).Check();
}

}  // namespace pol::doctor
