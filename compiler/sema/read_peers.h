// Attributes whose values are identities.
#ifndef POL_COMPILER_SEMA_READ_PEERS_H_
#define POL_COMPILER_SEMA_READ_PEERS_H_

#include <optional>
#include <string_view>

#include "compiler/sema/block_reader.h"
#include "compiler/sema/model.h"

namespace pol::sema {

// SPIFFE IDs and patterns in quotes, "unknown", "any", and references to
// `identity`, `workload`, `endpoint` and `identity_set` blocks, one or a list.
// Nothing when the attribute is absent or wrong.
std::optional<Peers> ReadPeers(BlockReader& reader, std::string_view name);

// Adds one value to `peers`. False when a diagnostic has said, here or at its
// block, why it means nothing.
bool AddPeer(const Given& given, BlockReader& reader, Peers& peers);

// What exactly one identity bears or is: a SPIFFE ID in place or
// `identity.name`.
std::optional<IdentityRef> ReadBorne(BlockReader& reader,
                                     std::string_view name);

// One identity that a connection can come from or go to: the same, a workload,
// an endpoint, or "unknown" (Peers::unknown).
std::optional<Peers> ReadEnd(BlockReader& reader, std::string_view name);

// The meaning of a reference to a block of one kind; nothing, reported unless
// the block itself is wrong, when it is something else.
std::optional<uint32_t> ReadReference(BlockReader& reader,
                                      std::string_view name, Noun noun);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_READ_PEERS_H_
