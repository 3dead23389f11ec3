// The embedded programs and their way through the verifier.
#ifndef POL_AGENT_KERNEL_NETWORK_LOADER_H_
#define POL_AGENT_KERNEL_NETWORK_LOADER_H_

#include <cstdint>
#include <string>

#include "compiler/support/status.h"

namespace pol::kernel {

// Names the build of the programs: of the bytes that are loaded.
uint64_t ProgramsHash();

// Loads all programs and pins them and the maps below `directory`, in the
// folders "map" and "program", which exist. An error carries the end of what
// the verifier said.
absl::Status LoadAndPin(const std::string& directory);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_NETWORK_LOADER_H_
