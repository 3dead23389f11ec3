#include "agent/doctor/machine.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/fanotify.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "agent/kernel/files/label_order.h"
#include "agent/kernel/network/cgroup.h"
#include "compiler/support/files.h"

namespace pol::doctor {
namespace {

constexpr size_t kMaxText = 4u << 20;

class ThisMachine : public Machine {
 public:
  absl::StatusOr<std::string> Read(const std::string& path) const override {
    return support::ReadFile(path, kMaxText);
  }

  bool Exists(const std::string& path) const override {
    return support::Exists(path);
  }

  std::vector<std::string> List(const std::string& folder) const override {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end;
         !error && at != end; at.increment(error)) {
      names.push_back(at->path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string Release() const override {
    utsname name;
    return uname(&name) == 0 ? name.release : "";
  }

  bool HasUser(const std::string& name) const override {
    uint32_t uid = 0;
    return absl::SimpleAtoi(name, &uid) || getpwnam(name.c_str()) != nullptr;
  }

  std::string SystemdVersion() const override {
    if (!Exists("/run/systemd/system")) return "";
    FILE* output = popen("systemctl --version 2>/dev/null", "re");
    if (output == nullptr) return "";
    char line[256] = {};
    const bool read = std::fgets(line, sizeof(line), output) != nullptr;
    pclose(output);
    // "systemd 252 (252.31-1~deb12u1)"
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \n"));
    return read && words.size() > 1 && words[0] == "systemd" ? words[1] : "";
  }

  absl::StatusOr<std::string> CgroupRoot(
      const std::string& root) const override {
    POL_ASSIGN_OR_RETURN(const kernel::Cgroup cgroup,
                         kernel::Cgroup::Open(root));
    return cgroup.path();
  }

  absl::StatusOr<std::vector<kernel::Feature>> Features() const override {
    return kernel::ProbeFeatures();
  }

  absl::Status TryPrograms() const override { return kernel::TryPrograms(); }

  absl::Status TryWatch() const override {
    const int fd = fanotify_init(
        FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_REPORT_DFID_NAME, O_RDONLY);
    if (fd < 0) return support::SystemError(errno, "fanotify_init");
    close(fd);
    return absl::OkStatus();
  }

  absl::StatusOr<bool> FirstLiteralWins() const override {
    return kernel::FirstLiteralWins();
  }
};

}  // namespace

std::unique_ptr<Machine> MakeMachine() {
  return std::make_unique<ThisMachine>();
}

}  // namespace pol::doctor
