#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/doctor/notes.h"

namespace pol::doctor {
namespace {

constexpr char kUnjudged[] = "connections are not judged";

struct Version {
  int major = 0;
  int minor = 0;

  bool AtLeast(int other_major, int other_minor) const {
    return major != other_major ? major > other_major : minor >= other_minor;
  }
};

Version Parse(const std::string& release) {
  Version version;
  std::sscanf(release.c_str(), "%d.%d", &version.major, &version.minor);
  return version;
}

std::string Trimmed(absl::StatusOr<std::string> text) {
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

void CheckRelease(const Host& host, const Needs& needs, Notes& notes) {
  const std::string release = host.machine.Release();
  const Version version = Parse(release);
  if (version.AtLeast(6, 1)) {
    notes.Ok("release", release);
  } else {
    notes.Add(Needs::Without(needs.connections), "release", release,
              absl::StrCat(kUnjudged,
                           ": the programs are made for Linux 6.1 "
                           "and later"),
              "boot a newer kernel");
  }
  // Since 5.11 the memory of maps is charged to the cgroup.
  if (!version.AtLeast(5, 11)) {
    notes.Add(v1::WARNING, "locked memory",
              "this kernel counts maps as locked memory",
              "tables are refused above the limit",
              "run pold by its unit, which has LimitMEMLOCK=infinity");
  } else {
    notes.Ok("locked memory", "maps are not counted as locked memory");
  }
}

void CheckTypes(const Host& host, const Needs& needs, Notes& notes) {
  constexpr char kTypes[] = "/sys/kernel/btf/vmlinux";
  if (host.machine.Exists(kTypes)) {
    notes.Ok("type information", kTypes);
    return;
  }
  notes.Add(
      Needs::Without(needs.connections), "type information",
      absl::StrCat(kTypes, " is not there"),
      absl::StrCat(kUnjudged, ": the programs cannot be fitted to this kernel"),
      "boot a kernel built with CONFIG_DEBUG_INFO_BTF");
}

// "none [integrity] confidentiality": the one in brackets is in force.
void CheckLockdown(const Host& host, const Needs& needs, Notes& notes) {
  const std::string text =
      Trimmed(host.machine.Read("/sys/kernel/security/lockdown"));
  const size_t begin = text.find('['), end = text.find(']');
  const std::string mode = begin == text.npos || end == text.npos
                               ? "none"
                               : text.substr(begin + 1, end - begin - 1);
  if (mode != "confidentiality") {
    notes.Ok("lockdown", mode);
    return;
  }
  notes.Add(Needs::Without(needs.connections), "lockdown", mode,
            absl::StrCat(kUnjudged,
                         ": programs may not read the kernel's "
                         "memory, where cgroups and sockets are"),
            "boot with lockdown=integrity or without it");
}

void CheckJit(const Host& host, Notes& notes) {
  constexpr char kJit[] = "/proc/sys/net/core/bpf_jit_enable";
  const std::string value = Trimmed(host.machine.Read(kJit));
  if (value == "0") {
    notes.Add(v1::WARNING, "BPF compiler", "bpf_jit_enable is 0",
              "programs are interpreted: every packet takes longer",
              "sysctl net.core.bpf_jit_enable=1");
  } else {
    notes.Ok("BPF compiler", value.empty()
                                 ? "always on"
                                 : absl::StrCat("bpf_jit_enable is ", value));
  }
}

void CheckModules(const Host& host, Notes& notes) {
  const std::string modules =
      Trimmed(host.machine.Read("/sys/kernel/security/lsm"));
  notes.Ok("security modules",
           modules.empty() ? "securityfs does not tell" : modules);
}

}  // namespace

void CheckKernel(const Host& host, const Needs& needs, Notes notes) {
  CheckRelease(host, needs, notes);
  CheckTypes(host, needs, notes);
  CheckLockdown(host, needs, notes);
  CheckJit(host, notes);
  CheckModules(host, notes);
}

}  // namespace pol::doctor
