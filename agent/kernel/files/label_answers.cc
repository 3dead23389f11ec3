// Look-ups of labels: by our own resolver, and through libselinux where that
// says it does not know.
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
#include <utility>

#include "agent/kernel/files/policy_files.h"
#include "compiler/filecontexts/resolver.h"
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

struct Close {
  void operator()(selabel_handle* handle) const { selabel_close(handle); }
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

using filecontexts::Answer;
using filecontexts::FileContexts;
using filecontexts::Resolver;
using filecontexts::Texts;

// libselinux over texts. Opened when first asked, then for all threads.
class Libselinux {
 public:
  explicit Libselinux(Texts texts) : texts_(std::move(texts)) {}
  Libselinux(const Libselinux&) = delete;
  Libselinux& operator=(const Libselinux&) = delete;

  absl::Status Open() {
    std::lock_guard<std::mutex> lock(mutex_);
    return OpenOnce();
  }

  absl::StatusOr<std::optional<std::string>> Lookup(const std::string& path,
                                                    values::FileKind kind) {
    std::lock_guard<std::mutex> lock(mutex_);
    POL_RETURN_IF_ERROR(OpenOnce());
    char* context = nullptr;
    if (selabel_lookup_raw(handle_.get(), &context, path.c_str(),
                           static_cast<int>(Mode(kind))) == 0) {
      std::string text = context;
      freecon(context);
      return text;
    }
    if (errno == ENOENT) return std::nullopt;
    return SystemError(errno, absl::StrCat("look up the label of ", path));
  }

 private:
  absl::Status OpenOnce() {
    if (handle_ != nullptr) return absl::OkStatus();
    ScratchFolder scratch;
    if (scratch.path().empty())
      return SystemError(errno, "create a folder in /tmp");
    const std::string base = scratch.File("file_contexts");
    // All of libselinux's rules are in the texts: compiled forms hold the same.
    const std::pair<const char*, const std::string*> files[] = {
        {"", &texts_.base},
        {".homedirs", &texts_.homedirs},
        {".local", &texts_.local},
        {".subs", &texts_.subs},
        {".subs_dist", &texts_.subs_dist}};
    for (const auto& [suffix, text] : files) {
      const std::string file =
          *suffix == '\0' ? base
                          : scratch.File(absl::StrCat("file_contexts", suffix));
      POL_RETURN_IF_ERROR(support::CreateFile(file, *text, 0600));
    }
    SelinuxMessages messages;
    selinux_opt option = {SELABEL_OPT_PATH, base.c_str()};
    handle_.reset(selabel_open(SELABEL_CTX_FILE, &option, 1));
    if (handle_ != nullptr) return absl::OkStatus();
    return SystemError(errno, messages.text());
  }

  const Texts texts_;
  std::mutex mutex_;
  std::unique_ptr<selabel_handle, Close> handle_;
};

class SlowAnswers : public LabelAnswers {
 public:
  explicit SlowAnswers(std::shared_ptr<Libselinux> libselinux)
      : libselinux_(std::move(libselinux)) {}

  absl::StatusOr<LabelAnswer> Ask(const std::string& path,
                                  values::FileKind kind) override {
    LabelAnswer answer;
    POL_ASSIGN_OR_RETURN(answer.context, libselinux_->Lookup(path, kind));
    return answer;
  }

  std::unique_ptr<LabelAnswers> Another() override {
    return std::make_unique<SlowAnswers>(libselinux_);
  }

 private:
  std::shared_ptr<Libselinux> libselinux_;
};

class FastAnswers : public LabelAnswers {
 public:
  FastAnswers(std::shared_ptr<const FileContexts> contexts,
              std::shared_ptr<Libselinux> libselinux)
      : contexts_(std::move(contexts)),
        resolver_(*contexts_),
        libselinux_(std::move(libselinux)) {}

