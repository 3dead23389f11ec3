#include "agent/kernel/files/elf_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <random>
#include <string>

#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

std::optional<ElfFile> Read(const std::string& bytes) {
  int fd = memfd_create("elf", MFD_CLOEXEC);
  EXPECT_EQ(write(fd, bytes.data(), bytes.size()),
            static_cast<ssize_t>(bytes.size()));
  std::optional<ElfFile> elf = ReadElf(fd);
  close(fd);
  return elf;
}

TEST(ReadElfTest, ThisProgram) {
  int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  std::optional<ElfFile> elf = ReadElf(fd);
  close(fd);
  ASSERT_TRUE(elf.has_value());
  EXPECT_NE(elf->interpreter.find("/ld-"), std::string::npos)
      << elf->interpreter;
}

TEST(ReadElfTest, OtherFilesAreNone) {
  EXPECT_FALSE(Read("").has_value());
  EXPECT_FALSE(Read("#!/bin/sh\n").has_value());
  EXPECT_FALSE(Read(std::string(64, '\xff')).has_value());
  // Big-endian.
  EXPECT_FALSE(Read(std::string("\x7f"
                                "ELF\x02\x02\x01",
                                7) +
                    std::string(64, '\0'))
                   .has_value());
}

// Whatever a file claims, reading it ends and stays in bounds.
TEST(ReadElfTest, DamagedFiles) {
  std::string start =
      support::ReadFile("/usr/bin/cat", 1u << 26)->substr(0, 4096);
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = start.substr(0, 64 + random() % (start.size() - 64));
    for (int change = 0; change < 8; ++change)
      bytes[16 + random() % (bytes.size() - 16)] = static_cast<char>(random());
    EXPECT_TRUE(Read(bytes).has_value());
  }
}

}  // namespace
}  // namespace pol::kernel
