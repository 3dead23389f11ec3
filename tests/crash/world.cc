#include "tests/crash/world.h"

#include <netinet/in.h>
#include <sys/xattr.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/apply/apply.h"
#include "agent/apply/state_folder.h"
#include "agent/enforce/network/network_fence.h"
#include "agent/kernel/files/file_capabilities.h"
#include "agent/kernel/files/selinux_store.h"
#include "agent/kernel/network/programs.h"
#include "compiler/bundle/container.h"
#include "compiler/support/files.h"
#include "tests/harness/selinux_root.h"

namespace pol::crash {
namespace {

namespace fs = std::filesystem;
using bundle::v1::Bundle;
using support::SystemError;

constexpr int kRules = 50;
constexpr int kFilesPerRule = 4;
constexpr int kPrograms = 20;
constexpr size_t kMaxFile = 64u << 20;
constexpr std::array kAttributes = {kernel::kSelinuxXattr,
                                    kernel::kCapabilityXattr};

std::string Context(const char* type) {
  return absl::StrCat("system_u:object_r:", type, ":s0");
}

// "web" may connect to "db" at `port`, and nobody to anything else.
void AddNetwork(uint32_t port, Bundle* bundle) {
  bundle->add_requirements("address-authentication");
  bundle->add_requirement_causes()->set_what("identity db");
  bundle->add_identities();
  const std::array names = {"db", "web"};
  for (uint32_t i = 1; i <= names.size(); ++i) {
    auto* identity = bundle->add_identities();
    identity->set_spiffe_id(absl::StrCat("spiffe://crash.test/", names[i - 1]));
    identity->set_identity_class(i);
    identity->set_governed_ingress(true);
    identity->set_governed_egress(true);
    auto* address = bundle->add_addresses();
    address->set_address(std::string("\x0a\x57\x00", 3) + static_cast<char>(i));
    address->set_prefix(32);
    address->set_identity(i);
  }
  auto* rule = bundle->add_rules();
  rule->set_name("web-to-db");
  rule->set_effect(bundle::v1::EFFECT_ALLOW);
  rule->set_mode(bundle::v1::MODE_ENFORCE);
  rule->add_sources(2);
  rule->add_targets(1);
  rule->set_protocol(IPPROTO_TCP);
  rule->add_ports()->set_first(port);
  rule->mutable_ports(0)->set_last(port);
  auto* network = bundle->mutable_network();
  network->set_class_count(3);
  for (uint32_t start : {0u, port, port + 1})
    network->add_interval_starts(start);
  auto* cell = network->add_cells();
  cell->set_source_class(2);
  cell->set_target_class(1);
  cell->set_protocol(IPPROTO_TCP);
  cell->set_interval(1);
  cell->set_effect(bundle::v1::EFFECT_ALLOW);
  cell->set_rule(1);
}

// Two policies that have nothing of the kind in common and yet the same names:
// half of the rules, programs and network rules change, a quarter goes, a
// quarter comes.
Bundle MakeBundle(const std::string& folder, bool second) {
  Bundle bundle;
  AddNetwork(second ? 6432 : 5432, &bundle);
  auto present = [second](int i, int of) {
    return second ? i >= of / 4 : i < of - of / 4;
  };
  for (int i = 0; i < kRules; ++i) {
    if (!present(i, kRules)) continue;
    auto* rule = bundle.add_fcontexts();
    rule->set_path(absl::StrCat(folder, "/tree/", i + 10, "(/.*)?"));
    rule->set_context(Context(second ? "var_log_t" : "httpd_sys_content_t"));
    rule->mutable_origin()->set_file("site.pol");
    rule->mutable_origin()->set_line(static_cast<uint32_t>(i + 1));
  }
  auto* equivalence = bundle.add_equivalences();
  equivalence->set_path(absl::StrCat(folder, second ? "/link/2" : "/link/1"));
  equivalence->set_equal_to(folder + "/tree/30");
  for (int i = 0; i < kPrograms; ++i) {
    if (!present(i, kPrograms)) continue;
    auto* file = bundle.add_files();
    file->set_path(absl::StrCat(folder, "/bin/", i + 10));
    file->set_context(Context(second ? "httpd_exec_t" : "bin_t"));
    file->set_manages_capabilities(true);
    file->set_capabilities(second ? "cap_net_raw=ep"
                                  : "cap_net_bind_service=ep");
    file->mutable_origin()->set_file("site.pol");
    file->mutable_origin()->set_line(100);
  }
  return bundle;
}

void AddTree(const std::string& folder, const std::string& name,
             Description* description) {
  if (!fs::exists(folder)) return;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::string path = entry.path().string().substr(folder.size());
    std::string bytes = "folder";
    if (entry.is_regular_file()) {
      absl::StatusOr<std::string> read =
          support::ReadFile(entry.path(), kMaxFile);
      bytes = read.ok() ? *read : std::string(read.status().message());
    }
    // Counts the commits, and nothing reads it.
    if (absl::EndsWith(path, "/commit_num")) bytes = "a number";
    // Compiled of nothing; libselinux refuses it, whatever it is.
    if (absl::EndsWith(path, ".homedirs.bin")) bytes = "compiled of nothing";
    (*description)[name + path] = bytes;
  }
}

// What the state says beside times and numbers that were only tried.
absl::StatusOr<std::string> Essence(const std::string& state_dir) {
  POL_ASSIGN_OR_RETURN(apply::v1::State state,
                       apply::StateFolder(state_dir).Read());
  state.clear_attempted();
  for (auto& generation : *state.mutable_generations())
    generation.clear_unix_ms();
  return apply::PrintState(state);
}

absl::Status CopyTree(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::remove_all(to, error);
  if (!fs::exists(from)) return absl::OkStatus();
  fs::create_directories(fs::path(to).parent_path(), error);
  fs::copy(from, to, fs::copy_options::recursive, error);
  if (error)
    return SystemError(error.value(), absl::StrCat("copy ", from, " to ", to));
  return absl::OkStatus();
}

std::string Shown(const Description& description, const std::string& key) {
  auto found = description.find(key);
  if (found == description.end()) return "(absent)";
  return absl::CHexEscape(found->second.substr(0, 120));
}

}  // namespace

