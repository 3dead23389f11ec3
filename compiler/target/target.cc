#include "compiler/target/target.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/support/files.h"

namespace pol::target {
namespace {

constexpr size_t kMaxConfig = 1u << 20;

// As libselinux reads it: the last SELINUXTYPE counts, "targeted" without one.
std::string PolicyName(const std::string& config) {
  std::string name = "targeted";
  for (absl::string_view line : absl::StrSplit(config, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, "SELINUXTYPE="))
      name = std::string(absl::StripAsciiWhitespace(line));
  }
  return name;
}

}  // namespace

absl::StatusOr<Target> ReadTarget(const std::string& root) {
  std::string folder = absl::StrCat(root, "/etc/selinux");
  POL_ASSIGN_OR_RETURN(
      std::string config,
      support::ReadFile(absl::StrCat(folder, "/config"), kMaxConfig));
  std::string name = PolicyName(config);
  absl::StrAppend(&folder, "/", name);
  POL_ASSIGN_OR_RETURN(std::string file,
                       NewestPolicyFile(absl::StrCat(folder, "/policy")));
  POL_ASSIGN_OR_RETURN(TargetPolicy policy, TargetPolicy::Read(file));
  absl::StatusOr<filecontexts::Texts> texts = filecontexts::ReadTexts(
      absl::StrCat(folder, "/contexts/files/file_contexts"));
  if (!texts.ok() && !absl::IsNotFound(texts.status())) return texts.status();
  return Target{std::move(name), std::move(policy),
                texts.ok() ? *std::move(texts) : filecontexts::Texts()};
}

absl::StatusOr<std::optional<Target>> ReadThisHost() {
  absl::StatusOr<Target> target = ReadTarget("");
  if (absl::IsNotFound(target.status())) return std::optional<Target>();
  if (!target.ok()) return target.status();
  return std::optional<Target>(*std::move(target));
}

}  // namespace pol::target
