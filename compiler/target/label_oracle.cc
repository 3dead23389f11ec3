#include "compiler/target/label_oracle.h"

#include <selinux/label.h>
#include <selinux/selinux.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "compiler/support/files.h"

namespace pol::target {
namespace {

mode_t Mode(values::FileKind kind) {
  constexpr std::array<mode_t, 8> kModes = {
      0, S_IFREG, S_IFDIR, S_IFLNK, S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK};
  return kModes.at(static_cast<size_t>(kind));
}

class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code failed;
    std::filesystem::path temp =
        std::filesystem::temp_directory_path(failed) / "polc.XXXXXX";
    std::string pattern = failed ? "/tmp/polc.XXXXXX" : temp.string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

struct LabelOracle::Handle {
  explicit Handle(selabel_handle* opened) : handle(opened) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { selabel_close(handle); }

  selabel_handle* handle;
};

LabelOracle::LabelOracle(std::unique_ptr<Handle> handle)
    : handle_(std::move(handle)) {}
LabelOracle::LabelOracle(LabelOracle&&) noexcept = default;
LabelOracle& LabelOracle::operator=(LabelOracle&&) noexcept = default;
LabelOracle::~LabelOracle() = default;

absl::StatusOr<LabelOracle> LabelOracle::Open(
    const filecontexts::Texts& texts) {
  ScratchFolder scratch;
  if (scratch.path().empty())
    return support::SystemError(errno, "make a temporary folder");
  const std::string base = absl::StrCat(scratch.path(), "/file_contexts");
  const std::pair<const char*, const std::string*> files[] = {
      {"", &texts.base},
      {".homedirs", &texts.homedirs},
      {".local", &texts.local},
      {".subs", &texts.subs},
      {".subs_dist", &texts.subs_dist}};
  for (const auto& [suffix, text] : files) {
    if (text->empty() && *suffix != '\0') continue;
    POL_RETURN_IF_ERROR(
        support::WriteFile(absl::StrCat(base, suffix), *text, 0600));
  }
  selinux_opt option = {SELABEL_OPT_PATH, base.c_str()};
  selabel_handle* opened = selabel_open(SELABEL_CTX_FILE, &option, 1);
  if (opened == nullptr)
    return support::SystemError(errno, "open file contexts with libselinux");
  return LabelOracle(std::make_unique<Handle>(opened));
}

std::optional<std::string> LabelOracle::Lookup(const std::string& path,
                                               values::FileKind kind) const {
  char* context = nullptr;
  if (selabel_lookup_raw(handle_->handle, &context, path.c_str(),
                         static_cast<int>(Mode(kind))) == 0) {
    std::string text = context;
    freecon(context);
    return text;
  }
  if (errno == ENOENT) return "<<none>>";
  return std::nullopt;
}

}  // namespace pol::target