std::string Differences(const Description& want, const Description& have) {
  std::string out;
  int count = 0;
  Description all = want;
  all.insert(have.begin(), have.end());
  for (const auto& [key, value] : all) {
    auto left = want.find(key);
    auto right = have.find(key);
    if (left != want.end() && right != have.end() &&
        left->second == right->second)
      continue;
    if (++count <= 6) {
      absl::StrAppend(&out, "  ", key, ": ", Shown(want, key), "\n    -> ",
                      Shown(have, key), "\n");
    }
  }
  if (count > 6) absl::StrAppend(&out, "  and ", count - 6, " more\n");
  return out;
}

absl::StatusOr<std::unique_ptr<World>> World::Create() {
  std::unique_ptr<World> world(new World);
  POL_ASSIGN_OR_RETURN(world->scratch_, harness::ScratchMount::Create("tmpfs"));
  POL_ASSIGN_OR_RETURN(world->hosts_, harness::TwoHosts::Create());
  world->folder_ = world->scratch_->folder();
  POL_RETURN_IF_ERROR(
      harness::MakeTinySelinuxRoot(world->folder_ + "/saved/root"));
  POL_RETURN_IF_ERROR(
      CopyTree(world->folder_ + "/saved/root", world->folder_ + "/root"));
  kernel::HostPaths paths;
  paths.state_dir = world->folder_ + "/state";
  paths.run_dir = world->folder_ + "/run";
  paths.bpffs_dir = world->hosts_->bpffs() + "/pol";
  paths.cgroup_root = world->hosts_->managed_cgroup();
  paths.selinux_root = world->folder_ + "/root";
  if (absl::Status probed = kernel::ProbePrograms(paths.bpffs_dir);
      !probed.ok())
    return absl::UnavailableError(probed.message());
  world->host_ = apply::OpenHost(paths);
  POL_RETURN_IF_ERROR(world->MakeFiles());
  POL_RETURN_IF_ERROR(world->WriteBundle(
      world->first(), MakeBundle(world->folder_, /*second=*/false)));
  POL_RETURN_IF_ERROR(world->WriteBundle(
      world->second(), MakeBundle(world->folder_, /*second=*/true)));
  Bundle network;
  AddNetwork(5432, &network);
  POL_RETURN_IF_ERROR(world->WriteBundle(world->network(), network));
  return world;
}

