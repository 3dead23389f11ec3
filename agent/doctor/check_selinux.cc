#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/doctor/notes.h"
#include "agent/kernel/files/policy_files.h"

namespace pol::doctor {
namespace {

std::string Config(const Host& host) {
  const auto text = host.machine.Read(
      absl::StrCat(host.paths.selinux_root, "/etc/selinux/config"));
  return text.ok() ? *text : "";
}

// "enforcing", "permissive" or "disabled"; empty when it is not said.
std::string ModeAtBoot(const std::string& config) {
  std::string mode;
  for (absl::string_view line : absl::StrSplit(config, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, "SELINUX="))
      mode = std::string(absl::StripAsciiWhitespace(line));
  }
  return mode;
}

void CheckMode(const Host& host, const std::string& config, Notes& notes) {
  if (!host.selinux.KernelEnabled()) {
    notes.Add(v1::WARNING, "kernel", "SELinux is off in the running kernel",
              "labels are written but not enforced",
              "boot with security=selinux (Debian: selinux-activate)");
    return;
  }
  const auto enforce = host.machine.Read("/sys/fs/selinux/enforce");
  if (!enforce.ok() || absl::StripAsciiWhitespace(*enforce) != "1") {
    notes.Add(v1::WARNING, "kernel", "SELinux is permissive",
              "what labels forbid is logged and done all the same",
              "setenforce 1");
  } else {
    notes.Ok("kernel", "SELinux is enforcing");
  }
  const std::string at_boot = ModeAtBoot(config);
  if (at_boot == "disabled" || at_boot == "permissive") {
    notes.Add(v1::WARNING, "next boot",
              absl::StrCat("/etc/selinux/config has SELINUX=", at_boot),
              "after the next boot labels are not enforced",
              "set SELINUX=enforcing there");
  }
}

void CheckTools(const Host& host, const Needs& needs, Notes& notes) {
  for (const char* tool : {"/sbin/setfiles", "/sbin/sefcontext_compile"}) {
    if (host.machine.Exists(tool)) continue;
    notes.Add(Needs::Without(needs.bundle != nullptr && needs.trees), tool,
              "it is not there",
              "`fcontext` rules cannot be written: libsemanage runs it",
              "apt install policycoreutils");
    return;
  }
  notes.Ok("tools", "/sbin/setfiles, /sbin/sefcontext_compile");
}

void CheckStore(const Host& host, const Needs& needs, Notes& notes) {
  if (const auto missing = host.selinux.Missing()) {
    notes.Add(Needs::Without(needs.bundle != nullptr && needs.trees), "store",
              *missing, "`fcontext` rules are not written",
              "install an SELinux policy (Debian: selinux-policy-default)");
    return;
  }
  const auto local = host.selinux.Local();
  if (!local.ok()) {
    notes.Add(Needs::Without(needs.labels), "store",
              std::string(local.status().message()),
              "`fcontext` rules are not written, and polc apply fails",
              "repair the store as it says");
    return;
  }
  notes.Ok("store",
           absl::StrCat("local file contexts: ", local->fcontexts.size()));
}

// Of "policy.33"; 0 for other names.
int VersionOf(absl::string_view name) {
  int version = 0;
  return absl::ConsumePrefix(&name, "policy.") &&
                 absl::SimpleAtoi(name, &version)
             ? version
             : 0;
}

void CheckPolicyVersion(const Host& host, const std::string& config,
                        Notes& notes) {
  const std::string name = kernel::PolicyName(config);
  const std::vector<std::string> files = host.machine.List(
      absl::StrCat(host.paths.selinux_root, "/etc/selinux/", name, "/policy"));
  int on_disk = 0;
  for (const std::string& file : files)
    on_disk = std::max(on_disk, VersionOf(file));
  if (on_disk == 0) return;  // the store says what is missing
  const auto text = host.machine.Read("/sys/fs/selinux/policyvers");
  int in_kernel = 0;
  if (!text.ok() ||
      !absl::SimpleAtoi(absl::StripAsciiWhitespace(*text), &in_kernel)) {
    notes.Ok("policy", absl::StrCat("`", name, "`, version ", on_disk));
    return;
  }
  const std::string found =
      absl::StrCat("`", name, "`, version ", on_disk,
                   "; the kernel reads up to ", in_kernel);
  if (on_disk <= in_kernel) {
    notes.Ok("policy", found);
    return;
  }
  notes.Add(v1::WARNING, "policy", found,
            "it is translated when it is loaded, and loses what is newer",
            "boot a newer kernel, or set policy-version in semanage.conf");
}

void CheckOrder(const Host& host, Notes& notes) {
  const auto first = host.machine.FirstLiteralWins();
  if (!first.ok()) {
    notes.Add(v1::WARNING, "libselinux", std::string(first.status().message()),
              "which label a path gets cannot be asked", "");
    return;
  }
  notes.Ok("libselinux",
           *first ? "orders rules as since 3.8" : "orders rules as before 3.8");
}

}  // namespace

void CheckSelinux(const Host& host, const Needs& needs, Notes notes) {
  const std::string config = Config(host);
  CheckMode(host, config, notes);
  CheckTools(host, needs, notes);
  CheckStore(host, needs, notes);
  CheckPolicyVersion(host, config, notes);
  CheckOrder(host, notes);
}

}  // namespace pol::doctor
