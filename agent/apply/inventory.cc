#include "agent/apply/inventory.h"

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "agent/kernel/files/file_capabilities.h"
#include "agent/kernel/files/selinux_store.h"

namespace pol::apply {
namespace {

using kernel::FileInfo;
using kernel::FileSystem;
using kernel::OpenFile;
using values::FileKind;
using Bytes = std::optional<std::string>;

constexpr char kHeader[] = "polc-files 1";

constexpr std::array<std::pair<char, FileKind>, 7> kKinds = {{
    {'-', FileKind::kFile},
    {'d', FileKind::kDirectory},
    {'l', FileKind::kLink},
    {'b', FileKind::kBlock},
    {'c', FileKind::kCharacter},
    {'p', FileKind::kPipe},
    {'s', FileKind::kSocket},
}};

char LetterOf(FileKind kind) {
  for (const auto& [letter, one] : kKinds)
    if (one == kind) return letter;
  return '-';
}

std::optional<FileKind> KindOf(absl::string_view letter) {
  for (const auto& [one, kind] : kKinds)
    if (letter.size() == 1 && letter[0] == one) return kind;
  return std::nullopt;
}

std::string Escape(const std::string& bytes) {
  std::string text;
  for (char byte : bytes) {
    if (byte > ' ' && byte < 0x7f && byte != '\\') {
      text.push_back(byte);
    } else {
      absl::StrAppendFormat(&text, "\\x%02x", static_cast<uint8_t>(byte));
    }
  }
  return text;
}

Bytes Unescape(absl::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes.push_back(text[i]);
      continue;
    }
    int value = 0;
    if (i + 3 >= text.size() || text[i + 1] != 'x' ||
        !absl::SimpleHexAtoi(text.substr(i + 2, 2), &value)) {
      return std::nullopt;
    }
    bytes.push_back(static_cast<char>(value));
    i += 3;
  }
  return bytes;
}

// "-" is absent; a value that is one dash or empty would look like it.
std::string EscapeValue(const Bytes& bytes) {
  if (!bytes) return "-";
  if (*bytes == "-") return "\\x2d";
  return bytes->empty() ? "\\empty" : Escape(*bytes);
}

// False when the text is no value.
bool ReadValue(absl::string_view text, Bytes* bytes) {
  bytes->reset();
  if (text == "-") return true;
  if (text == "\\empty") {
    *bytes = "";
    return true;
  }
  *bytes = Unescape(text);
  return bytes->has_value() && !text.empty();
}

// Enters the line into `inventory`; false when it is none.
bool ReadLine(absl::string_view line, Inventory* inventory) {
  std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  if (words[0] == "tree" && words.size() == 2) {
    Bytes tree = Unescape(words[1]);
    if (tree) inventory->trees.insert(*tree);
    return tree.has_value();
  }
  InventoryEntry entry;
  Bytes path;
  if (words[0] == "file" && words.size() == 5) {
    std::optional<FileKind> kind = KindOf(words[1]);
    path = Unescape(words[4]);
    if (!kind || !ReadValue(words[2], &entry.label) ||
        !ReadValue(words[3], &entry.capabilities)) {
      return false;
    }
    entry.kind = *kind;
  } else if (words[0] == "refused" && words.size() == 4) {
    int code = 0;
    path = Unescape(words[2]);
    Bytes message = Unescape(words[3]);
    if (!absl::SimpleAtoi(words[1], &code) || code <= 0 || !message)
      return false;
    entry.refused = absl::Status(static_cast<absl::StatusCode>(code), *message);
  } else {
    return false;
  }
  return path && inventory->entries.emplace(*path, std::move(entry)).second;
}

class RecordingFileSystem : public FileSystem {
 public:
  RecordingFileSystem(FileSystem& files, Inventory* inventory)
      : files_(files), inventory_(inventory) {}

  absl::StatusOr<std::unique_ptr<OpenFile>> Open(
      const std::string& path) override {
    absl::StatusOr<std::unique_ptr<OpenFile>> file = files_.Open(path);
    inventory_->entries[path] = Examine(file);
    return file;
  }

  absl::Status Walk(const std::string& prefix, const Visitor& visit) override {
    absl::Status walked =
        files_.Walk(prefix, [&](const std::string& path, const FileInfo& info) {
          InventoryEntry entry = Examine(files_.Open(path));
          // What vanishes meanwhile was never there.
          if (absl::IsNotFound(entry.refused)) return;
          inventory_->entries[path] = std::move(entry);
          visit(path, info);
        });
    if (walked.ok()) inventory_->trees.insert(prefix);
    return walked;
  }

 private:
  static InventoryEntry Examine(
      const absl::StatusOr<std::unique_ptr<OpenFile>>& file) {
    InventoryEntry entry;
    entry.refused = file.status();
    if (!file.ok()) return entry;
    entry.kind = (*file)->info().kind;
    absl::StatusOr<Bytes> label = (*file)->GetXattr(kernel::kSelinuxXattr);
    absl::StatusOr<Bytes> set = (*file)->GetXattr(kernel::kCapabilityXattr);
    entry.refused.Update(label.status());
    entry.refused.Update(set.status());
    if (label.ok()) entry.label = *std::move(label);
    if (set.ok()) entry.capabilities = *std::move(set);
    return entry;
  }

