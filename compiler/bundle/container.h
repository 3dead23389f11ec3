// The .polb file: a protobuf message in a container that can be checked before
// it is parsed.
//
//   offset  bytes  what (numbers are little endian)
//        0      8  magic "POLBNDL\n"
//        8      4  format version; 1
//       12      4  length of the content; at most kMaxContent
//       16     32  SHA-256 of magic, version, length and content
//       48      2  number of signatures; at most kMaxSignatures
//       50   96 n  signatures: 32 bytes key id, 64 bytes Ed25519 of the digest
//        …      …  content: a serialised pol.bundle.v1.Bundle, deterministic
//
// Nothing may follow the content. The reader runs as root on bytes that
// somebody else wrote: it bounds every length before it uses it, refuses what
// it does not know, and checks each index and value of the message, so that
// whoever holds a Bundle may use it without asking again.
#ifndef POL_COMPILER_BUNDLE_CONTAINER_H_
#define POL_COMPILER_BUNDLE_CONTAINER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/bundle/bundle.pb.h"
#include "compiler/support/status.h"

namespace pol::bundle {

using v1::Bundle;

inline constexpr uint32_t kFormatVersion = 1;
inline constexpr size_t kMaxContent = 256u << 20;
inline constexpr size_t kMaxSignatures = 16;
inline constexpr size_t kMaxFile = kMaxContent + 50 + kMaxSignatures * 96;

// The whole file. The same message gives the same bytes. kInternal when the
// message would not pass CheckConsistency(), which is a defect of the compiler.
// It may require what this version's own agent cannot enforce yet.
absl::StatusOr<std::string> Write(const Bundle& bundle);

// The message of a whole file, or kDataLoss (damaged), kUnimplemented (a newer
// format or an unknown requirement) or kInvalidArgument (a message that
// contradicts itself). The text says what was expected and what was found.
absl::StatusOr<Bundle> Read(std::string_view file);

// The digest that stands in the file, as 64 hexadecimal digits: the name of a
// bundle. `file` has passed Read() or comes from Write().
std::string Digest(std::string_view file);

// What the agent of this version can enforce, by the names that
// Bundle.requirements has.
std::vector<std::string> KnownRequirements();

// kUnimplemented when the bundle requires what this version cannot enforce,
// naming the first rule that asks for it; else as CheckConsistency().
absl::Status Validate(const Bundle& bundle);

// kInvalidArgument unless every index, enumeration and value is in range and
// every list is sorted and free of duplicates where bundle.proto says so.
absl::Status CheckConsistency(const Bundle& bundle);

}  // namespace pol::bundle

#endif  // POL_COMPILER_BUNDLE_CONTAINER_H_
