#include "agent/kernel/network/programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_format.h"
#include "agent/kernel/network/loader.h"
#include "agent/kernel/network/netns.h"
#include "compiler/support/check.h"

namespace pol::kernel {
namespace {

namespace fs = std::filesystem;

struct Hook {
  std::string_view program;
  bpf_attach_type type;
};

// In the order in which they are attached. None acts while no policy is in
// force.
constexpr std::array<Hook, 6> kHooks = {{
    {"pol_sock_create", BPF_CGROUP_INET_SOCK_CREATE},
    {"pol_sockops", BPF_CGROUP_SOCK_OPS},
    {"pol_ingress", BPF_CGROUP_INET_INGRESS},
    {"pol_egress", BPF_CGROUP_INET_EGRESS},
    {"pol_connect4", BPF_CGROUP_INET4_CONNECT},
    {"pol_connect6", BPF_CGROUP_INET6_CONNECT},
}};
constexpr std::string_view kSeed = "pol_seed";

std::string Pin(const std::string& directory, std::string_view kind,
                std::string_view name) {
  return absl::StrCat(directory, "/", support::ToAbsl(kind), "/",
                      support::ToAbsl(name));
}

absl::Status FileError(const std::error_code& error, std::string_view what) {
  return support::SystemError(error.value(), what);
}

std::string SetDirectory(const std::string& bpffs_dir, const Cgroup& cgroup) {
  return absl::StrFormat("%s/set-%016x-%x", bpffs_dir, ProgramsHash(),
                         cgroup.id());
}

bool IsBpffs(const std::string& path) {
  struct statfs status;
  return statfs(path.c_str(), &status) == 0 &&
         static_cast<uint32_t>(status.f_type) == BPF_FS_MAGIC;
}

absl::StatusOr<std::vector<std::string>> ListDirectory(
    const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end;
       it.increment(error))
    names.push_back(it->path().filename().string());
  if (error) return FileError(error, absl::StrCat("read ", path));
  return names;
}

absl::Status RemoveSet(const std::string& directory) {
  std::error_code error;
  // The mark first, so that a removal cut short is not taken for a whole set;
  // the links next, so that no program outlives a map it would have filled.
  fs::remove(directory + "/complete", error);
  if (!error) fs::remove_all(directory + "/link", error);
  if (!error) fs::remove_all(directory, error);
  if (error) return FileError(error, absl::StrCat("remove ", directory));
  return absl::OkStatus();
}

// For the pins of a set.
absl::Status MakeFolders(const std::string& bpffs_dir,
                         const std::string& directory) {
  std::error_code error;
  for (const char* kind : {"/map", "/program", "/link"}) {
    fs::create_directories(directory + kind, error);
    if (error)
      return FileError(error, absl::StrCat("create ", directory, kind));
  }
  fs::permissions(bpffs_dir, fs::perms::owner_all, error);
  return absl::OkStatus();
}

}  // namespace

uint32_t ProgramCount() { return static_cast<uint32_t>(kHooks.size()) + 1; }

absl::Status ProbePrivilege() {
  Fd map(bpf_map_create(BPF_MAP_TYPE_SK_STORAGE, nullptr, 0, 0, 0, nullptr));
  // Refused for its sizes if BPF may be used at all, for the lack of privilege
  // before.
  if (errno == EPERM)
    return absl::PermissionDeniedError(
        "bpf(2) is not allowed to this process: it needs CAP_BPF, "
        "CAP_NET_ADMIN and CAP_PERFMON");
  return absl::OkStatus();
}

absl::Status ProbePrograms(const std::string& bpffs_dir) {
  if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
    return absl::FailedPreconditionError(
        "the kernel has no type information at /sys/kernel/btf/vmlinux "
        "(CONFIG_DEBUG_INFO_BTF), without which programs do not load");
  std::string existing = bpffs_dir;
  while (existing.size() > 1 && access(existing.c_str(), F_OK) != 0)
    existing = fs::path(existing).parent_path();
  if (!IsBpffs(existing))
    return absl::FailedPreconditionError(
        absl::StrCat(bpffs_dir,
                     " is not on a bpffs, where programs are kept; mount one "
                     "with: mount -t bpf bpf /sys/fs/bpf"));
  return ProbePrivilege();
}

absl::StatusOr<std::unique_ptr<Programs>> Programs::Open(
    const std::string& bpffs_dir, const Cgroup& cgroup) {
  std::unique_ptr<Programs> programs(new Programs);
  programs->directory_ = SetDirectory(bpffs_dir, cgroup);
  std::string mark = programs->directory_ + "/complete";
  if (access(mark.c_str(), F_OK) != 0) {
    if (errno == ENOENT) return std::unique_ptr<Programs>();
    return support::SystemError(errno, absl::StrCat("open ", mark));
  }
  POL_RETURN_IF_ERROR(programs->OpenPins());
  POL_RETURN_IF_ERROR(programs->CheckMeta(cgroup));
  POL_RETURN_IF_ERROR(programs->MapControl());
  return programs;
}

