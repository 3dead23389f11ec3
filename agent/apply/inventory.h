// The files of a host as lines of text, and both ways between them and a
// FileSystem.
//
//   polc-files 1
//   tree /srv/app                     everything that begins so is listed
//   file d u:object_r:usr_t:s0\x00 - /srv/app
//   file - - \x01\x00\x00\x02… /srv/app/bin
//   refused 5 /srv/gone open /srv/gone: No such file or directory
//
// A file has its kind (as find -type; "-" for a regular one), the bytes of
// security.selinux and of security.capability, "-" where there are none, and
// its path. Space, backslash and what is not printable ASCII is written "\xNN".
// A refusal is a code of absl::StatusCode with its message. Lines are sorted.
#ifndef POL_AGENT_APPLY_INVENTORY_H_
#define POL_AGENT_APPLY_INVENTORY_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/kernel/files/file_system.h"
#include "compiler/support/status.h"

namespace pol::apply {

struct InventoryEntry {
  absl::Status refused;  // not OK: nothing else is known
  values::FileKind kind = values::FileKind::kFile;
  std::optional<std::string> label;
  std::optional<std::string> capabilities;
};

struct Inventory {
  std::set<std::string> trees;
  std::map<std::string, InventoryEntry> entries;  // by path

  std::string Write() const;
  // kDataLoss names the line that cannot be understood, kUnimplemented a newer
  // format.
  static absl::StatusOr<Inventory> Parse(const std::string& text);
};

// Goes through to `files`, and enters into `inventory` what it meets: each
// file opened, each tree walked with all that is in it. Both outlive it.
std::unique_ptr<kernel::FileSystem> MakeRecordingFileSystem(
    kernel::FileSystem& files, Inventory* inventory);

// Reads only. What the inventory does not tell is kFailedPrecondition.
std::unique_ptr<kernel::FileSystem> MakeInventoryFileSystem(
    Inventory inventory);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_INVENTORY_H_
