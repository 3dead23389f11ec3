#include "tests/harness/selinux_root.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/harness/process.h"

namespace pol::harness {

absl::Status MakeSelinuxRoot(const std::string& folder) {
  const char* source = std::getenv("POL_SOURCE_DIR");
  const char* build = std::getenv("POL_BUILD_DIR");
  if (source == nullptr || build == nullptr) {
    return absl::UnavailableError(
        "POL_SOURCE_DIR and POL_BUILD_DIR are not set; run it through ctest");
  }
  std::string original = absl::StrCat(build, "/selinux-root");
  Command make;
  make.argv = {absl::StrCat(source, "/tests/harness/selinux_root.sh"),
               original};
  absl::Status made = RunOk(make, absl::Minutes(5)).status();
  if (!made.ok()) {
    return absl::UnavailableError(
        absl::StrCat("no SELinux policy to test with: ", made.message()));
  }
  Command copy;
  copy.argv = {"cp", "-a", "-T", original, folder};
  return RunOk(copy).status();
}

absl::Status MakeTinySelinuxRoot(const std::string& folder) {
  const char* source = std::getenv("POL_SOURCE_DIR");
  if (source == nullptr) {
    return absl::UnavailableError(
        "POL_SOURCE_DIR is not set; run it through ctest");
  }
  // semodule(8) names the module after its file.
  std::string module = absl::StrCat(source, "/tests/harness/selinux_tiny.cil");
  std::string etc = absl::StrCat(folder, "/etc/selinux");
  Command make;
  make.argv = {"sh", "-euc", R"(
    mkdir -p "$2/tiny/contexts/files" "$2/tiny/policy" "$1/var/lib/selinux"
    printf 'SELINUX=permissive\nSELINUXTYPE=tiny\n' >"$2/config"
    cp /etc/selinux/semanage.conf "$2"
    semodule -p "$1" -s tiny -n -i "$3")", "sh", folder, etc, module};
  absl::Status made = RunOk(make).status();
  if (made.ok()) return made;
  return absl::UnavailableError(
      absl::StrCat("no SELinux policy to test with: ", made.message()));
}

}  // namespace pol::harness
