#include "tests/bench/label_world.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/support/check.h"
#include "compiler/support/files.h"
#include "tests/harness/selinux_root.h"

namespace pol::bench {
namespace {

void Label(const std::string& path, const std::string& context) {
  POL_CHECK(lsetxattr(path.c_str(), "security.selinux", context.c_str(),
                      context.size() + 1, 0) == 0)
      << "label " << path;
}

}  // namespace

absl::StatusOr<LabelWorld> LabelWorld::Make() {
  if (geteuid() != 0) return absl::UnavailableError("labels need root");
  // As for a test: the folder of the sources is where ./dev runs this.
  const std::filesystem::path self =
      std::filesystem::read_symlink("/proc/self/exe");
  setenv("POL_BUILD_DIR", self.parent_path().parent_path().c_str(), 0);
  setenv("POL_SOURCE_DIR", std::filesystem::current_path().c_str(), 0);
  LabelWorld world;
  std::string pattern = "/var/tmp/pol-labels.XXXXXX";
  POL_CHECK(mkdtemp(pattern.data()) != nullptr) << pattern;
  world.folder_ = pattern;
  absl::Status made = harness::MakeSelinuxRoot(world.root());
  if (!made.ok()) return made;
  return world;
}

LabelWorld::~LabelWorld() {
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

std::string LabelWorld::file_contexts() const {
  return root() + "/etc/selinux/default/contexts/files/file_contexts";
}

std::string LabelWorld::kind_of_disk() const {
  struct statfs info;
  POL_CHECK(statfs(folder_.c_str(), &info) == 0) << folder_;
  constexpr long kExt = 0xEF53;
  return info.f_type == kExt ? "ext4" : absl::StrCat("type ", info.f_type);
}

std::string LabelWorld::MakeTree(const std::string& name, size_t files,
                                 const std::string& context) const {
  const std::string tree = absl::StrCat(folder_, "/", name);
  std::string folder;
  for (size_t i = 0; i < files; ++i) {
    if (i % 10 == 0) {
      folder = absl::StrCat(tree, "/", i / 1000, "/", i / 100, "/", i / 10);
      std::filesystem::create_directories(folder);
    }
    const std::string file = absl::StrCat(folder, "/file-", i, ".dat");
    const int fd = open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    POL_CHECK(fd >= 0) << file;
    close(fd);
    Label(file, context);
  }
  Label(tree, context);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tree))
    if (entry.is_directory()) Label(entry.path(), context);
  return tree;
}

std::vector<std::string> PackagePaths() {
  const std::string folder = "/var/lib/dpkg/info";
  std::set<std::string> paths;
  absl::StatusOr<std::vector<std::string>> lists =
      support::ListFiles(folder, ".list");
  POL_CHECK(lists.ok()) << lists.status().ToString();
  for (const std::string& list : *lists) {
    absl::StatusOr<std::string> text =
        support::ReadFile(absl::StrCat(folder, "/", list), 64u << 20);
    POL_CHECK(text.ok()) << text.status().ToString();
    for (absl::string_view line : absl::StrSplit(*text, '\n'))
      if (line.size() > 2) paths.emplace(line);
  }
  return {paths.begin(), paths.end()};
}

double ResidentMegabytes() {
  absl::StatusOr<std::string> text =
      support::ReadFile("/proc/self/statm", 4096);
  POL_CHECK(text.ok()) << text.status().ToString();
  const std::vector<std::string> fields = absl::StrSplit(*text, ' ');
  double pages = 0;
  POL_CHECK(fields.size() > 1 && absl::SimpleAtod(fields[1], &pages)) << *text;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

}  // namespace pol::bench
