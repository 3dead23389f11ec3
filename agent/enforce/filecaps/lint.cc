#include "agent/enforce/filecaps/lint.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace pol::enforce {
namespace {

using kernel::CapabilityNames;
using kernel::ProgramFacts;

// Programs that run what they are told to, by the start of their name; a
// version may follow ("python3.11").
constexpr std::array<absl::string_view, 26> kInterpreters = {
    "awk",  "ash",    "bash",   "busybox", "csh", "dash",   "env",
    "fish", "gawk",   "gdb",    "java",    "ksh", "lua",    "luajit",
    "mawk", "node",   "nodejs", "perl",    "php", "python", "ruby",
    "sh",   "strace", "tclsh",  "vim",     "zsh"};

bool IsInterpreter(const std::string& path) {
  absl::string_view name = path;
  name = name.substr(name.rfind('/') + 1);
  while (!name.empty() && (isdigit(static_cast<unsigned char>(name.back())) ||
                           name.back() == '.' || name.back() == '-')) {
    name.remove_suffix(1);
  }
  return std::find(kInterpreters.begin(), kInterpreters.end(), name) !=
         kInterpreters.end();
}

// Folders of a search path that the loader leaves out for a program with
// capabilities.
std::vector<std::string> LeftOut(const kernel::ElfFile& elf) {
  std::vector<std::string> out;
  for (const std::string& path : {elf.rpath, elf.runpath}) {
    if (path.empty()) continue;
    for (absl::string_view folder : absl::StrSplit(path, ':')) {
      if (!absl::StartsWith(folder, "/"))
        out.emplace_back(folder.empty() ? "." : folder);
    }
  }
  return out;
}

class Linter {
 public:
  explicit Linter(const LintSubject& subject)
      : subject_(subject), facts_(subject.facts) {}

  std::vector<std::string> Run() {
    Writing();
    Mount();
    Program();
    Numbers();
    Unit();
    Loader();
    Rewriting();
    return std::move(found_);
  }

 private:
  template <typename... Parts>
  void Find(const Parts&... parts) {
    found_.push_back(absl::StrCat(parts...));
  }

  uint64_t all() const {
    return subject_.sets.permitted | subject_.sets.inheritable;
  }

  // What a service can do instead.
  std::string Instead() const {
    if (subject_.unit.empty()) return "";
    return absl::StrCat("; AmbientCapabilities= in ", subject_.unit,
                        " gives them without the file");
  }

  void Writing() {
    if (!subject_.to_be_written) return;
    std::string why = WhyNotWritable(facts_);
    if (!why.empty()) Find(why);
  }

  void Mount() {
    if (facts_.nosuid) {
      Find("the mount at ", facts_.mount_point,
           " is nosuid: capabilities are written and do not count when the "
           "program starts",
           Instead());
    }
    if (facts_.noexec) {
      Find("the mount at ", facts_.mount_point,
           " is noexec: no program starts from there");
    }
    if (subject_.host.user_namespace) {
      Find(
          "this agent runs in a user namespace: the capabilities count only "
          "there and in those below it");
    }
  }

  void Program() {
    // An empty set on a set-user-ID program is there to take powers away.
    if ((facts_.mode & S_ISUID) != 0 && all() != 0) {
      Find("it is set-user-ID ", facts_.uid, " as well: it runs as user ",
           facts_.uid,
           facts_.uid == 0 ? " with these capabilities alone, not with all"
                           : " with these capabilities");
    }
    if ((facts_.mode & S_ISGID) != 0 && all() != 0) {
      Find("it is set-group-ID ", facts_.gid, " as well: it runs in group ",
           facts_.gid, " with these capabilities");
    }
    if (all() == 0) return;
    if (facts_.script) {
      Find("it is a script of ", *facts_.script,
           ": the kernel starts the interpreter, and the capabilities of a "
           "script do not count",
           Instead());
    }
    if (IsInterpreter(subject_.path)) {
      Find("it is an interpreter: whoever may run it does anything with ",
           CapabilityNames(all()), Instead());
    }
  }

  void Numbers() {
    const int last = subject_.host.last_capability;
    const uint64_t known =
        last >= 63 ? ~uint64_t{0} : (uint64_t{1} << (last + 1)) - 1;
    if ((all() & ~known) != 0) {
      Find("this kernel does not know ", CapabilityNames(all() & ~known),
           ": its last capability is number ", last);
    }
  }

  void Unit() {
    if (!subject_.settings || all() == 0) return;
    const UnitSettings& unit = *subject_.settings;
    const auto& free = unit.privileged_programs;
    if (std::find(free.begin(), free.end(), subject_.path) != free.end())
      return;
    if (!unit.no_new_privileges.empty()) {
      Find(subject_.unit, " has ", unit.no_new_privileges,
           ": the program gets no capability that the service does not have",
           Instead());
    }
    const uint64_t lacking = subject_.sets.permitted & ~unit.bounding;
    if (lacking != 0) {
      Find(subject_.unit, " has CapabilityBoundingSet= without ",
           CapabilityNames(lacking),
           subject_.sets.effective
               ? ": the program does not start, with `Operation not permitted`"
               : ": the program does not get them");
    }
    const uint64_t given = subject_.sets.permitted & unit.ambient;
    if (given != 0) {
      Find(subject_.unit, " has AmbientCapabilities= with ",
           CapabilityNames(given),
           ": a program whose file carries capabilities does not keep ambient "
           "ones");
    }
  }

  void Loader() {
    // Programs are started in secure mode when they gain something.
    if (all() == 0) return;
    if (subject_.settings && !subject_.settings->loader_variables.empty()) {
      Find(subject_.unit, " sets ",
           absl::StrJoin(subject_.settings->loader_variables, ", "),
           ": the loader ignores it for a program with capabilities",
           Instead());
    }
    if (!facts_.elf) return;
    const std::vector<std::string> left_out = LeftOut(*facts_.elf);
    if (!left_out.empty()) {
      Find("its library path names ", absl::StrJoin(left_out, ", "),
           ": the loader takes no such folder for a program with "
           "capabilities");
    }
  }

  void Rewriting() {
    for (const std::string& who : facts_.rewriters) {
      Find(who,
           ": what is put in its place gets the capabilities at the next apply "
           "or repair");
    }
  }

  const LintSubject& subject_;
  const ProgramFacts& facts_;
  std::vector<std::string> found_;
};

}  // namespace

std::string WhyNotWritable(const ProgramFacts& facts) {
  if (!facts.holds_capabilities) {
    return absl::StrCat("the file system at ", facts.mount_point, " (",
                        facts.file_system,
                        ") holds no capabilities: they cannot be written");
  }
  if (facts.read_only) {
    return absl::StrCat("the mount at ", facts.mount_point,
                        " is read-only: capabilities cannot be changed there");
  }
  if (facts.immutable) {
    return "it is immutable (chattr +i): its capabilities cannot be changed";
  }
  if (facts.append_only) {
    return "it is append-only (chattr +a): its capabilities cannot be changed";
  }
  return "";
}

std::vector<std::string> LintAbsence(const LintSubject& subject) {
  std::string why = subject.to_be_written ? WhyNotWritable(subject.facts) : "";
  if (why.empty()) return {};
  return {why};
}

std::vector<std::string> LintCapabilities(const LintSubject& subject) {
  return Linter(subject).Run();
}

}  // namespace pol::enforce
