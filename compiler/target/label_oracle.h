// libselinux over file contexts that are in memory.
#ifndef POL_COMPILER_TARGET_LABEL_ORACLE_H_
#define POL_COMPILER_TARGET_LABEL_ORACLE_H_

#include <memory>
#include <optional>
#include <string>

#include "compiler/filecontexts/file_contexts.h"
#include "compiler/support/status.h"
#include "compiler/values/file_context.h"

namespace pol::target {

class LabelOracle {
 public:
  // Writes the texts into a folder of its own in the system's one for such,
  // which is gone when this returns.
  static absl::StatusOr<LabelOracle> Open(const filecontexts::Texts& texts);

  LabelOracle(LabelOracle&&) noexcept;
  LabelOracle& operator=(LabelOracle&&) noexcept;
  ~LabelOracle();

  // What selabel_lookup_raw(3) says; "<<none>>" when it leaves the label alone,
  // nothing when it fails.
  std::optional<std::string> Lookup(const std::string& path,
                                    values::FileKind kind) const;

 private:
  struct Handle;
  explicit LabelOracle(std::unique_ptr<Handle> handle);

  std::unique_ptr<Handle> handle_;
};

}  // namespace pol::target

#endif  // POL_COMPILER_TARGET_LABEL_ORACLE_H_
