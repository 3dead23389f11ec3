#include <linux/capability.h>

#include <array>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/doctor/notes.h"

namespace pol::doctor {
namespace {

struct Caller {
  bool is_root = false;
  uint64_t effective = 0;
};

// From /proc/self/status (proc(5)).
Caller Parse(const std::string& status) {
  Caller caller;
  for (absl::string_view line : absl::StrSplit(status, '\n')) {
    if (absl::ConsumePrefix(&line, "Uid:\t")) {
      const std::vector<std::string> ids = absl::StrSplit(line, '\t');
      caller.is_root = ids.size() > 1 && ids[1] == "0";
    } else if (absl::ConsumePrefix(&line, "CapEff:\t")) {
      caller.effective = std::stoull(std::string(line), nullptr, 16);
    }
  }
  return caller;
}

struct Wanted {
  bool Needs::*by;
  int capability;
  int or_else;  // that also does
  const char* name;
};

constexpr std::array<Wanted, 6> kWanted = {{
    {&Needs::connections, CAP_BPF, CAP_SYS_ADMIN, "cap_bpf"},
    {&Needs::connections, CAP_PERFMON, CAP_SYS_ADMIN, "cap_perfmon"},
    {&Needs::connections, CAP_NET_ADMIN, CAP_NET_ADMIN, "cap_net_admin"},
    {&Needs::capabilities, CAP_SETFCAP, CAP_SETFCAP, "cap_setfcap"},
    {&Needs::labels, CAP_SYS_ADMIN, CAP_SYS_ADMIN, "cap_sys_admin"},
    {&Needs::labels, CAP_FOWNER, CAP_FOWNER, "cap_fowner"},
}};

}  // namespace

void CheckPrivileges(const Host& host, const Needs& needs, Notes notes) {
  if (host.agent.pold_runs) {
    notes.Ok("caller", "pold acts, with privileges of its own");
    return;
  }
  const auto status = host.machine.Read("/proc/self/status");
  const Caller caller = status.ok() ? Parse(*status) : Caller();
  if (!caller.is_root) {
    notes.Add(v1::WARNING, "caller", "not root",
              "polc apply is refused to this caller", "run it as root");
    return;
  }
  std::vector<std::string> missing;
  const auto has = [&caller](int capability) {
    return (caller.effective >> capability & 1) != 0;
  };
  for (const Wanted& wanted : kWanted) {
    if (needs.*wanted.by && !has(wanted.capability) && !has(wanted.or_else))
      missing.emplace_back(wanted.name);
  }
  if (missing.empty()) {
    notes.Ok("caller", "root, with every capability that an apply takes");
    return;
  }
  notes.Add(v1::PROBLEM, "caller",
            absl::StrCat("root without ", absl::StrJoin(missing, ", ")),
            "polc apply fails here",
            "run it outside of the container, or give it these capabilities");
}

}  // namespace pol::doctor
