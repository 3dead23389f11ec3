#include "agent/apply/snapshot.h"

#include <google/protobuf/text_format.h>
#include <pwd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "agent/apply/inventory.h"
#include "agent/apply/plan.h"
#include "agent/apply/saved_plan.h"
#include "agent/apply/snapshot.pb.h"
#include "agent/apply/snapshot_store.h"
#include "agent/enforce/filecaps/filecaps_fence.h"
#include "agent/enforce/network/network_fence.h"
#include "agent/enforce/selinux/selinux_fence.h"
#include "compiler/support/files.h"

namespace pol::apply {
namespace {

namespace fs = std::filesystem;
using bundle::v1::Bundle;

constexpr uint32_t kFormat = 1;
constexpr size_t kMaxText = size_t{1} << 30;

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  if (fs::create_directories(path, error) || !error) {
    fs::permissions(path, fs::perms::owner_all, error);
    if (!error) return absl::OkStatus();
  }
  return support::SystemError(error.value(), absl::StrCat("create ", path));
}

absl::Status CopyFile(const std::string& from, const std::string& to) {
  POL_ASSIGN_OR_RETURN(std::string bytes, support::ReadFile(from, kMaxText));
  return support::WriteFile(to, bytes, 0600);
}

// Files of a folder whose names begin with `start`.
absl::Status CopyFiles(const std::string& from, const std::string& to,
                       const std::string& start) {
  POL_RETURN_IF_ERROR(MakeFolder(to));
  POL_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       support::ListFiles(from, ""));
  for (const std::string& name : names) {
    // The compiled forms of file contexts hold nothing more.
    if (!absl::StartsWith(name, start) || absl::EndsWith(name, ".bin"))
      continue;
    POL_RETURN_IF_ERROR(
        CopyFile(absl::StrCat(from, "/", name), absl::StrCat(to, "/", name)));
  }
  return absl::OkStatus();
}

// The configuration, and of each policy the file contexts and compiled forms.
absl::Status CopyPolicies(const kernel::HostPaths& paths,
                          const std::string& folder) {
  const std::string root = paths.selinux_root == "/" ? "" : paths.selinux_root;
  const std::string from = root + "/etc/selinux";
  const std::string to = folder + "/etc/selinux";
  POL_RETURN_IF_ERROR(CopyFiles(from, to, "config"));
  POL_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       support::ListFiles(from, ""));
  for (const std::string& name : names) {
    const std::string policy = absl::StrCat("/", name);
    if (!support::Exists(from + policy + "/contexts/files/file_contexts"))
      continue;
    POL_RETURN_IF_ERROR(CopyFiles(from + policy + "/contexts/files",
                                  to + policy + "/contexts/files",
                                  "file_contexts"));
    POL_RETURN_IF_ERROR(CopyFiles(from + policy + "/policy",
                                  to + policy + "/policy", "policy."));
  }
  return absl::OkStatus();
}

// What is in force, as the only generation.
absl::Status CopyState(const v1::State& state, const LoadedBundle& active,
                       const std::string& folder) {
  v1::Generation in_force = InForce(state);
  in_force.clear_undo();
  v1::State next;
  next.set_attempted(state.attempted());
  *next.add_generations() = in_force;
  POL_RETURN_IF_ERROR(MakeFolder(folder));
  StateFolder copy(folder);
  POL_RETURN_IF_ERROR(
      support::WriteFile(copy.File(in_force.bundle()), active.file, 0600));
  return copy.Write(next);
}

// What the fences over files ask for these policies, and the trees.
absl::StatusOr<Inventory> TakeInventory(Host& host, const Bundle* active,
                                        const SnapshotScope& scope) {
  Inventory inventory;
  std::unique_ptr<kernel::FileSystem> files =
      MakeRecordingFileSystem(*host.files, &inventory);
  std::vector<std::unique_ptr<enforce::Fence>> fences;
  fences.push_back(enforce::MakeSelinuxFence(*files, *host.selinux));
  fences.push_back(enforce::MakeFilecapsFence(*files));
  std::vector<const Bundle*> targets;
  if (active != nullptr) targets.push_back(active);
  for (const LoadedBundle& policy : scope.policies)
    targets.push_back(&policy.message);
  for (const Bundle* target : targets) {
    for (const std::unique_ptr<enforce::Fence>& fence : fences) {
      // What goes wrong here goes wrong in a plan with the snapshot too.
      fence->Read(active, *target).status().IgnoreError();
      fence->Findings(active, *target).status().IgnoreError();
    }
  }
  for (const std::string& tree : scope.trees) {
    POL_RETURN_IF_ERROR(
        files->Walk(tree, [](const std::string&, const kernel::FileInfo&) {}));
  }
  return inventory;
}