absl::StatusOr<std::unique_ptr<Programs>> Programs::Load(
    const std::string& bpffs_dir, const Cgroup& cgroup) {
  POL_RETURN_IF_ERROR(ProbePrograms(bpffs_dir));
  std::string directory = SetDirectory(bpffs_dir, cgroup);
  POL_RETURN_IF_ERROR(RemoveSet(directory));
  absl::Status loaded = MakeFolders(bpffs_dir, directory);
  if (loaded.ok()) loaded = LoadAndPin(directory);
  if (loaded.ok()) {
    std::unique_ptr<Programs> programs(new Programs);
    programs->directory_ = directory;
    loaded = programs->OpenPins();
    if (loaded.ok()) loaded = programs->MapControl();
    if (loaded.ok()) loaded = programs->PrepareControl(cgroup);
    if (loaded.ok()) return programs;
  }
  RemoveSet(directory).IgnoreError();
  return loaded;
}

absl::Status Programs::RemoveOthers(const std::string& bpffs_dir,
                                    const Programs* keep) {
  if (access(bpffs_dir.c_str(), F_OK) != 0) return absl::OkStatus();
  POL_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       ListDirectory(bpffs_dir));
  for (const std::string& name : names) {
    std::string directory = absl::StrCat(bpffs_dir, "/", name);
    if (name.rfind("set-", 0) != 0) continue;
    if (keep != nullptr && directory == keep->directory_) continue;
    POL_RETURN_IF_ERROR(RemoveSet(directory));
  }
  // Without a set the folder is ours to take along, unless it is a mount or
  // somebody else keeps pins in it.
  if (keep == nullptr) rmdir(bpffs_dir.c_str());
  return absl::OkStatus();
}

absl::Status Programs::RemoveUnfinished(const std::string& bpffs_dir) {
  if (access(bpffs_dir.c_str(), F_OK) != 0) return absl::OkStatus();
  POL_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       ListDirectory(bpffs_dir));
  size_t left = names.size();
  for (const std::string& name : names) {
    std::string directory = absl::StrCat(bpffs_dir, "/", name);
    if (name.rfind("set-", 0) != 0) continue;
    if (access((directory + "/complete").c_str(), F_OK) == 0) continue;
    POL_RETURN_IF_ERROR(RemoveSet(directory));
    --left;
  }
  if (left == 0) rmdir(bpffs_dir.c_str());
  return absl::OkStatus();
}

absl::Status Programs::Remove() { return RemoveSet(directory_); }

Programs::~Programs() {
  if (control_ != nullptr) munmap(control_, sizeof(*control_));
}

absl::Status Programs::OpenPins() {
  for (auto [kind, fds] :
       {std::pair("map", &maps_), std::pair("program", &programs_)}) {
    std::string folder = absl::StrCat(directory_, "/", kind);
    POL_ASSIGN_OR_RETURN(std::vector<std::string> names, ListDirectory(folder));
    for (const std::string& name : names) {
      Fd fd(bpf_obj_get(Pin(directory_, kind, name).c_str()));
      if (!fd.ok())
        return support::SystemError(
            errno, absl::StrCat("open pinned ", kind, " ", name));
      fds->emplace(name, std::move(fd));
    }
  }
  return absl::OkStatus();
}

absl::Status Programs::CheckMeta(const Cgroup& cgroup) const {
  pol_meta meta = {};
  uint32_t zero = 0;
  if (bpf_map_lookup_elem(map("meta"), &zero, &meta))
    return support::SystemError(errno, "read map meta");
  if (meta.abi_version == POL_ABI_VERSION && meta.root_cgroup == cgroup.id())
    return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(directory_, " does not hold what its name says: layout ",
                   meta.abi_version, " for cgroup ", meta.root_cgroup));
}

absl::Status Programs::MapControl() {
  void* memory = mmap(nullptr, sizeof(pol_control), PROT_READ | PROT_WRITE,
                      MAP_SHARED, map("control"), 0);
  if (memory == MAP_FAILED)
    return support::SystemError(errno, "map the control word");
  control_ = static_cast<pol_control*>(memory);
  return absl::OkStatus();
}

absl::Status Programs::PrepareControl(const Cgroup& cgroup) {
  control_->root_cgroup = cgroup.id();
  pol_meta meta = {};
  meta.abi_version = POL_ABI_VERSION;
  meta.root_cgroup = cgroup.id();
  uint32_t zero = 0;
  if (bpf_map_update_elem(map("meta"), &zero, &meta, BPF_ANY))
    return support::SystemError(errno, "write map meta");
  // The set is whole once this is pinned.
  if (bpf_obj_pin(map("meta"), (directory_ + "/complete").c_str()))
    return support::SystemError(errno, "pin the mark of a whole set");
  return absl::OkStatus();
}

int Programs::map(std::string_view name) const {
  auto found = maps_.find(name);
  POL_CHECK(found != maps_.end()) << "no map " << name;
  return found->second.get();
}

uint64_t Programs::word() const {
  return std::atomic_ref<__u64>(control_->word).load();
}

