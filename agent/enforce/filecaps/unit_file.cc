#include "agent/enforce/filecaps/unit_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <climits>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/kernel/files/file_capabilities.h"
#include "compiler/support/files.h"

namespace pol::enforce {
namespace {

constexpr size_t kMaxFile = 1u << 20;

// systemd.unit(5), "System Unit Search Path", highest first.
constexpr std::array<const char*, 13> kFolders = {
    "/etc/systemd/system.control", "/run/systemd/system.control",
    "/run/systemd/transient",      "/run/systemd/generator.early",
    "/etc/systemd/system",         "/etc/systemd/system.attached",
    "/run/systemd/system",         "/run/systemd/system.attached",
    "/run/systemd/generator",      "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",     "/lib/systemd/system",
    "/run/systemd/generator.late"};

// Settings that work by seccomp filters or take privileges away: for a service
// of another user they imply NoNewPrivileges= (systemd.exec(5)).
constexpr std::array<const char*, 15> kImplying = {"LockPersonality",
                                                   "MemoryDenyWriteExecute",
                                                   "PrivateDevices",
                                                   "ProtectClock",
                                                   "ProtectHostname",
                                                   "ProtectKernelLogs",
                                                   "ProtectKernelModules",
                                                   "ProtectKernelTunables",
                                                   "RestrictAddressFamilies",
                                                   "RestrictNamespaces",
                                                   "RestrictRealtime",
                                                   "RestrictSUIDSGID",
                                                   "SystemCallArchitectures",
                                                   "SystemCallFilter",
                                                   "SystemCallLog"};

bool IsOn(absl::string_view value) {
  const std::string word = absl::AsciiStrToLower(value);
  return word == "1" || word == "yes" || word == "y" || word == "true" ||
         word == "t" || word == "on";
}

// A setting that is a boolean or a list of words: whether it does anything.
bool IsSet(absl::string_view value) {
  const std::string word = absl::AsciiStrToLower(value);
  return !(word.empty() || word == "0" || word == "no" || word == "n" ||
           word == "false" || word == "f" || word == "off");
}

// "web-front@eu.service": the names whose drop-ins count, the unit itself
// first.
std::vector<std::string> DropInNames(const std::string& unit) {
  size_t dot = unit.rfind('.');
  const std::string suffix = unit.substr(dot);
  std::vector<std::string> names = {unit};
  std::string stem = unit.substr(0, dot);
  if (size_t at = stem.find('@'); at != stem.npos) {
    if (at + 1 < stem.size())
      names.push_back(absl::StrCat(stem.substr(0, at + 1), suffix));
    stem.resize(at);
  }
  for (size_t dash = stem.rfind('-'); dash != stem.npos && dash != 0;
       dash = stem.rfind('-', dash - 1)) {
    names.push_back(absl::StrCat(stem.substr(0, dash + 1), suffix));
  }
  names.push_back(suffix.substr(1));
  return names;
}

class Reader {
 public:
  Reader(std::string unit, std::string root)
      : unit_(std::move(unit)), root_(std::move(root)) {}

  absl::StatusOr<UnitSettings> Read() {
    if (unit_.rfind('.') == unit_.npos || absl::StrContains(unit_, "/"))
      return absl::InvalidArgumentError(absl::StrCat(unit_, " is no unit"));
    absl::StatusOr<std::string> text = Fragment(unit_);
    if (absl::IsNotFound(text.status())) {
      if (size_t at = unit_.find('@'); at != unit_.npos) {
        text = Fragment(absl::StrCat(unit_.substr(0, at + 1),
                                     unit_.substr(unit_.rfind('.'))));
      }
    }
    if (!text.ok()) return text.status();
    Take(*text);
    for (const std::string& path : DropIns()) {
      absl::StatusOr<std::string> more = support::ReadFile(path, kMaxFile);
      if (!more.ok()) return more.status();
      Take(*more);
    }
    return Finish();
  }

 private:
  absl::StatusOr<std::string> Fragment(const std::string& name) {
    for (const char* folder : kFolders) {
      const std::string path = absl::StrCat(root_, folder, "/", name);
      char target[PATH_MAX];
      const ssize_t size = readlink(path.c_str(), target, sizeof(target));
      const bool masked =
          size > 0 &&
          absl::string_view(target, static_cast<size_t>(size)) == "/dev/null";
      if (size < 0 && !support::Exists(path)) continue;
      absl::StatusOr<std::string> text =
          masked ? std::string() : support::ReadFile(path, kMaxFile);
      if (!text.ok()) return text.status();
      if (text->empty())
        return absl::NotFoundError(absl::StrCat(unit_, " is masked by ", path));
      return text;
    }
    return absl::NotFoundError(
        absl::StrCat("there is no unit file of ", unit_));
  }

  // In the order in which they are read: by name, wherever they stand; of one
  // name, the one in the first folder counts.
  std::vector<std::string> DropIns() const {
    std::map<std::string, std::string> by_name;
    const std::vector<std::string> names = DropInNames(unit_);
    for (const char* folder : kFolders) {
      for (const std::string& name : names) {
        const std::string place = absl::StrCat(root_, folder, "/", name, ".d");
        absl::StatusOr<std::vector<std::string>> files =
            support::ListFiles(place, ".conf");
        if (!files.ok()) continue;
        for (const std::string& file : *files)
          by_name.emplace(file, absl::StrCat(place, "/", file));
      }
    }
    std::vector<std::string> paths;
    for (const auto& [name, path] : by_name) paths.push_back(path);
    return paths;
  }

