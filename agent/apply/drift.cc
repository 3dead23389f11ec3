#include "agent/apply/drift.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "agent/apply/narrow_files.h"
#include "agent/apply/session.h"
#include "agent/enforce/filecaps/filecaps_fence.h"
#include "agent/enforce/selinux/path_regex.h"
#include "agent/enforce/selinux/records.h"
#include "agent/enforce/selinux/selinux_fence.h"
#include "agent/enforce/selinux/settings.h"
#include "compiler/bundle/origin.h"

namespace pol::apply {
namespace {

using bundle::v1::FcontextRecord;
using bundle::v1::FileRecord;
using enforce::Bundle;
using enforce::Fence;

bool HasStore(const Host& host) {
  return host.selinux != nullptr && !host.selinux->Missing();
}

bool Includes(const Scope& scope, const std::string& path) {
  if (scope.everything || scope.files.count(path) != 0) return true;
  return std::any_of(scope.folders.begin(), scope.folders.end(),
                     [&](const std::string& folder) {
                       return absl::StartsWith(path, folder + "/");
                     });
}

// Under which paths the store knows paths while `active` is in force.
kernel::PathMap PathsOf(Host& host, const Bundle& active) {
  return host.selinux->Paths(enforce::MergeEquivalences(
      host.selinux->Equivalences(), {},
      enforce::SettingsOf(active, /*has_ranges=*/false).equivalences));
}

// Where the files lie that are labelled by rules for trees.
std::set<std::string> Trees(Host& host, const Bundle& active) {
  std::set<std::string> trees;
  if (active.fcontexts_size() == 0 && active.equivalences_size() == 0)
    return trees;
  const kernel::PathMap paths = PathsOf(host, active);
  for (const FcontextRecord& record : active.fcontexts()) {
    for (std::string& tree :
         paths.Aliases(enforce::LiteralPrefix(record.path())))
      trees.insert(std::move(tree));
  }
  for (const bundle::v1::EquivalenceRecord& record : active.equivalences())
    trees.insert(record.path());
  return trees;
}

bool MayLabel(const std::set<std::string>& trees, const Scope& scope) {
  auto begins = [](const std::set<std::string>& paths,
                   const std::string& tree) {
    return std::any_of(
        paths.begin(), paths.end(),
        [&](const std::string& path) { return absl::StartsWith(path, tree); });
  };
  for (const std::string& tree : trees) {
    if (begins(scope.files, tree) || begins(scope.folders, tree)) return true;
    for (const std::string& folder : scope.folders)
      if (absl::StartsWith(tree, folder + "/")) return true;
  }
  return false;
}

// Why there is no file to put right at a path; nullopt: there is.
std::optional<std::string> WhyMissing(kernel::FileSystem& files,
                                      const std::string& path) {
  absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file = files.Open(path);
  if (absl::IsNotFound(file.status())) return "missing";
  if (!file.ok()) return std::string(file.status().message());
  if ((*file)->info().kind != values::FileKind::kFile)
    return "not a regular file";
  return std::nullopt;
}

// The part of a bundle that a scope asks about, without the files that are not
// there; these go to `missing`.
Bundle Part(Host& host, const Bundle& active, const Scope& scope,
            std::vector<Drift>* missing) {
  Bundle part;
  for (const FileRecord& record : active.files()) {
    if (!Includes(scope, record.path())) continue;
    if (auto why = WhyMissing(*host.files, record.path())) {
      if (missing == nullptr) continue;
      missing->push_back({{absl::StrCat("file ", record.path()), "presence",
                           *why, "present", bundle::Text(record.origin())},
                          record.path(),
                          record.report_drift(),
                          /*missing=*/true});
      continue;
    }
    *part.add_files() = record;
  }
  if (!HasStore(host)) return part;
  // All or none: which record labels a file is decided among all of them.
  if (scope.everything || MayLabel(Trees(host, active), scope))
    *part.mutable_fcontexts() = active.fcontexts();
  // They decide about a file's record, too.
  *part.mutable_equivalences() = active.equivalences();
  if (!scope.everything) return part;
  *part.mutable_booleans() = active.booleans();
  *part.mutable_selinux_ports() = active.selinux_ports();
  *part.mutable_permissive() = active.permissive();
  return part;
}

// The fences over labels and capabilities, seeing a part of the host.
class NarrowFences {
 public:
  NarrowFences(Host& host, const Scope& scope) : files_(*host.files, scope) {
    if (host.selinux != nullptr)
      fences_.push_back(enforce::MakeSelinuxFence(files_, *host.selinux));
    fences_.push_back(enforce::MakeFilecapsFence(files_));
  }
  const std::vector<std::unique_ptr<Fence>>& all() const { return fences_; }

