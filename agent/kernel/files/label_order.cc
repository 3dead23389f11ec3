#include "agent/kernel/files/label_order.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>

#include "agent/kernel/files/policy_files.h"

namespace pol::kernel {

absl::StatusOr<bool> FirstLiteralWins() {
  constexpr char kFirst[] = "u:object_r:first_t";
  const int empty = memfd_create("file_contexts", MFD_CLOEXEC);
  if (empty < 0) return support::SystemError(errno, "make an empty file");
  const absl::StatusOr<std::unique_ptr<LabelAnswers>> answers =
      OpenSlowAnswers(absl::StrCat("/proc/self/fd/", empty),
                      {{{"/pol/order", "--", kFirst},
                        {"/pol/order", "", "u:object_r:last_t"}}});
  close(empty);
  if (!answers.ok()) return answers.status();
  POL_ASSIGN_OR_RETURN(
      const std::optional<std::string> answer,
      (*answers)->Lookup("/pol/order", values::FileKind::kFile));
  return answer == kFirst;
}

}  // namespace pol::kernel
