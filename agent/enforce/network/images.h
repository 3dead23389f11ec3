// The network part of a bundle -> the tables that the kernel looks things up
// in.
#ifndef POL_AGENT_ENFORCE_NETWORK_IMAGES_H_
#define POL_AGENT_ENFORCE_NETWORK_IMAGES_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "agent/kernel/network/tables.h"
#include "compiler/bundle/bundle.pb.h"
#include "compiler/support/status.h"

namespace pol::enforce {

using UidOf =
    std::function<absl::StatusOr<std::optional<uint32_t>>(const std::string&)>;

// The uid of a login name or of a decimal number, nothing if there is no such
// user on this host.
absl::StatusOr<std::optional<uint32_t>> ResolveUser(const std::string& user);

// A workload whose user does not exist here is left out: nothing can run as it.
// (The tables differ when the user appears, so the next apply takes it in.)
// kInvalidArgument for two workloads that select the same processes as
// different identities, and for what exceeds a limit of bpf/abi.h.
absl::StatusOr<kernel::TableImages> BuildImages(
    const bundle::v1::Bundle& bundle, const UidOf& uid_of);

// Tells images apart: SHA-256.
std::array<uint8_t, 32> DigestOf(const kernel::TableImages& images);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_NETWORK_IMAGES_H_
