// What an ELF program asks of the dynamic loader (elf(5), ld.so(8)).
#ifndef POL_AGENT_KERNEL_FILES_ELF_FILE_H_
#define POL_AGENT_KERNEL_FILES_ELF_FILE_H_

#include <optional>
#include <string>

namespace pol::kernel {

struct ElfFile {
  std::string interpreter;  // PT_INTERP; empty: statically linked
  std::string rpath;        // DT_RPATH, folders between colons
  std::string runpath;      // DT_RUNPATH
};

// Of a little-endian ELF file of 32 or 64 bits open for reading; nullopt for
// anything else. What is damaged is left empty.
std::optional<ElfFile> ReadElf(int fd);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_ELF_FILE_H_