absl::StatusOr<pol_slot> Programs::ReadSlot(uint32_t slot) const {
  pol_slot content = {};
  if (bpf_map_lookup_elem(map("slots"), &slot, &content))
    return support::SystemError(errno, absl::StrCat("read slot ", slot));
  return content;
}

absl::Status Programs::WriteSlot(uint32_t slot, const pol_slot& content) {
  if (bpf_map_update_elem(map("slots"), &slot, &content, BPF_ANY))
    return support::SystemError(errno, absl::StrCat("write slot ", slot));
  return absl::OkStatus();
}

void Programs::PutInForce(uint32_t slot) {
  // No policy was in force: what connections there are were not judged.
  if (word() == 0) BeginSeeding();
  std::atomic_ref<__u64> in_force(control_->word);
  in_force.store(((control_->last >> 1) + 1) << 1 | (slot & 1));
  control_->last = in_force.load();
}

void Programs::PutNoneInForce() {
  std::atomic_ref<__u64>(control_->word).store(0);
}

void Programs::BeginSeeding() {
  std::atomic_ref<__u32>(control_->flags).fetch_or(POL_CONTROL_SEEDING);
}

bool Programs::seeding() const {
  return std::atomic_ref<__u32>(control_->flags).load() & POL_CONTROL_SEEDING;
}

bool Programs::attached() const {
  for (const Hook& hook : kHooks)
    if (access(Pin(directory_, "link", hook.program).c_str(), F_OK) != 0)
      return false;
  return true;
}

absl::Status Programs::Attach(const Cgroup& cgroup) {
  for (const Hook& hook : kHooks) {
    std::string pin = Pin(directory_, "link", hook.program);
    if (access(pin.c_str(), F_OK) == 0) continue;
    auto program = programs_.find(hook.program);
    POL_CHECK(program != programs_.end()) << hook.program;
    std::string what = absl::StrCat("attach ", support::ToAbsl(hook.program),
                                    " to cgroup ", cgroup.path());
    Fd link(bpf_link_create(program->second.get(), cgroup.fd(), hook.type,
                            nullptr));
    if (!link.ok() && errno == EPERM)
      return absl::PermissionDeniedError(absl::StrCat(
          what,
          ": not allowed; another program may be attached there that "
          "admits no others"));
    if (!link.ok()) return support::SystemError(errno, what);
    if (bpf_obj_pin(link.get(), pin.c_str()))
      return support::SystemError(errno, absl::StrCat("pin ", pin));
  }
  return absl::OkStatus();
}

absl::Status Programs::Seed() {
  auto program = programs_.find(kSeed);
  POL_CHECK(program != programs_.end());
  int fd = program->second.get();
  Fd link(bpf_link_create(fd, 0, BPF_TRACE_ITER, nullptr));
  if (!link.ok()) return support::SystemError(errno, "attach pol_seed");
  auto walk = [&link]() -> absl::Status {
    // An iterator walks the namespace of the thread that makes it.
    Fd iterator(bpf_iter_create(link.get()));
    if (!iterator.ok())
      return support::SystemError(errno, "walk the sockets of a namespace");
    char buffer[4096];
    ssize_t got;
    while ((got = read(iterator.get(), buffer, sizeof(buffer))) > 0 ||
           (got < 0 && errno == EAGAIN)) {
    }
    if (got < 0) return support::SystemError(errno, "read socket iterator");
    return absl::OkStatus();
  };
  POL_RETURN_IF_ERROR(ForEachNetns([&walk](uint32_t /*inum*/, int netns_fd) {
    return RunInNetns(netns_fd, walk);
  }));
  std::atomic_ref<__u32>(control_->flags).fetch_and(~POL_CONTROL_SEEDING);
  return absl::OkStatus();
}

absl::StatusOr<pol_stats> Programs::ReadStats() const {
  int cpus = libbpf_num_possible_cpus();
  if (cpus < 0) return support::SystemError(-cpus, "count CPUs");
  std::vector<pol_stats> each(static_cast<size_t>(cpus));
  uint32_t zero = 0;
  if (bpf_map_lookup_elem(map("stats"), &zero, each.data()))
    return support::SystemError(errno, "read map stats");
  pol_stats sum = {};
  for (const pol_stats& one : each) {
    sum.lost_denials += one.lost_denials;
    sum.lost_allows += one.lost_allows;
    sum.denied += one.denied;
    sum.allowed += one.allowed;
    sum.packets += one.packets;
    sum.held += one.held;
  }
  return sum;
}

absl::StatusOr<std::map<std::string, uint32_t>> Programs::VerifiedInstructions()
    const {
  std::map<std::string, uint32_t> counts;
  for (const auto& [name, fd] : programs_) {
    bpf_prog_info info = {};
    uint32_t size = sizeof(info);
    if (bpf_obj_get_info_by_fd(fd.get(), &info, &size))
      return support::SystemError(errno, absl::StrCat("inspect ", name));
    counts[name] = info.verified_insns;
  }
  return counts;
}

}  // namespace pol::kernel
