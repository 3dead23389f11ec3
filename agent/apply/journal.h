// The file of a journal: a message in a container that can be checked before
// it is parsed, so that a torn or foreign file is recognised and never half
// believed.
//
//   offset  bytes  what (numbers are little endian)
//        0      8  magic "POLJRNL\n"
//        8      4  format version; 1
//       12      4  length of the content
//       16     32  SHA-256 of magic, version, length and content
//       48      …  content: a serialised pol.apply.v1.Journal
#ifndef POL_AGENT_APPLY_JOURNAL_H_
#define POL_AGENT_APPLY_JOURNAL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/apply/state.pb.h"
#include "compiler/support/status.h"

namespace pol::apply {

inline constexpr uint32_t kJournalVersion = 1;
inline constexpr size_t kMaxJournal = 1u << 30;

// The whole file. kResourceExhausted when it would be larger than kMaxJournal.
absl::StatusOr<std::string> WriteJournal(const v1::Journal& journal);

// The message of a whole file. kDataLoss says what is damaged, kUnimplemented
// that a newer version wrote it.
absl::StatusOr<v1::Journal> ReadJournal(std::string_view file);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_JOURNAL_H_
