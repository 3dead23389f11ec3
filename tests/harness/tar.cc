#include "tests/harness/tar.h"

#include "absl/strings/str_format.h"
#include "compiler/support/check.h"

namespace pol::harness {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kNameSize = 100;
constexpr size_t kChecksum = 148;

// A header has fields of fixed width; numbers are octal.
std::string Header(const std::string& name, size_t size) {
  POL_CHECK(name.size() <= kNameSize) << name;
  std::string header = name;
  header.resize(kNameSize);
  header += absl::StrFormat("%07o%c", 0644, '\0');              // mode
  header += absl::StrFormat("%07o%c%07o%c", 0, '\0', 0, '\0');  // owner, group
  header += absl::StrFormat("%011o%c%011o%c", size, '\0', 0, '\0');  // and time
  header += "        0";  // its checksum counts as spaces; a regular file
  header.resize(257);
  header += absl::StrFormat("ustar%c00", '\0');
  header.resize(kBlock);
  unsigned sum = 0;
  for (char c : header) sum += static_cast<unsigned char>(c);
  header.replace(kChecksum, 7, absl::StrFormat("%06o%c", sum, '\0'));
  return header;
}

}  // namespace

std::string Tar(const std::map<std::string, std::string>& files) {
  std::string archive;
  for (const auto& [name, text] : files) {
    archive += Header(name, text.size()) + text;
    archive.resize((archive.size() + kBlock - 1) / kBlock * kBlock);
  }
  return archive + std::string(2 * kBlock, '\0');
}

}  // namespace pol::harness
