#include "agent/kernel/watch/concern.h"

#include <sys/fanotify.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"

namespace pol::kernel {
namespace {

Happened WhatHappened(uint64_t mask) {
  if ((mask & FAN_MOVED_TO) != 0) return Happened::kMovedHere;
  if ((mask & FAN_CREATE) != 0) return Happened::kCreated;
  if ((mask & FAN_MODIFY) != 0) return Happened::kWritten;
  return Happened::kAttributes;
}

bool AnyBegins(const std::vector<std::string>& prefixes,
               const std::string& path) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) {
                       return absl::StartsWith(path, prefix);
                     });
}

bool AnyIsBelow(const std::vector<std::string>& prefixes,
                const std::string& folder) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) {
                       return absl::StartsWith(prefix, folder);
                     });
}

}  // namespace

void Concern::Set(Interest interest) {
  interest_ = std::move(interest);
  files_.clear();
  folders_.clear();
}

bool Concern::InTree(const std::string& path) const {
  return AnyBegins(interest_.trees, path);
}

bool Concern::InSettings(const std::string& path) const {
  return std::any_of(interest_.settings.begin(), interest_.settings.end(),
                     [&](const std::string& folder) {
                       return path == folder ||
                              absl::StartsWith(path, folder + "/");
                     });
}

// Whether something of interest lies below `path`.
bool Concern::LeadsToInterest(const std::string& path) const {
  std::string folder = path + "/";
  auto file = interest_.files.lower_bound(folder);
  return (file != interest_.files.end() &&
          absl::StartsWith(file->first, folder)) ||
         AnyIsBelow(interest_.trees, folder) ||
         AnyIsBelow(interest_.settings, folder);
}

// `folder` ends in a slash.
bool Concern::MayConcern(const std::string& folder) const {
  std::string bare = folder.substr(0, folder.size() - 1);
  return LeadsToInterest(bare) || InTree(folder) || InSettings(bare) ||
         AnyIsBelow(interest_.trees, folder) ||
         interest_.files.count(bare) != 0;
}

const std::string& Concern::Folder(const FileKey& key) {
  auto known = folders_.find(key);
  if (known != folders_.end()) return known->second;
  if (folders_.size() >= kMaxFolders) folders_.clear();
  std::string path;
  if (std::optional<std::string> found = find_(key)) {
    path = *std::move(found);
    if (path != "/") path += '/';
    if (!MayConcern(path)) path.clear();
  }
  return folders_.emplace(key, std::move(path)).first->second;
}

std::optional<Touched> Concern::Judge(const FanotifyEvent& event, bool* moved) {
  bool of_folder = (event.mask & FAN_ONDIR) != 0;
  bool arrived = (event.mask & (FAN_MOVED_TO | FAN_CREATE)) != 0;
  Touched touched;
  touched.what = WhatHappened(event.mask);
  std::string path;
  if (event.folder) {
    const std::string& folder = Folder(*event.folder);
    if (!folder.empty()) {
      path = event.name == "." || event.name.empty()
                 ? folder.substr(0, std::max<size_t>(1, folder.size() - 1))
                 : folder + event.name;
    }
  }
  if (event.file && (event.mask & (FAN_ATTRIB | FAN_MODIFY)) != 0) {
    auto known = files_.find(*event.file);
    if (known != files_.end()) {
      touched.path = known->second;
      if (path != touched.path) {
        std::optional<std::string> folder =
            event.folder ? find_(*event.folder) : std::nullopt;
        touched.through =
            folder ? (*folder == "/" ? "" : *folder) + "/" + event.name
                   : "another name of it";
        if (touched.through == touched.path) touched.through.clear();
      }
      return touched;
    }
  }
  if (path.empty()) return std::nullopt;
  touched.path = path;
  if (of_folder && arrived && LeadsToInterest(path)) {
    *moved = true;
    touched.folder = true;
    return touched;
  }
  if (InSettings(path)) {
    touched.setting = true;
    return touched;
  }
  if (interest_.files.count(path) != 0) return touched;
  if (!InTree(path) || touched.what == Happened::kWritten) return std::nullopt;
  touched.folder = of_folder && touched.what == Happened::kMovedHere;
  return touched;
}

}  // namespace pol::kernel
