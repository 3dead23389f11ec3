#include "agent/kernel/files/elf_file.h"

#include <elf.h>
#include <linux/limits.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace pol::kernel {
namespace {

constexpr size_t kMostEntries = 4096;  // of a table; real ones have dozens

// A damaged file must not make us read its claims into memory.
template <typename T>
std::vector<T> ReadTable(int fd, uint64_t offset, uint64_t count) {
  std::vector<T> table(std::min<uint64_t>(count, kMostEntries));
  ssize_t size = pread(fd, table.data(), table.size() * sizeof(T),
                       static_cast<off_t>(offset));
  table.resize(size < 0 ? 0 : static_cast<size_t>(size) / sizeof(T));
  return table;
}

std::string ReadText(int fd, uint64_t offset) {
  std::vector<char> bytes = ReadTable<char>(fd, offset, PATH_MAX);
  return {bytes.begin(), std::find(bytes.begin(), bytes.end(), '\0')};
}

template <typename Header, typename Segment, typename Entry>
ElfFile Read(int fd) {
  ElfFile elf;
  std::vector<Header> header = ReadTable<Header>(fd, 0, 1);
  if (header.empty() || header[0].e_phentsize != sizeof(Segment)) return elf;
  std::vector<Segment> segments =
      ReadTable<Segment>(fd, header[0].e_phoff, header[0].e_phnum);
  // Entries name memory; a segment says which part of the file that is.
  auto offset_of = [&](uint64_t address) -> std::optional<uint64_t> {
    for (const Segment& segment : segments) {
      if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
          address - segment.p_vaddr < segment.p_filesz)
        return address - segment.p_vaddr + segment.p_offset;
    }
    return std::nullopt;
  };
  std::vector<Entry> entries;
  for (const Segment& segment : segments) {
    if (segment.p_type == PT_INTERP)
      elf.interpreter = ReadText(fd, segment.p_offset);
    if (segment.p_type == PT_DYNAMIC) {
      entries = ReadTable<Entry>(fd, segment.p_offset,
                                 segment.p_filesz / sizeof(Entry));
    }
  }
  auto value = [&](int64_t tag) -> std::optional<uint64_t> {
    for (const Entry& entry : entries) {
      if (entry.d_tag == DT_NULL) break;
      if (entry.d_tag == tag) return entry.d_un.d_val;
    }
    return std::nullopt;
  };
  std::optional<uint64_t> strings = value(DT_STRTAB);
  if (strings) strings = offset_of(*strings);
  if (!strings) return elf;
  if (auto text = value(DT_RPATH)) elf.rpath = ReadText(fd, *strings + *text);
  if (auto text = value(DT_RUNPATH))
    elf.runpath = ReadText(fd, *strings + *text);
  return elf;
}

}  // namespace

std::optional<ElfFile> ReadElf(int fd) {
  std::vector<unsigned char> start = ReadTable<unsigned char>(fd, 0, EI_NIDENT);
  if (start.size() != EI_NIDENT || memcmp(start.data(), ELFMAG, SELFMAG) != 0 ||
      start[EI_DATA] != ELFDATA2LSB) {
    return std::nullopt;
  }
  if (start[EI_CLASS] == ELFCLASS64)
    return Read<Elf64_Ehdr, Elf64_Phdr, Elf64_Dyn>(fd);
  if (start[EI_CLASS] == ELFCLASS32)
    return Read<Elf32_Ehdr, Elf32_Phdr, Elf32_Dyn>(fd);
  return std::nullopt;
}

}  // namespace pol::kernel
