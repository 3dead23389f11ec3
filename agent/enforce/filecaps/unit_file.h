// What the unit file of a service says that decides whether its programs get
// the capabilities of their files (systemd.unit(5), systemd.exec(5)).
//
// Read as systemd reads it: the first fragment in the order of folders, the
// drop-ins of the unit, of its template, of its dashed prefixes and of its
// type over it, by name. No running systemd is needed. Generators, transient
// units and specifiers in values are as they stand in the files.
#ifndef POL_AGENT_ENFORCE_FILECAPS_UNIT_FILE_H_
#define POL_AGENT_ENFORCE_FILECAPS_UNIT_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/support/status.h"

namespace pol::enforce {

struct UnitSettings {
  // What makes execve(2) grant nothing, as "NoNewPrivileges=" or "DynamicUser=,
  // which implies NoNewPrivileges="; empty: nothing does.
  std::string no_new_privileges;
  uint64_t bounding = ~uint64_t{0};  // by capability number
  uint64_t ambient = 0;
  // Variables of Environment= and PassEnvironment= that the dynamic loader
  // ignores for a program with capabilities: "LD_LIBRARY_PATH".
  std::vector<std::string> loader_variables;
  // Programs of ExecStart= and its kin that run without these limits ("+").
  std::vector<std::string> privileged_programs;
};

// Of "web.service"; `root` goes before every folder. kNotFound when no
// fragment is there or the unit is masked.
absl::StatusOr<UnitSettings> ReadUnit(const std::string& unit,
                                      const std::string& root = "");

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_FILECAPS_UNIT_FILE_H_
