#include <map>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/doctor/mounts.h"
#include "agent/doctor/notes.h"
#include "agent/enforce/selinux/path_regex.h"
#include "compiler/bundle/origin.h"
#include "compiler/support/paths.h"

namespace pol::doctor {
namespace {

// What the policy asks of one path, or of all that begins with it.
struct Asked {
  std::string path;
  std::string origin;
  bool is_tree = false;
  bool label = false;
  bool capabilities = false;
};

std::vector<Asked> AskedOf(const bundle::v1::Bundle& bundle) {
  std::vector<Asked> all;
  for (const bundle::v1::FileRecord& file : bundle.files()) {
    all.push_back({file.path(), bundle::Text(file.origin()), false,
                   !file.context().empty(), !file.capabilities().empty()});
  }
  for (const bundle::v1::FcontextRecord& rule : bundle.fcontexts()) {
    const std::string prefix = enforce::LiteralPrefix(rule.path());
    if (!prefix.empty())
      all.push_back({prefix, bundle::Text(rule.origin()), true, true, false});
  }
  for (const bundle::v1::EquivalenceRecord& one : bundle.equivalences())
    all.push_back({one.path(), bundle::Text(one.origin()), true, true, false});
  return all;
}

std::string Parent(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == path.npos ? "/" : path.substr(0, slash);
}

// One trouble of one mount, with the first path that is in it.
struct Trouble {
  v1::Result result;
  std::string what;  // "is mounted nosuid"
  std::string means;
  std::string mend;
};

class Files {
 public:
  Files(const Host& host, const bundle::v1::Bundle& bundle, Notes& notes)
      : host_(host), bundle_(bundle), notes_(notes) {
    const auto text = host.machine.Read("/proc/self/mountinfo");
    if (text.ok()) mounts_ = ParseMounts(*text);
  }

  void Check() {
    for (const Asked& asked : AskedOf(bundle_)) CheckPath(asked);
    for (const auto& [point, fine] : fine_) {
      notes_.Ok(point, absl::StrCat(fine.type, ", ", fine.count,
                                    fine.count == 1 ? " path" : " paths",
                                    " of the policy; attributes are readable"));
    }
  }

 private:
  struct Fine {
    std::string type;
    int count = 0;
  };

  void CheckPath(const Asked& asked) {
    std::unique_ptr<kernel::OpenFile> file = Open(asked);
    if (file == nullptr) return;
    const Mount* mount = MountOf(mounts_, asked.path);
    Mount nowhere;
    nowhere.point = "/";
    nowhere.type = "unknown";
    if (mount == nullptr) mount = &nowhere;
    bool fine = CheckAttributes(asked, *mount, *file);
    for (const Trouble& trouble : TroublesOf(asked, *mount)) {
      fine = false;
      Tell(asked, *mount, trouble);
    }
    if (!fine) return;
    Fine& counted = fine_[mount->point];
    counted.type = mount->type;
    ++counted.count;
  }

  // What `asked` is about, or for a tree what will hold it; null when that was
  // told.
  std::unique_ptr<kernel::OpenFile> Open(const Asked& asked) {
    auto opened = host_.files.Open(asked.path);
    if (opened.ok()) return *std::move(opened);
    if (asked.is_tree) {
      // Nothing is there to be labelled yet.
      for (std::string path = asked.path; !opened.ok() && path != "/";) {
        path = Parent(path);
        opened = host_.files.Open(path);
      }
      return opened.ok() ? *std::move(opened) : nullptr;
    }
    const bool gone = absl::IsNotFound(opened.status());
    notes_
        .Add(v1::PROBLEM, asked.path,
             gone ? "it is not there" : std::string(opened.status().message()),
             "polc apply refuses a policy whose files it cannot open",
             gone ? "install the program first"
                  : "name the file by its own path")
        .set_origin(asked.origin);
    return nullptr;
  }

  bool CheckAttributes(const Asked& asked, const Mount& mount,
                       kernel::OpenFile& file) {
    std::vector<const char*> names;
    if (asked.label) names.push_back(kernel::kSelinuxXattr);
    if (asked.capabilities || asked.label)
      names.push_back("security.capability");
    for (const char* name : names) {
      const auto read = file.GetXattr(name);
      if (read.ok()) continue;
      Tell(asked, mount,
           {v1::PROBLEM,
            absl::StrCat("holds no ", name, ": ",
                         std::string(read.status().message())),
            "labels and capabilities cannot be kept there",
            "keep these files on ext4, xfs or btrfs"});
      return false;
    }
    return true;
  }

  std::vector<Trouble> TroublesOf(const Asked& asked, const Mount& mount) {
    std::vector<Trouble> troubles;
    if (mount.Has("ro")) {
      troubles.push_back({v1::PROBLEM, "is mounted read-only",
                          "labels and capabilities cannot be written",
                          absl::StrCat("mount -o remount,rw ", mount.point)});
    }
    if (asked.capabilities && mount.Has("nosuid")) {
      troubles.push_back(
          {v1::PROBLEM, "is mounted nosuid",
           "the kernel ignores the capabilities of the files on it",
           absl::StrCat("mount -o remount,suid ", mount.point)});
    }
    if (asked.capabilities && mount.Has("noexec")) {
      troubles.push_back({v1::WARNING, "is mounted noexec",
                          "the programs on it do not run",
                          absl::StrCat("mount -o remount,exec ", mount.point)});
    }
    if (mount.type == "overlay") {
      troubles.push_back({v1::WARNING, "is an overlay",
                          "what lies in a lower layer is copied up when its "
                          "attributes are written",
                          "apply the policy where the layers are made"});
    }
    for (const Mount& other : mounts_) {
      for (const std::string& folder : LowerFolders(other)) {
        if (!support::IsAtOrBelow(asked.path, folder)) continue;
        troubles.push_back(
            {v1::WARNING,
             absl::StrCat("is a lower layer of the overlay at ", other.point),
             "what the overlay shows after a change below it is not defined",
             absl::StrCat("apply the policy while ", other.point,
                          " is not mounted")});
      }
    }
    return troubles;
  }

  // Once for a mount.
  void Tell(const Asked& asked, const Mount& mount, const Trouble& trouble) {
    if (!told_.insert({mount.point, trouble.what}).second) return;
    notes_
        .Add(trouble.result, mount.point,
             absl::StrCat(mount.type, " with ", asked.path, " ", trouble.what),
             trouble.means, trouble.mend)
        .set_origin(asked.origin);
  }

  const Host& host_;
  const bundle::v1::Bundle& bundle_;
  Notes& notes_;
  std::vector<Mount> mounts_;
  std::map<std::string, Fine> fine_;
  std::set<std::pair<std::string, std::string>> told_;
};

void CheckWatch(const Host& host, Notes& notes) {
  const absl::Status watch = host.machine.TryWatch();
  if (watch.ok()) {
    notes.Ok("watch", "changes on whole file systems can be watched");
    return;
  }
  const bool refused = absl::IsPermissionDenied(watch);
  notes.Add(v1::WARNING, "watch", std::string(watch.message()),
            refused ? "whether changes of files can be watched is not known"
                    : "a label or capability that drifts is found by looking "
                      "at it, not at once",
            refused ? "run polc doctor as root" : "boot Linux 5.9 or later");
}

}  // namespace

void CheckFiles(const Host& host, const Needs& needs, Notes notes) {
  if (needs.bundle != nullptr) Files(host, *needs.bundle, notes).Check();
  CheckWatch(host, notes);
}

}  // namespace pol::doctor