absl::Status FillSelinux(kernel::SelinuxStore& store, v1::Snapshot* out) {
  out->set_selinux_missing(store.Missing().value_or(""));
  out->set_selinux_enabled(store.KernelEnabled());
  if (!out->selinux_missing().empty()) return absl::OkStatus();
  POL_ASSIGN_OR_RETURN(kernel::LocalRecords local, store.Local());
  for (const kernel::BooleanEntry& entry : local.booleans) {
    v1::SnapshotBoolean* record = out->add_local_booleans();
    record->set_name(entry.name);
    record->set_on(entry.on);
  }
  for (const kernel::PortEntry& entry : local.ports) {
    v1::SnapshotPort* record = out->add_ports();
    record->set_protocol(entry.protocol);
    record->set_first(entry.first);
    record->set_last(entry.last);
    record->set_context(entry.context);
  }
  for (const kernel::PermissiveEntry& entry : local.permissive)
    out->add_permissive(entry.type);
  for (const kernel::EquivalenceEntry& entry : local.equivalences) {
    v1::SnapshotEquivalence* record = out->add_equivalences();
    record->set_path(entry.path);
    record->set_equal_to(entry.equal_to);
  }
  POL_ASSIGN_OR_RETURN(std::vector<kernel::BooleanState> booleans,
                       store.Booleans());
  for (const kernel::BooleanState& state : booleans) {
    v1::SnapshotBoolean* record = out->add_booleans();
    record->set_name(state.name);
    record->set_on(state.in_policy);
    if (state.running) record->set_running(*state.running);
  }
  POL_ASSIGN_OR_RETURN(bool has_ranges, store.HasRanges());
  out->set_has_ranges(has_ranges);
  for (const kernel::FcontextEntry& entry : local.fcontexts) {
    v1::SnapshotFcontext* record = out->add_fcontexts();
    record->set_regex(entry.regex);
    record->set_kind(entry.kind);
    record->set_context(entry.context);
  }
  return absl::OkStatus();
}

absl::Status FillNetwork(const kernel::HostPaths& paths, v1::Snapshot* out) {
  POL_ASSIGN_OR_RETURN(enforce::HeldNetwork held, enforce::ReadHeld(paths));
  v1::SnapshotNetwork* network = out->mutable_network();
  network->set_attached(held.attached);
  network->set_in_force(held.in_force);
  network->set_seeding(held.seeding);
  network->set_generation(held.generation);
  network->set_digest(held.digest.data(), held.digest.size());
  setpwent();
  while (const passwd* entry = getpwent()) {
    v1::SnapshotUser* user = out->add_users();
    user->set_name(entry->pw_name);
    user->set_uid(entry->pw_uid);
  }
  endpwent();
  return absl::OkStatus();
}

absl::StatusOr<v1::Snapshot> Describe(Host& host) {
  v1::Snapshot snapshot;
  snapshot.set_format(kFormat);
  snapshot.set_made_unix_ms(
      std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::system_clock::now().time_since_epoch())
          .count());
  POL_RETURN_IF_ERROR(FillSelinux(*host.selinux, &snapshot));
  for (const std::unique_ptr<enforce::Fence>& fence : host.fences) {
    enforce::Support support = fence->Probe();
    v1::SnapshotFence* out = snapshot.add_fences();
    out->set_name(std::string(fence->name()));
    out->set_available(support.available);
    out->set_reason(support.reason);
    if (fence->name() == "network")
      POL_RETURN_IF_ERROR(FillNetwork(host.paths, &snapshot));
  }
  return snapshot;
}

// Users as the snapshot knows them.
enforce::UidOf UsersOf(const v1::Snapshot& snapshot) {
  std::map<std::string, uint32_t> users;
  for (const v1::SnapshotUser& user : snapshot.users())
    users.emplace(user.name(), user.uid());
  return
      [users = std::move(users)](
          const std::string& name) -> absl::StatusOr<std::optional<uint32_t>> {
        uint32_t number = 0;
        if (absl::SimpleAtoi(name, &number)) return enforce::ResolveUser(name);
        auto found = users.find(name);
        if (found == users.end()) return std::nullopt;
        return found->second;
      };
}

