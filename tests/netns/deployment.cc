#include "tests/netns/deployment.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "compiler/support/status.h"
#include "tests/harness/wait.h"

namespace pol::netns {
namespace {

namespace fs = std::filesystem;
using harness::Command;
using harness::Outcome;
using harness::Process;

// The other end of NOTIFY_SOCKET (sd_notify(3)).
class NotifySocket {
 public:
  explicit NotifySocket(std::string path) : path_(std::move(path)) {
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    bound_ =
        bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~NotifySocket() {
    close(fd_);
    unlink(path_.c_str());
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  bool bound() const { return bound_; }

  bool SawReady() {
    char buffer[4096];
    ssize_t n = 0;
    while ((n = recv(fd_, buffer, sizeof buffer, 0)) > 0) {
      std::vector<std::string> lines = absl::StrSplit(
          absl::string_view(buffer, static_cast<size_t>(n)), '\n');
      if (std::find(lines.begin(), lines.end(), "READY=1") != lines.end())
        ready_ = true;
    }
    return ready_;
  }

 private:
  std::string path_;
  int fd_ = -1;
  bool bound_ = false;
  bool ready_ = false;
};

bool HasAll(const std::string& line, const std::vector<std::string>& parts) {
  return std::all_of(parts.begin(), parts.end(),
                     [&line](const std::string& part) {
                       return absl::StrContains(line, part);
                     });
}

}  // namespace

std::string Program(const std::string& name) {
  return absl::StrCat(POL_BINARY_FOLDER, "/", name);
}

std::string ExamplePolicy(const std::string& name) {
  return absl::StrCat(POL_SOURCE_FOLDER, "/policies/examples/", name);
}

Deployment::Deployment(harness::TwoHosts& hosts)
    : hosts_(hosts), folder_(absl::StrCat(hosts.folder(), "/pol")) {
  fs::create_directories(folder_);
}

Deployment::~Deployment() = default;

std::vector<std::string> Deployment::Flags() const {
  return {"--state-dir",   folder_ + "/state",
          "--run-dir",     folder_ + "/run",
          "--bpffs",       hosts_.bpffs() + "/pol",
          "--cgroup-root", hosts_.managed_cgroup()};
}

Command Deployment::OnHost(const std::string& program,
                           std::vector<std::string> arguments) const {
  Command command;
  command.argv = {Program(program)};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.cgroup = hosts_.unmanaged_cgroup();
  return command;
}

absl::Status Deployment::StartPold() {
  NotifySocket notify(folder_ + "/notify");
  if (!notify.bound())
    return absl::InternalError("cannot bind the notification socket");
  Command command = OnHost("pold", Flags());
  command.environment = {absl::StrCat("NOTIFY_SOCKET=", folder_, "/notify")};
  POL_ASSIGN_OR_RETURN(Process pold, Process::Start(command));
  pold_.emplace(std::move(pold));
  bool ended = false;
  bool ready = harness::WaitUntil([&] {
    ended = pold_->Wait(absl::ZeroDuration()).ok();
    return ended || notify.SawReady();
  });
  if (ready && !ended) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      "pold ", ended ? "ended" : "is not ready", ": ", pold_->errors()));
}

absl::Status Deployment::KillPold() {
  if (!pold_) return absl::FailedPreconditionError("pold does not run");
  POL_RETURN_IF_ERROR(pold_->Signal(SIGKILL));
  absl::Status ended = pold_->Wait().status();
  pold_.reset();
  observer_.reset();
  return ended;
}

absl::StatusOr<Outcome> Deployment::Polc(
    std::vector<std::string> arguments) const {
  std::vector<std::string> flags = Flags();
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return harness::RunToEnd(OnHost("polc", std::move(arguments)));
}

absl::Status Deployment::StartObserver() {
  std::vector<std::string> arguments = {"observe"};
  std::vector<std::string> flags = Flags();
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  POL_ASSIGN_OR_RETURN(Process observer,
                       Process::Start(OnHost("polc", std::move(arguments))));
  observer_.emplace(std::move(observer));
  // It says on stderr that it follows, so that nothing is missed afterwards.
  bool follows = harness::WaitUntil(
      [this] { return absl::StrContains(observer_->errors(), "following"); });
  if (follows) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("polc observe: ", observer_->errors()));
}

std::vector<std::string> Deployment::Observed() const {
  if (!observer_) return {};
  std::vector<std::string> lines = absl::StrSplit(observer_->output(), '\n');
  lines.pop_back();  // what stands behind the last line end is not a line yet
  return lines;
}

absl::StatusOr<std::string> Deployment::WaitForObserved(
    size_t begin, const std::vector<std::string>& parts) const {
  std::string found;
  bool there = harness::WaitUntil(
      [&] {
        std::vector<std::string> lines = Observed();
        for (size_t i = begin; i < lines.size(); ++i) {
          if (!HasAll(lines[i], parts)) continue;
          found = lines[i];
          return true;
        }
        return false;
      },
      absl::Seconds(20));
  if (there) return found;
  std::vector<std::string> lines = Observed();
  lines.erase(lines.begin(),
              lines.begin() + static_cast<long>(std::min(begin, lines.size())));
  return absl::NotFoundError(
      absl::StrCat("no decision with \"", absl::StrJoin(parts, "\", \""),
                   "\" among:\n", absl::StrJoin(lines, "\n")));
}

}  // namespace pol::netns