  absl::StatusOr<LabelAnswer> Ask(const std::string& path,
                                  values::FileKind kind) override {
    const Answer answer = Resolve(path, kind);
    LabelAnswer result;
    if (answer.kind == Answer::Kind::kUnknown) {
      POL_ASSIGN_OR_RETURN(result.context, libselinux_->Lookup(path, kind));
      return result;
    }
    if (answer.kind == Answer::Kind::kContext)
      result.context = answer.rule->context;
    result.by = LabelAnswer::By::kOther;
    if (answer.rule != nullptr &&
        answer.rule->source == filecontexts::Source::kLocal) {
      result.by = LabelAnswer::By::kLocal;
      result.record = answer.rule->line - 1;
    }
    return result;
  }

  std::unique_ptr<LabelAnswers> Another() override {
    return std::make_unique<FastAnswers>(contexts_, libselinux_);
  }

 private:
  Answer Resolve(std::string_view path, values::FileKind kind) {
    const size_t slash = path.rfind('/');
    if (slash + 1 == path.size()) return resolver_.Lookup(path, kind);
    const std::string_view folder = slash == 0 ? "/" : path.substr(0, slash);
    if (folder != folder_name_) {
      folder_name_ = folder;
      folder_ = resolver_.Enter(folder);
    }
    return resolver_.Lookup(folder_, path.substr(slash + 1), kind);
  }

  std::shared_ptr<const FileContexts> contexts_;
  Resolver resolver_;
  std::shared_ptr<Libselinux> libselinux_;
  std::string folder_name_;
  Resolver::Folder folder_;
};

// A record a line, so that its number tells the record.
std::string LocalText(const std::vector<FcontextEntry>& local) {
  std::string text;
  for (const FcontextEntry& entry : local) {
    absl::StrAppend(&text, entry.regex, " ", entry.kind, " ", entry.context,
                    "\n");
  }
  return text;
}

absl::StatusOr<Texts> ReadTexts(const std::string& file_contexts,
                                const LocalRecords& local) {
  POL_ASSIGN_OR_RETURN(Texts texts, filecontexts::ReadTexts(file_contexts));
  texts.local = LocalText(local.fcontexts);
  texts.subs = EditEquivalences(texts.subs, local.equivalences);
  return texts;
}

absl::Status CannotOpen(const absl::Status& status,
                        const std::string& file_contexts) {
  return support::Annotate(
      status, absl::StrCat("open the file contexts of ", file_contexts));
}

}  // namespace

absl::StatusOr<std::unique_ptr<LabelAnswers>> OpenSlowAnswers(
    const std::string& file_contexts, const LocalRecords& local) {
  absl::StatusOr<Texts> texts = ReadTexts(file_contexts, local);
  if (!texts.ok()) return CannotOpen(texts.status(), file_contexts);
  auto libselinux = std::make_shared<Libselinux>(*std::move(texts));
  absl::Status opened = libselinux->Open();
  if (!opened.ok()) return CannotOpen(opened, file_contexts);
  return std::make_unique<SlowAnswers>(std::move(libselinux));
}

absl::Status CheckCompiled(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return SystemError(errno, path);
  SelinuxMessages messages;
  selinux_opt option = {SELABEL_OPT_PATH, path.c_str()};
  // By the magic it begins with, libselinux takes it for what it is.
  std::unique_ptr<selabel_handle, Close> handle(
      selabel_open(SELABEL_CTX_FILE, &option, 1));
  if (handle != nullptr && status.st_size > 0) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(path, " is no compiled file contexts: ",
                   handle == nullptr ? messages.text() : "it is empty"));
}

absl::StatusOr<std::unique_ptr<LabelAnswers>> OpenAnswers(
    const std::string& file_contexts, const LocalRecords& local) {
  absl::StatusOr<Texts> texts = ReadTexts(file_contexts, local);
  if (!texts.ok()) return CannotOpen(texts.status(), file_contexts);
  absl::StatusOr<FileContexts> contexts = FileContexts::Parse(*texts);
  if (absl::IsUnimplemented(contexts.status()))
    return OpenSlowAnswers(file_contexts, local);
  if (!contexts.ok()) return CannotOpen(contexts.status(), file_contexts);
  return std::make_unique<FastAnswers>(
      std::make_shared<const FileContexts>(*std::move(contexts)),
      std::make_shared<Libselinux>(*std::move(texts)));
}

}  // namespace pol::kernel