enforce::HeldNetwork HeldOf(const v1::SnapshotNetwork& network) {
  enforce::HeldNetwork held;
  held.attached = network.attached();
  held.in_force = network.in_force();
  held.seeding = network.seeding();
  held.generation = network.generation();
  if (network.digest().size() == held.digest.size())
    std::copy(network.digest().begin(), network.digest().end(),
              held.digest.begin());
  return held;
}

absl::StatusOr<v1::Snapshot> ReadDescription(const std::string& folder) {
  const std::string path = folder + "/snapshot";
  absl::StatusOr<std::string> text = support::ReadFile(path, kMaxText);
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(absl::StrCat(
        folder, " is no snapshot of a host: `polc snapshot` makes one"));
  }
  if (!text.ok()) return text.status();
  v1::Snapshot snapshot;
  if (!google::protobuf::TextFormat::ParseFromString(*text, &snapshot))
    return absl::DataLossError(absl::StrCat(path, " cannot be understood"));
  if (snapshot.format() != kFormat) {
    return absl::UnimplementedError(
        absl::StrCat(path, " has format ", snapshot.format(),
                     "; this version reads ", kFormat));
  }
  return snapshot;
}

}  // namespace

absl::Status TakeSnapshot(Host& host, const SnapshotScope& scope,
                          const std::string& folder) {
  if (support::Exists(folder)) {
    return absl::AlreadyExistsError(
        absl::StrCat(folder, " is there already; a snapshot makes its folder"));
  }
  StateFolder state_folder(host.paths.state_dir);
  POL_ASSIGN_OR_RETURN(v1::State state, state_folder.Read());
  POL_ASSIGN_OR_RETURN(std::optional<LoadedBundle> active,
                       state_folder.LoadActive(state));
  POL_ASSIGN_OR_RETURN(v1::Snapshot snapshot, Describe(host));
  POL_ASSIGN_OR_RETURN(
      Inventory inventory,
      TakeInventory(host, active ? &active->message : nullptr, scope));

  POL_RETURN_IF_ERROR(MakeFolder(folder));
  if (active) POL_RETURN_IF_ERROR(CopyState(state, *active, folder + "/state"));
  if (snapshot.selinux_missing().empty())
    POL_RETURN_IF_ERROR(CopyPolicies(host.paths, folder));
  POL_RETURN_IF_ERROR(support::WriteFile(
      folder + "/machine-id", ReadMachineId(host.paths) + "\n", 0600));
  POL_RETURN_IF_ERROR(
      support::WriteFile(folder + "/files", inventory.Write(), 0600));
  std::string text;
  google::protobuf::TextFormat::PrintToString(snapshot, &text);
  // Last: it is what makes the folder a snapshot.
  return support::WriteFile(folder + "/snapshot", text, 0600);
}

absl::StatusOr<Host> OpenSnapshot(const std::string& folder) {
  POL_ASSIGN_OR_RETURN(v1::Snapshot snapshot, ReadDescription(folder));
  const std::string list = folder + "/files";
  POL_ASSIGN_OR_RETURN(std::string text, support::ReadFile(list, kMaxText));
  absl::StatusOr<Inventory> inventory = Inventory::Parse(text);
  if (!inventory.ok()) return support::Annotate(inventory.status(), list);

  Host host;
  host.paths.state_dir = folder + "/state";
  host.paths.machine_id_file = folder + "/machine-id";
  host.paths.selinux_root = folder;
  host.files = MakeInventoryFileSystem(*std::move(inventory));
  host.selinux = MakeSnapshotStore(host.paths.selinux_root, snapshot);
  for (const v1::SnapshotFence& fence : snapshot.fences()) {
    host.known_support[fence.name()] = {fence.available(), fence.reason()};
    if (fence.name() == "selinux") {
      host.fences.push_back(
          enforce::MakeSelinuxFence(*host.files, *host.selinux));
    } else if (fence.name() == "capabilities") {
      host.fences.push_back(enforce::MakeFilecapsFence(*host.files));
    } else if (fence.name() == "network") {
      host.fences.push_back(enforce::MakeRecordedNetworkFence(
          HeldOf(snapshot.network()), UsersOf(snapshot)));
    }
  }
  return host;
}

}  // namespace pol::apply
