#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/line_diff.h"
#include "compiler/polc/policy_files.h"
#include "compiler/polc/terminal.h"
#include "compiler/support/files.h"
#include "compiler/support/source.h"
#include "compiler/syntax/format.h"

namespace pol::polc {
namespace {

// More than a policy file may have, so that the parser refuses it, with a code.
constexpr size_t kMaxRead = size_t{64} << 20;
constexpr char kStandardInput[] = "-";

struct FmtFlags {
  std::vector<std::string> paths = {"."};
  bool check = false;
  bool diff = false;
  bool recursive = false;
};

// Replaces what a file holds and leaves everything else of it as it is; but
// only root can give a file back to another owner.
absl::Status Replace(const std::string& path, const std::string& text) {
  // A link stays a link.
  const std::unique_ptr<char, decltype(&std::free)> real(
      realpath(path.c_str(), nullptr), &std::free);
  struct stat info;
  if (real == nullptr || stat(real.get(), &info) != 0) {
    return support::SystemError(errno, absl::StrCat("find ", path));
  }
  // Renaming a new file over one that may not be written would write it.
  if (access(real.get(), W_OK) != 0) {
    return support::SystemError(errno, absl::StrCat("write ", path));
  }
  POL_RETURN_IF_ERROR(
      support::WriteFile(real.get(), text, info.st_mode & 07777));
  if ((info.st_uid != geteuid() || info.st_gid != getegid()) &&
      chown(real.get(), info.st_uid, info.st_gid) != 0 && errno != EPERM) {
    return support::SystemError(errno,
                                absl::StrCat("keep the owner of ", path));
  }
  return absl::OkStatus();
}

class Fmt {
 public:
  explicit Fmt(const FmtFlags& flags) : flags_(flags) {}

  int Run() {
    for (const std::string& path : flags_.paths) {
      if (path == kStandardInput) {
        FormatOne(path);
        continue;
      }
      const auto files = PolicyFiles(path, flags_.recursive);
      if (!files.ok()) Failed(files.status());
      for (const std::string& file :
           files.value_or(std::vector<std::string>())) {
        FormatOne(file);
      }
    }
    if (failed_) return kError;
    return flags_.check && changed_ ? kChanges : kOk;
  }

 private:
  void FormatOne(const std::string& path) {
    const bool standard_input = path == kStandardInput;
    absl::StatusOr<std::string> text =
        support::ReadFile(standard_input ? "/dev/stdin" : path, kMaxRead);
    if (!text.ok()) return Failed(text.status());
    support::SourceSet sources;
    diag::Sink sink;
    const std::string name = standard_input ? "<stdin>" : path;
    const support::FileId file = sources.Add(name, *std::move(text));
    const std::optional<std::string> formatted =
        syntax::Format(file, sources, sink);
    if (!formatted) {
      Show(sink.Sorted(), sources);
      failed_ = true;
      return;
    }
    Deliver(path, sources.file(file), *formatted);
  }

  void Deliver(const std::string& path, const support::SourceFile& file,
               const std::string& formatted) {
    const bool standard_input = path == kStandardInput;
    const bool changed = file.text() != formatted;
    changed_ |= changed;
    if (flags_.diff) {
      PrintData(LineDiff(file.name(), file.text(), formatted));
    } else if (standard_input) {
      if (!flags_.check) PrintData(formatted);
    } else if (changed) {
      PrintData(path + "\n");
    }
    if (!changed || flags_.check || standard_input) return;
    const absl::Status replaced = Replace(path, formatted);
    if (!replaced.ok()) Failed(replaced);
  }

  void Failed(const absl::Status& status) {
    Fail(status);
    failed_ = true;
  }

  const FmtFlags& flags_;
  bool changed_ = false;
  bool failed_ = false;
};

}  // namespace

std::vector<std::string> Arguments(int argc, const char* const* argv) {
  static const auto& kFlags =
      *new std::set<std::string>{"-check", "-diff", "-recursive"};
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) return arguments;
  if (arguments.front() == "plan") {
    for (std::string& argument : arguments) {
      if (argument == "-out" || argument.compare(0, 5, "-out=") == 0)
        argument.insert(0, "-");
    }
  }
  if (arguments.front() != "fmt") return arguments;
  for (std::string& argument : arguments) {
    if (argument == "--") break;
    if (kFlags.count(argument) > 0) argument.insert(0, "-");
  }
  return arguments;
}

void AddFmt(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<FmtFlags>();
  CLI::App* command = app.add_subcommand(
      "fmt",
      "Bring policies into the canonical layout and print the names of the "
      "files that changed; a file with errors is left alone");
  command
      ->add_option("paths", flags->paths,
                   "files, folders of .pol files, or - for standard input")
      ->capture_default_str();
  command->add_flag("--check", flags->check,
                    "write nothing; exit with 2 when something would change");
  command->add_flag("--diff", flags->diff,
                    "print what changes as a unified diff");
  command->add_flag("--recursive", flags->recursive,
                    "folders below the folders, too");
  command->footer(
      "Each flag may be written with one dash.\n"
      "Example: polc fmt -check -diff policies/");
  command->callback([flags, &exit_code] { exit_code = Fmt(*flags).Run(); });
}

}  // namespace pol::polc
