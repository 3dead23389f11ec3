#include "tests/harness/scratch_mount.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/harness/process.h"

namespace pol::harness {
namespace {

absl::Status Unavailable(const std::string& what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", strerror(errno)));
}

// Once for each thread: its mounts are nobody else's from now on.
absl::Status OwnNamespace() {
  thread_local bool done = false;
  if (done) return absl::OkStatus();
  if (unshare(CLONE_NEWNS) != 0) return Unavailable("unshare mounts");
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return Unavailable("make mounts private");
  done = true;
  return absl::OkStatus();
}

absl::Status Run(std::vector<std::string> command) {
  std::string name = command[0];
  Command run;
  run.argv = std::move(command);
  absl::StatusOr<Outcome> outcome = RunToEnd(run);
  if (!outcome.ok()) return absl::UnavailableError(outcome.status().message());
  if (outcome->exit_status == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(name, ": ", outcome->errors));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ScratchMount>> ScratchMount::Create(
    const std::string& type) {
  if (absl::Status own = OwnNamespace(); !own.ok()) return own;
  std::string pattern =
      (std::filesystem::temp_directory_path() / "scratch.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return Unavailable(pattern);
  std::unique_ptr<ScratchMount> scratch(
      new ScratchMount(std::filesystem::canonical(pattern).string()));
  std::filesystem::create_directory(scratch->folder_);
  absl::Status mounted;
  if (type == "tmpfs") {
    if (mount("none", scratch->folder_.c_str(), "tmpfs", 0, "size=64m") != 0)
      mounted = Unavailable("mount a tmpfs");
  } else {
    std::string image = scratch->base_ + "/image";
    mounted = Run({"truncate", "-s", "64M", image});
    mounted.Update(Run({"mkfs.ext4", "-q", "-F", image}));
    mounted.Update(Run({"mount", "-o", "loop", image, scratch->folder_}));
  }
  if (!mounted.ok()) return mounted;
  scratch->mounted_ = true;
  return scratch;
}

ScratchMount::~ScratchMount() {
  if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
  std::error_code ignored;
  std::filesystem::remove_all(base_, ignored);
}

}  // namespace pol::harness