  void Take(const std::string& text) {
    bool in_service = false;
    std::string line;
    for (absl::string_view raw : absl::StrSplit(text, '\n')) {
      absl::string_view part = absl::StripAsciiWhitespace(raw);
      // Comments may stand inside a continued line.
      if (absl::StartsWith(part, "#") || absl::StartsWith(part, ";")) continue;
      if (absl::ConsumeSuffix(&part, "\\")) {
        absl::StrAppend(&line, part, " ");
        continue;
      }
      absl::StrAppend(&line, part);
      if (absl::StartsWith(line, "[")) {
        in_service = line == "[Service]";
      } else if (size_t equals = line.find('=');
                 in_service && equals != line.npos) {
        Set(std::string(absl::StripAsciiWhitespace(
                absl::string_view(line).substr(0, equals))),
            absl::StripAsciiWhitespace(
                absl::string_view(line).substr(equals + 1)));
      }
      line.clear();
    }
  }

  void Set(const std::string& key, absl::string_view value) {
    if (key == "CapabilityBoundingSet") return Merge(value, &bounding_);
    if (key == "AmbientCapabilities") return Merge(value, &ambient_);
    if (key == "Environment" || key == "PassEnvironment")
      return TakeVariables(key, value);
    if (absl::StartsWith(key, "Exec")) return TakeProgram(key, value);
    last_[key] = std::string(value);
  }

  // systemd.exec(5): lines add up, `~` inverts, an empty one begins anew.
  static void Merge(absl::string_view value, std::optional<uint64_t>* set) {
    const bool invert = absl::ConsumePrefix(&value, "~");
    uint64_t bits = 0;
    for (absl::string_view word :
         absl::StrSplit(value, absl::ByAnyChar(" \t,"), absl::SkipEmpty())) {
      if (auto number = kernel::CapabilityNumber(std::string(word)))
        bits |= uint64_t{1} << *number;
    }
    if (bits == 0 || !*set) {
      *set = invert ? ~bits : bits;
    } else if (invert) {
      **set &= ~bits;
    } else {
      **set |= bits;
    }
  }

  void TakeVariables(const std::string& key, absl::string_view value) {
    std::vector<std::string>& names = variables_[key];
    if (value.empty()) names.clear();
    constexpr std::array<absl::string_view, 3> kLoader = {
        "LD_AUDIT", "LD_LIBRARY_PATH", "LD_PRELOAD"};
    for (absl::string_view word :
         absl::StrSplit(value, absl::ByAnyChar(" \t"), absl::SkipEmpty())) {
      while (absl::ConsumePrefix(&word, "\"") ||
             absl::ConsumePrefix(&word, "'"))
        continue;
      const absl::string_view name = word.substr(0, word.find('='));
      if (std::find(kLoader.begin(), kLoader.end(), name) != kLoader.end())
        names.emplace_back(name);
    }
  }

  void TakeProgram(const std::string& key, absl::string_view value) {
    std::vector<std::string>& programs = privileged_[key];
    if (value.empty()) programs.clear();
    const size_t start = value.find_first_not_of("@-:+!|");
    if (start == value.npos ||
        !absl::StrContains(value.substr(0, start), "+")) {
      return;
    }
    value = value.substr(start);
    programs.emplace_back(value.substr(0, value.find(' ')));
  }

  bool On(const char* key) const {
    auto found = last_.find(key);
    return found != last_.end() && IsOn(found->second);
  }

  std::string NoNewPrivileges() const {
    if (On("NoNewPrivileges")) return "NoNewPrivileges=";
    if (On("DynamicUser"))
      return "DynamicUser=, which implies NoNewPrivileges=";
    auto user = last_.find("User");
    if (user == last_.end() || user->second.empty() || user->second == "root" ||
        user->second == "0") {
      return "";
    }
    for (const char* key : kImplying) {
      auto found = last_.find(key);
      if (found == last_.end() || !IsSet(found->second)) continue;
      return absl::StrCat(key, "= with User=", user->second,
                          ", which imply NoNewPrivileges=");
    }
    return "";
  }

  UnitSettings Finish() const {
    UnitSettings settings;
    settings.no_new_privileges = NoNewPrivileges();
    if (bounding_) settings.bounding = *bounding_;
    settings.ambient = ambient_.value_or(0);
    for (const auto& [key, names] : variables_)
      for (const std::string& name : names)
        settings.loader_variables.push_back(name);
    for (const auto& [key, programs] : privileged_)
      for (const std::string& program : programs)
        settings.privileged_programs.push_back(program);
    return settings;
  }

  std::string unit_;
  std::string root_;
  std::map<std::string, std::string> last_;
  std::optional<uint64_t> bounding_;
  std::optional<uint64_t> ambient_;
  std::map<std::string, std::vector<std::string>> variables_;
  std::map<std::string, std::vector<std::string>> privileged_;
};

}  // namespace

absl::StatusOr<UnitSettings> ReadUnit(const std::string& unit,
                                      const std::string& root) {
  return Reader(unit, root).Read();
}

}  // namespace pol::enforce
