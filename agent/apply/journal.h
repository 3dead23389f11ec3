// The file of a journal: a serialised pol.apply.v1.Journal in a sealed file
// with the magic "POLJRNL\n".
#ifndef POL_AGENT_APPLY_JOURNAL_H_
#define POL_AGENT_APPLY_JOURNAL_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/apply/state.pb.h"
#include "compiler/support/status.h"

namespace pol::apply {

inline constexpr size_t kMaxJournal = 1u << 30;

// The whole file. kResourceExhausted when it would be larger than kMaxJournal.
absl::StatusOr<std::string> WriteJournal(const v1::Journal& journal);

// The message of a whole file. kDataLoss says what is damaged, kUnimplemented
// that a newer version wrote it.
absl::StatusOr<v1::Journal> ReadJournal(std::string_view file);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_JOURNAL_H_
