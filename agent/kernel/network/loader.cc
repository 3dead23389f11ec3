#include "agent/kernel/network/loader.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/kernel/network/features.h"
#include "bpf/network.skel.h"

namespace pol::kernel {
namespace {

constexpr size_t kKeptLines = 12;

// libbpf speaks to one function for the whole process.
std::mutex log_mutex;
std::deque<std::string>* log_lines = nullptr;

int KeepLine(libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG || log_lines == nullptr) return 0;
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(nullptr, 0, format, again);
  va_end(again);
  std::string text(static_cast<size_t>(length) + 1, '\0');
  vsnprintf(text.data(), text.size(), format, arguments);
  text.pop_back();
  for (auto line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    log_lines->emplace_back(line);
    if (log_lines->size() > kKeptLines) log_lines->pop_front();
  }
  return 0;
}

struct Destroy {
  void operator()(pol_network* skeleton) const {
    pol_network__destroy(skeleton);
  }
};

using Skeleton = std::unique_ptr<pol_network, Destroy>;

absl::StatusOr<Skeleton> Load() {
  std::lock_guard<std::mutex> lock(log_mutex);
  std::deque<std::string> lines;
  log_lines = &lines;
  libbpf_print_fn_t before = libbpf_set_print(KeepLine);
  Skeleton skeleton(pol_network__open());
  int error = skeleton == nullptr ? -errno : pol_network__load(skeleton.get());
  libbpf_set_print(before);
  log_lines = nullptr;
  if (error)
    return support::SystemError(
        -error, absl::StrCat("load the network programs; the kernel said:\n  ",
                             absl::StrJoin(lines, "\n  ")));
  return skeleton;
}

absl::Status PinAll(const pol_network& skeleton, const std::string& directory) {
  bpf_map* map;
  bpf_object__for_each_map(map, skeleton.obj) {
    std::string name = bpf_map__name(map);
    // Constants of the programs themselves (".rodata").
    if (name.find('.') != std::string::npos) continue;
    if (int error = bpf_map__pin(map, (directory + "/map/" + name).c_str()))
      return support::SystemError(-error, absl::StrCat("pin map ", name));
  }
  bpf_program* program;
  bpf_object__for_each_program(program, skeleton.obj) {
    std::string name = bpf_program__name(program);
    std::string pin = directory + "/program/" + name;
    if (int error = bpf_program__pin(program, pin.c_str()))
      return support::SystemError(-error, absl::StrCat("pin program ", name));
  }
  return absl::OkStatus();
}

}  // namespace

uint64_t ProgramsHash() {
  size_t size = 0;
  const auto* bytes =
      static_cast<const unsigned char*>(pol_network__elf_bytes(&size));
  uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return hash;
}

absl::Status LoadAndPin(const std::string& directory) {
  POL_ASSIGN_OR_RETURN(Skeleton skeleton, Load());
  return PinAll(*skeleton, directory);
}

absl::Status TryPrograms() { return Load().status(); }

}  // namespace pol::kernel