absl::Status World::WriteBundle(const std::string& path,
                                const Bundle& bundle) const {
  POL_ASSIGN_OR_RETURN(std::string bytes, bundle::Write(bundle));
  return support::WriteFile(path, bytes, 0644);
}

std::vector<std::string> World::Files() const {
  std::vector<std::string> files;
  for (int i = 0; i < kRules; ++i) {
    files.push_back(absl::StrCat(folder_, "/tree/", i + 10));
    for (int j = 1; j < kFilesPerRule; ++j)
      files.push_back(absl::StrCat(folder_, "/tree/", i + 10, "/", j));
  }
  for (const char* name : {"/link/1", "/link/1/a", "/link/2", "/link/2/a"})
    files.push_back(folder_ + name);
  for (int i = 0; i < kPrograms; ++i)
    files.push_back(absl::StrCat(folder_, "/bin/", i + 10));
  return files;
}

absl::Status World::MakeFiles() {
  for (int i = 0; i < kRules; ++i)
    fs::create_directories(absl::StrCat(folder_, "/tree/", i + 10));
  for (const char* name : {"/bin", "/link/1", "/link/2"})
    fs::create_directories(folder_ + name);
  int number = 0;
  for (const std::string& path : Files()) {
    if (!fs::exists(path))
      POL_RETURN_IF_ERROR(support::WriteFile(path, "x", 0755));
    // Absent, empty, and something of an administrator's own.
    std::string label = "somebody's label";
    if (++number % 3 == 0) continue;
    if (number % 3 == 1) label.clear();
    if (setxattr(path.c_str(), kernel::kSelinuxXattr, label.data(),
                 label.size(), 0) != 0) {
      return absl::UnavailableError(absl::StrCat(
          "no security attributes in ", folder_, ": ", strerror(errno)));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> World::Polc(std::vector<std::string> arguments) const {
  const kernel::HostPaths& paths = host_.paths;
  std::vector<std::string> argv = {POL_BINARY_FOLDER "/polc"};
  for (std::string& argument : arguments) argv.push_back(std::move(argument));
  for (const std::string& argument :
       {std::string("--state-dir"), paths.state_dir, std::string("--run-dir"),
        paths.run_dir, std::string("--bpffs"), paths.bpffs_dir,
        std::string("--cgroup-root"), paths.cgroup_root,
        std::string("--selinux-root"), paths.selinux_root})
    argv.push_back(argument);
  return argv;
}

absl::StatusOr<World::Attributes> World::ReadAttributes() const {
  Attributes attributes;
  for (const std::string& path : Files()) {
    POL_ASSIGN_OR_RETURN(std::unique_ptr<kernel::OpenFile> file,
                         host_.files->Open(path));
    for (const char* name : kAttributes) {
      POL_ASSIGN_OR_RETURN(std::optional<std::string> bytes,
                           file->GetXattr(name));
      if (bytes) attributes[path][name] = *bytes;
    }
  }
  return attributes;
}

absl::Status World::WriteAttributes(const Attributes& wanted) const {
  POL_ASSIGN_OR_RETURN(Attributes now, ReadAttributes());
  for (const std::string& path : Files()) {
    auto want = wanted.find(path);
    POL_ASSIGN_OR_RETURN(std::unique_ptr<kernel::OpenFile> file,
                         host_.files->Open(path));
    for (const char* name : kAttributes) {
      bool has = want != wanted.end() && want->second.count(name) != 0;
      if (has && now[path].count(name) != 0 &&
          now[path][name] == want->second.at(name))
        continue;
      POL_RETURN_IF_ERROR(has ? file->SetXattr(name, want->second.at(name))
                              : file->RemoveXattr(name));
    }
  }
  return absl::OkStatus();
}

absl::Status World::DescribeNetwork(Description* description) {
  const kernel::HostPaths& paths = host_.paths;
  if (fs::exists(paths.bpffs_dir)) {
    for (const auto& entry : fs::recursive_directory_iterator(paths.bpffs_dir))
      (*description)["pinned " + entry.path().string()] = "";
  }
  POL_ASSIGN_OR_RETURN(enforce::HeldNetwork held, enforce::ReadHeld(paths));
  (*description)["network"] = absl::StrCat(
      "attached ", held.attached, ", in force ", held.in_force, ", seeding ",
      held.seeding, ", generation ", held.generation, ", tables ",
      absl::BytesToHexString(
          absl::string_view(reinterpret_cast<const char*>(held.digest.data()),
                            held.digest.size())));
  return absl::OkStatus();
}

absl::StatusOr<Description> World::Describe() {
  Description description;
  POL_ASSIGN_OR_RETURN(Attributes attributes, ReadAttributes());
  for (const auto& [path, by_name] : attributes) {
    for (const auto& [name, bytes] : by_name)
      description[absl::StrCat(name, " of ", path)] = bytes;
  }
  const kernel::HostPaths& paths = host_.paths;
  AddTree(paths.selinux_root, "policy ", &description);
  AddTree(paths.state_dir, "state ", &description);
  // Its journal is compared by what it does.
  for (auto& [key, value] : description)
    if (absl::StartsWith(key, "state ") && absl::EndsWith(key, ".undo"))
      value = "a journal";
  POL_ASSIGN_OR_RETURN(description["state /state"], Essence(paths.state_dir));
  POL_RETURN_IF_ERROR(DescribeNetwork(&description));
  return description;
}

absl::Status World::Save(const std::string& name) {
  POL_ASSIGN_OR_RETURN(saved_[name], ReadAttributes());
  std::string saved = absl::StrCat(folder_, "/saved/", name);
  POL_RETURN_IF_ERROR(CopyTree(host_.paths.selinux_root, saved + "/root"));
  return CopyTree(host_.paths.state_dir, saved + "/state");
}

absl::Status World::Restore(const std::string& name) {
  POL_RETURN_IF_ERROR(WriteAttributes(saved_.at(name)));
  std::string saved = absl::StrCat(folder_, "/saved/", name);
  POL_RETURN_IF_ERROR(CopyTree(saved + "/root", host_.paths.selinux_root));
  POL_RETURN_IF_ERROR(CopyTree(saved + "/state", host_.paths.state_dir));
  return RestoreNetwork();
}

// The tables of the bundle in force, under its number.
absl::Status World::RestoreNetwork() {
  std::vector<std::string> notes;
  enforce::Fence& network = *host_.fences.back();
  POL_ASSIGN_OR_RETURN(std::optional<apply::ActiveBundle> active,
                       apply::ReadActive(host_.paths));
  if (active) {
    const Bundle& bundle = active->bundle.message;
    POL_ASSIGN_OR_RETURN(enforce::HeldNetwork held,
                         enforce::ReadHeld(host_.paths));
    if (!network.Verify(bundle).ok() || held.generation != active->generation) {
      POL_ASSIGN_OR_RETURN(
          std::unique_ptr<enforce::Step> step,
          network.Prepare(nullptr, bundle, active->generation));
      POL_RETURN_IF_ERROR(step->Switch());
    }
  }
  return network.Tidy(active ? &active->bundle.message : nullptr,
                      enforce::Tidying::kForeign, &notes);
}

}  // namespace pol::crash
