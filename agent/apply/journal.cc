#include "agent/apply/journal.h"

#include "agent/apply/sealed_file.h"

namespace pol::apply {
namespace {

constexpr SealedKind kJournal = {.magic = "POLJRNL\n",
                                 .version = 1,
                                 .name = "the journal",
                                 .max_content = kMaxJournal - 64};

}  // namespace

absl::StatusOr<std::string> WriteJournal(const v1::Journal& journal) {
  return Seal(kJournal, journal);
}

absl::StatusOr<v1::Journal> ReadJournal(std::string_view file) {
  POL_ASSIGN_OR_RETURN(std::string_view content, Unseal(kJournal, file));
  v1::Journal journal;
  if (journal.ParseFromArray(content.data(), static_cast<int>(content.size())))
    return journal;
  return absl::DataLossError(
      "the journal is damaged: its content cannot be understood");
}

}  // namespace pol::apply
