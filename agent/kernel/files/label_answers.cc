// Look-ups of labels through libselinux.
#include <selinux/label.h>
#include <selinux/selinux.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "agent/kernel/files/policy_files.h"
#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

using support::SystemError;

// What libselinux says while `this` lives, instead of on stderr.
class SelinuxMessages {
 public:
  SelinuxMessages() : lock_(Mutex()) {
    Text().clear();
    selinux_callback log;
    log.func_log = &Collect;
    selinux_set_callback(SELINUX_CB_LOG, log);
  }
  SelinuxMessages(const SelinuxMessages&) = delete;
  SelinuxMessages& operator=(const SelinuxMessages&) = delete;

  const std::string& text() const { return Text(); }

 private:
  static std::mutex& Mutex() {
    static std::mutex mutex;
    return mutex;
  }
  static std::string& Text() {
    thread_local std::string text;
    return text;
  }
  __attribute__((format(printf, 2, 3))) static int Collect(int,
                                                           const char* format,
                                                           ...) {
    std::array<char, 512> line;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line.data(), line.size(), format, arguments);
    va_end(arguments);
    absl::StrAppend(&Text(), line.data());
    return 0;
  }

  std::lock_guard<std::mutex> lock_;
};

// A folder that is gone when this is.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = "/tmp/pol-contexts.XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    for (const std::string& file : files_) unlink(file.c_str());
    if (!path_.empty()) rmdir(path_.c_str());
  }

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) {
    files_.push_back(absl::StrCat(path_, "/", name));
    return files_.back();
  }

 private:
  std::string path_;
  std::vector<std::string> files_;
};

mode_t Mode(values::FileKind kind) {
  switch (kind) {
    case values::FileKind::kAny:
      return 0;
    case values::FileKind::kFile:
      return S_IFREG;
    case values::FileKind::kDirectory:
      return S_IFDIR;
    case values::FileKind::kLink:
      return S_IFLNK;
    case values::FileKind::kBlock:
      return S_IFBLK;
    case values::FileKind::kCharacter:
      return S_IFCHR;
    case values::FileKind::kPipe:
      return S_IFIFO;
    case values::FileKind::kSocket:
      return S_IFSOCK;
  }
  return 0;
}

class SelabelAnswers : public LabelAnswers {
 public:
  explicit SelabelAnswers(selabel_handle* handle) : handle_(handle) {}
  ~SelabelAnswers() override { selabel_close(handle_); }

  absl::StatusOr<std::optional<std::string>> Lookup(
      const std::string& path, values::FileKind kind) override {
    char* context = nullptr;
    if (selabel_lookup_raw(handle_, &context, path.c_str(),
                           static_cast<int>(Mode(kind))) == 0) {
      std::string text = context;
      freecon(context);
      return text;
    }
    if (errno == ENOENT) return std::nullopt;
    return SystemError(errno, absl::StrCat("look up the label of ", path));
  }

 private:
  selabel_handle* handle_;
};

std::string LocalText(const std::vector<FcontextEntry>& local) {
  std::string text;
  for (const FcontextEntry& entry : local) {
    absl::StrAppend(&text, entry.regex, " ", entry.kind, " ", entry.context,
                    "\n");
  }
  return text;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LabelAnswers>> OpenAnswers(
    const std::string& file_contexts, const std::vector<FcontextEntry>& local) {
  ScratchFolder scratch;
  if (scratch.path().empty())
    return SystemError(errno, "create a folder in /tmp");
  std::string base = scratch.File("file_contexts");
  // The originals by links, without their compiled forms: the text is what
  // counts, and reads in milliseconds.
  for (const char* suffix : {"", ".homedirs", ".subs", ".subs_dist"}) {
    std::string original = absl::StrCat(file_contexts, suffix);
    std::string link =
        *suffix == '\0' ? base
                        : scratch.File(absl::StrCat("file_contexts", suffix));
    if (access(original.c_str(), R_OK) != 0 && *suffix != '\0') continue;
    if (symlink(original.c_str(), link.c_str()) != 0)
      return SystemError(errno, absl::StrCat("link ", link));
  }
  if (!local.empty()) {
    POL_RETURN_IF_ERROR(support::WriteFile(scratch.File("file_contexts.local"),
                                           LocalText(local), 0600));
  }
  SelinuxMessages messages;
  selinux_opt option = {SELABEL_OPT_PATH, base.c_str()};
  selabel_handle* handle = selabel_open(SELABEL_CTX_FILE, &option, 1);
  if (handle == nullptr) {
    return support::Annotate(
        SystemError(errno, messages.text()),
        absl::StrCat("open the file contexts of ", file_contexts));
  }
  return std::make_unique<SelabelAnswers>(handle);
}

}  // namespace pol::kernel
