// The equivalences of one file_contexts.subs or .subs_dist: "/var/run /run"
// makes the first look like the second.
#ifndef POL_COMPILER_FILECONTEXTS_SUBSTITUTIONS_H_
#define POL_COMPILER_FILECONTEXTS_SUBSTITUTIONS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/support/status.h"

namespace pol::filecontexts {

class Substitutions {
 public:
  // None.
  Substitutions() = default;
  // In the order of a file.
  explicit Substitutions(std::vector<std::pair<std::string, std::string>> pairs)
      : pairs_(std::move(pairs)) {}

  // Lines that are none are passed over, as libselinux does. kUnimplemented: a
  // line that releases read differently.
  static absl::StatusOr<Substitutions> Parse(std::string_view text);

  // In the order of the file.
  const std::vector<std::pair<std::string, std::string>>& pairs() const {
    return pairs_;
  }

  // `path` after the last line whose first word is `path` or a folder above
  // it; nothing when there is none. One line at most is used.
  std::optional<std::string> Apply(std::string_view path) const;

  // Whether a release reads a line that fits as a pattern.
  bool IsUnknown(std::string_view path) const;

  // Whether some line may turn what is in `folder` otherwise than `folder`
  // itself.
  bool DividesChildren(std::string_view folder) const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace pol::filecontexts

#endif  // POL_COMPILER_FILECONTEXTS_SUBSTITUTIONS_H_