  // Leaves what it can do done: each file is right for itself.
  absl::Status Repair(const Bundle& part) {
    absl::Status result;
    for (const std::unique_ptr<Fence>& fence : fences_) {
      absl::StatusOr<std::unique_ptr<enforce::Step>> step =
          fence->Prepare(&part, part, 0);
      result.Update(step.ok() ? (*step)->Switch() : step.status());
    }
    return result;
  }

 private:
  NarrowFiles files_;
  std::vector<std::unique_ptr<Fence>> fences_;
};

// Which rules only want to be told, by the line of the policy for trees.
class Reporting {
 public:
  explicit Reporting(const Bundle& active) {
    for (const FileRecord& record : active.files())
      if (record.report_drift()) files_.insert(record.path());
    for (const FcontextRecord& record : active.fcontexts())
      if (record.report_drift()) lines_.insert(bundle::Text(record.origin()));
    for (const FileRecord& record : active.files())
      named_.insert(record.path());
  }
  bool Only(const std::string& path, const std::string& origin) const {
    if (named_.count(path) != 0) return files_.count(path) != 0;
    return !path.empty() && lines_.count(origin) != 0;
  }

 private:
  std::set<std::string> named_;
  std::set<std::string> files_;
  std::set<std::string> lines_;
};

constexpr size_t kSingly = 64;

}  // namespace

kernel::Interest InterestOf(Host& host, const Bundle& active) {
  kernel::Interest interest;
  bool labels = active.fcontexts_size() != 0 || active.equivalences_size() != 0;
  for (const FileRecord& record : active.files()) {
    if (record.context().empty() && !record.manages_capabilities()) continue;
    labels = labels || !record.context().empty();
    // A write takes capabilities away; it never gives any.
    interest.files[record.path()] = !record.capabilities().empty();
  }
  if (!labels || !HasStore(host)) return interest;
  const std::set<std::string> trees = Trees(host, active);
  interest.trees.assign(trees.begin(), trees.end());
  interest.settings = host.selinux->WatchedFolders();
  return interest;
}

absl::StatusOr<std::vector<Drift>> ReadDrift(Host& host, const Bundle& active,
                                             const Scope& scope) {
  std::vector<Drift> drift;
  Bundle part = Part(host, active, scope, &drift);
  Reporting reporting(active);
  NarrowFences fences(host, scope);
  for (const std::unique_ptr<Fence>& fence : fences.all()) {
    absl::StatusOr<std::vector<enforce::Change>> changes =
        fence->Read(&part, part);
    if (!changes.ok())
      return support::Annotate(changes.status(), std::string(fence->name()));
    for (enforce::Change& change : *changes) {
      std::string path;
      if (absl::StartsWith(change.object, "file "))
        path = change.object.substr(5);
      bool only = reporting.Only(path, change.origin);
      drift.push_back({std::move(change), std::move(path), only});
    }
  }
  return drift;
}

absl::Status RepairFiles(Host& host, const std::set<std::string>& paths) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "put back drift", {}));
  if (!session.active) return absl::OkStatus();
  const Bundle& active = session.active->message;
  auto repair = [&](const Scope& scope) {
    Bundle part = Part(host, active, scope, nullptr);
    return NarrowFences(host, scope).Repair(part);
  };
  Scope all;
  all.files = paths;
  absl::Status repaired = repair(all);
  if (repaired.ok() || paths.size() == 1) return repaired;
  // One that cannot be written keeps those behind it from their turn.
  size_t tried = 0;
  for (const std::string& path : paths) {
    if (++tried > kSingly) break;
    Scope one;
    one.files.insert(path);
    static_cast<void>(repair(one));
  }
  return repaired;
}

absl::Status RepairRecords(Host& host) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "put back drift", {}));
  if (!session.active || !HasStore(host)) return absl::OkStatus();
  const Bundle& active = session.active->message;
  // Every record of a file as one of its own: in the same order, and no file is
  // named, so that none gets its label here.
  Bundle part = active;
  part.clear_files();
  part.clear_fcontexts();
  for (const enforce::Record& record :
       enforce::RecordsOf(active, PathsOf(host, active))) {
    FcontextRecord* out = part.add_fcontexts();
    out->set_path(record.entry.regex);
    out->set_file_kind(record.entry.kind);
    out->set_context(record.entry.context);
  }
  Scope nothing;
  NarrowFiles files(*host.files, nothing);
  std::unique_ptr<Fence> fence =
      enforce::MakeSelinuxFence(files, *host.selinux);
  POL_ASSIGN_OR_RETURN(std::unique_ptr<enforce::Step> step,
                       fence->Prepare(&part, part, 0));
  return step->Switch();
}

}  // namespace pol::apply
