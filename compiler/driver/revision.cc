#include "compiler/driver/revision.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "compiler/driver/module_path.h"
#include "compiler/support/check.h"

namespace pol::driver {
namespace {

using support::SystemError;
using support::ToAbsl;

constexpr size_t kMaxRevision = 256;
constexpr size_t kMaxTar = size_t{256} << 20;
constexpr size_t kMaxComplaint = 4096;

// Such text is no option, no range, no path in a tree and no question about the
// time at which something was said ("main@{yesterday}").
bool IsRevision(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRevision && text[0] != '-' &&
         std::all_of(
             text.begin(), text.end(),
             [](char c) {
               return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                      std::string_view("._/+-~^@").find(c) !=
                          std::string_view::npos ||
                      static_cast<unsigned char>(c) >= 0x80;
             }) &&
         text.find("..") == text.npos;
}

// Ours, without what would make git look at another repository than the one
// that the folder is in (a hook's environment has it), and without questions.
std::vector<std::string> Environment() {
  std::vector<std::string> environment = {"GIT_TERMINAL_PROMPT=0",
                                          "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C"};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    bool ours = false;
    for (std::string_view other :
         {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX",
          "GIT_TERMINAL_PROMPT", "GIT_OPTIONAL_LOCKS", "LC_ALL"}) {
      ours = ours || name == other;
    }
    if (!ours) environment.emplace_back(text);
  }
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Reads until the end or past `limit`; what failed is an errno.
int ReadUntilEnd(int fd, size_t limit, std::string& bytes) {
  std::array<char, 65536> buffer;
  while (bytes.size() <= limit) {
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return 0;
    bytes.append(buffer.data(), static_cast<size_t>(n));
  }
  return 0;
}

struct Ended {
  int status = 0;  // of waitpid(2)
  std::string output;
  std::string complaint;
};

// A program with its output in a pipe and its complaints in memory, so that it
// never waits for us to read two things at once. One that writes more than
// kMaxTar is killed.
absl::StatusOr<Ended> RunToEnd(std::vector<std::string> argv) {
  std::array<int, 2> output;
  if (pipe2(output.data(), O_CLOEXEC) != 0) return SystemError(errno, "pipe");
  const int complaint = memfd_create("complaint", MFD_CLOEXEC);
  POL_CHECK(complaint >= 0) << "memfd_create";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output[1], 1);
  posix_spawn_file_actions_adddup2(&actions, complaint, 2);
  std::vector<std::string> environment = Environment();
  pid_t pid = -1;
  const int error =
      posix_spawnp(&pid, argv[0].c_str(), &actions, nullptr,
                   Pointers(argv).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  Ended ended;
  int failed = error;
  if (error == 0) {
    failed = ReadUntilEnd(output[0], kMaxTar, ended.output);
    if (failed != 0 || ended.output.size() > kMaxTar) kill(pid, SIGKILL);
    while (waitpid(pid, &ended.status, 0) < 0 && errno == EINTR) continue;
    lseek(complaint, 0, SEEK_SET);
    ReadUntilEnd(complaint, kMaxComplaint, ended.complaint);
  }
  close(output[0]);
  close(complaint);
  if (error != 0)
    return absl::UnavailableError(SystemError(error, argv[0]).message());
  if (failed != 0) return SystemError(failed, "read");
  return ended;
}

// The first line of what git complained about.
std::string FirstLine(const std::string& text) {
  const std::string line = text.substr(0, text.find('\n'));
  return line.empty() ? "it gave no reason" : line;
}

bool IsWanted(std::string_view name) {
  return absl::EndsWith(ToAbsl(name), ".pol") ||
         absl::EndsWith(ToAbsl(name), ".polvars") || HasArchiveName(name);
}

}  // namespace

std::optional<std::string> RevisionOf(std::string_view text) {
  constexpr std::string_view kScheme = "git:";
  if (text.substr(0, kScheme.size()) != kScheme) return std::nullopt;
  return std::string(text.substr(kScheme.size()));
}

absl::StatusOr<archive::Files> ReadRevision(const std::string& folder,
                                            const std::string& revision) {
  if (!IsRevision(revision)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", revision,
                     "` is not a revision: a name or a digest, with ~ and ^"));
  }
  const std::string tried =
      absl::StrCat("git -C ", folder, " archive ", revision);
  absl::StatusOr<Ended> ended = RunToEnd(
      {"git", "-C", folder, "archive", "--format=tar", revision, "--", "."});
  if (!ended.ok()) return support::Annotate(ended.status(), tried);
  if (ended->output.size() > kMaxTar) {
    return absl::ResourceExhaustedError(
        absl::StrCat(tried, ": more than ", kMaxTar, " bytes"));
  }
  if (!WIFEXITED(ended->status) || WEXITSTATUS(ended->status) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(tried, ": ", FirstLine(ended->complaint)));
  }
  absl::StatusOr<archive::Files> files =
      archive::ReadArchive(ended->output, IsWanted);
  if (!files.ok()) return support::Annotate(files.status(), tried);
  if (files->empty()) {
    return absl::NotFoundError(absl::StrCat(tried, ": no .pol file"));
  }
  return files;
}

}  // namespace pol::driver
