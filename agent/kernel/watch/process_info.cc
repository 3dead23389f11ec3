#include "agent/kernel/watch/process_info.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

constexpr size_t kMaxText = 1u << 16;

std::string ReadLink(const std::string& path) {
  std::array<char, PATH_MAX> target;
  ssize_t size = readlink(path.c_str(), target.data(), target.size());
  return size < 0 ? "" : std::string(target.data(), static_cast<size_t>(size));
}

}  // namespace

std::string UnitOf(const std::string& cgroup_text) {
  for (absl::string_view line : absl::StrSplit(cgroup_text, '\n')) {
    if (!absl::ConsumePrefix(&line, "0::")) continue;
    if (line == "/") return "";
    std::string unit(line);
    for (absl::string_view part : absl::StrSplit(line, '/')) {
      if (absl::EndsWith(part, ".service") || absl::EndsWith(part, ".scope"))
        unit = std::string(part);
    }
    return unit;
  }
  return "";
}

Process LookUpProcess(pid_t pid) {
  Process process;
  process.pid = pid;
  if (pid == 0) return process;
  std::string folder = absl::StrCat("/proc/", pid);
  struct stat status;
  auto name = support::ReadFile(folder + "/comm", kMaxText);
  if (!name.ok() || stat(folder.c_str(), &status) != 0) {
    process.gone = true;
    return process;
  }
  process.name = std::string(absl::StripSuffix(*name, "\n"));
  process.uid = status.st_uid;
  process.exe = ReadLink(folder + "/exe");
  auto cgroup = support::ReadFile(folder + "/cgroup", kMaxText);
  if (cgroup.ok()) process.unit = UnitOf(*cgroup);
  return process;
}

std::string Describe(const Process& process) {
  if (process.pid == 0) return "a process of another namespace";
  if (process.gone)
    return absl::StrCat("process ", process.pid, ", which is gone");
  return absl::StrCat(
      process.name, " (pid ", process.pid, ", uid ", process.uid,
      process.unit.empty() ? "" : absl::StrCat(", unit ", process.unit), ")");
}

}  // namespace pol::kernel
