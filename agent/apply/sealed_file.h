// A container that can be checked before what is in it is parsed, so that a
// torn or foreign file is recognised and never half believed.
//
//   offset  bytes  what (numbers are little endian)
//        0      8  magic
//        8      4  format version
//       12      4  length of the content
//       16     32  SHA-256 of magic, version, length and content
//       48      …  content
#ifndef POL_AGENT_APPLY_SEALED_FILE_H_
#define POL_AGENT_APPLY_SEALED_FILE_H_

#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/support/status.h"

namespace pol::apply {

// One kind of file.
struct SealedKind {
  std::string_view magic;  // 8 bytes
  uint32_t version = 0;
  std::string_view name;  // "the journal", for errors
  size_t max_content = 0;
};

// The whole file, `message` its content. kResourceExhausted when that would be
// larger than `max_content`.
absl::StatusOr<std::string> Seal(const SealedKind& kind,
                                 const google::protobuf::MessageLite& message);

// The content of a whole file, which it views. kDataLoss says what is damaged,
// kUnimplemented that it has another version.
absl::StatusOr<std::string_view> Unseal(const SealedKind& kind,
                                        std::string_view file);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_SEALED_FILE_H_