  FileSystem& files_;
  Inventory* inventory_;
};

absl::Status ReadOnly() {
  return absl::FailedPreconditionError(
      "a snapshot of a host cannot be changed");
}

class InventoryFile : public OpenFile {
 public:
  InventoryFile(const InventoryEntry& entry, FileInfo info)
      : entry_(entry), info_(info) {}

  const FileInfo& info() const override { return info_; }
  absl::StatusOr<Bytes> GetXattr(const std::string& name) override {
    if (name == kernel::kSelinuxXattr) return entry_.label;
    if (name == kernel::kCapabilityXattr) return entry_.capabilities;
    return absl::FailedPreconditionError(
        absl::StrCat("the snapshot does not tell ", name));
  }
  absl::Status SetXattr(const std::string&, const std::string&) override {
    return ReadOnly();
  }
  absl::Status RemoveXattr(const std::string&) override { return ReadOnly(); }

 private:
  const InventoryEntry& entry_;
  FileInfo info_;
};

class InventoryFileSystem : public FileSystem {
 public:
  explicit InventoryFileSystem(Inventory inventory)
      : inventory_(std::move(inventory)) {}

  absl::StatusOr<std::unique_ptr<OpenFile>> Open(
      const std::string& path) override {
    auto found = inventory_.entries.find(path);
    if (found != inventory_.entries.end()) {
      if (!found->second.refused.ok()) return found->second.refused;
      return std::make_unique<InventoryFile>(found->second,
                                             Info(path, found->second));
    }
    if (!Tells(path)) return Untold(path);
    for (size_t slash = path.find('/', 1); slash != path.npos;
         slash = path.find('/', slash + 1)) {
      auto folder = inventory_.entries.find(path.substr(0, slash));
      if (folder != inventory_.entries.end() &&
          folder->second.kind == FileKind::kLink) {
        return absl::FailedPreconditionError(absl::StrCat(
            path, ": a folder on the way is a symbolic link: ", folder->first));
      }
    }
    return support::SystemError(ENOENT, absl::StrCat("open ", path));
  }

  absl::Status Walk(const std::string& prefix, const Visitor& visit) override {
    if (!Tells(prefix)) return Untold(prefix);
    for (auto it = inventory_.entries.lower_bound(prefix);
         it != inventory_.entries.end() && absl::StartsWith(it->first, prefix);
         ++it) {
      if (it->second.refused.ok())
        visit(it->first, Info(it->first, it->second));
    }
    return absl::OkStatus();
  }

 private:
  bool Tells(const std::string& path) const {
    for (const std::string& tree : inventory_.trees)
      if (absl::StartsWith(path, tree)) return true;
    return false;
  }

  static absl::Status Untold(const std::string& path) {
    return absl::FailedPreconditionError(
        absl::StrCat("the snapshot does not tell of ", path,
                     ": take it again with --path ", path));
  }

  // One device; the place of the entry in memory tells files apart.
  static FileInfo Info(const std::string&, const InventoryEntry& entry) {
    return {entry.kind, 1, reinterpret_cast<uintptr_t>(&entry)};
  }

  Inventory inventory_;
};

}  // namespace

std::string Inventory::Write() const {
  std::string text = absl::StrCat(kHeader, "\n");
  for (const std::string& tree : trees)
    absl::StrAppend(&text, "tree ", Escape(tree), "\n");
  for (const auto& [path, entry] : entries) {
    if (entry.refused.ok()) {
      absl::StrAppend(&text, "file ", std::string(1, LetterOf(entry.kind)), " ",
                      EscapeValue(entry.label), " ",
                      EscapeValue(entry.capabilities), " ", Escape(path), "\n");
    } else {
      absl::StrAppend(&text, "refused ", static_cast<int>(entry.refused.code()),
                      " ", Escape(path), " ",
                      Escape(std::string(entry.refused.message())), "\n");
    }
  }
  return text;
}

absl::StatusOr<Inventory> Inventory::Parse(const std::string& text) {
  Inventory inventory;
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (number == 1) {
      if (line == kHeader) continue;
      if (absl::StartsWith(line, "polc-files "))
        return absl::UnimplementedError(
            absl::StrCat("this version reads ", kHeader, ", not ", line));
      return absl::DataLossError("it is no inventory of files");
    }
    if (line.empty() && number > 1 && text.back() == '\n') continue;
    if (!ReadLine(line, &inventory)) {
      return absl::DataLossError(
          absl::StrCat("line ", number, " cannot be understood"));
    }
  }
  if (text.back() != '\n') return absl::DataLossError("its end is cut off");
  return inventory;
}

std::unique_ptr<FileSystem> MakeRecordingFileSystem(FileSystem& files,
                                                    Inventory* inventory) {
  return std::make_unique<RecordingFileSystem>(files, inventory);
}

std::unique_ptr<FileSystem> MakeInventoryFileSystem(Inventory inventory) {
  return std::make_unique<InventoryFileSystem>(std::move(inventory));
}

}  // namespace pol::apply
