// What on this host keeps the capabilities of a file from being written, from
// counting when the program starts, or from staying with the program they were
// meant for. docs/capabilities.md tells what each finding means.
#ifndef POL_AGENT_ENFORCE_FILECAPS_LINT_H_
#define POL_AGENT_ENFORCE_FILECAPS_LINT_H_

#include <optional>
#include <string>
#include <vector>

#include "agent/enforce/filecaps/unit_file.h"
#include "agent/kernel/files/file_capabilities.h"
#include "agent/kernel/files/program_facts.h"

namespace pol::enforce {

struct HostFacts {
  int last_capability = 63;
  bool user_namespace = false;
};

// One file that shall carry capabilities, and what is known about it.
struct LintSubject {
  std::string path;
  kernel::CapabilitySets sets;
  bool to_be_written = false;  // it carries something else now
  kernel::ProgramFacts facts;
  HostFacts host;
  // The unit of the workload whose program it is; its settings are nullopt
  // without a unit or a unit file.
  std::string unit;
  std::optional<UnitSettings> settings;
};

// Why the attribute cannot be written; empty when it can.
std::string WhyNotWritable(const kernel::ProgramFacts& facts);

// One sentence each, in a fixed order.
std::vector<std::string> LintCapabilities(const LintSubject& subject);

// Of a file that shall carry none.
std::vector<std::string> LintAbsence(const LintSubject& subject);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_FILECAPS_LINT_H_
