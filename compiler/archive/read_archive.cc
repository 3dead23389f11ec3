#include "compiler/archive/read_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "compiler/support/check.h"

namespace pol::archive {
namespace {

// libarchive knows names in the character set of the thread's locale; while one
// of these lives, that is UTF-8, whatever the program runs in.
class Utf8Names {
 public:
  Utf8Names() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) before_ = uselocale(locale_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() {
    if (locale_ == nullptr) return;
    uselocale(before_);
    freelocale(locale_);
  }

 private:
  locale_t locale_;
  locale_t before_ = nullptr;
};

struct Free {
  void operator()(struct archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<struct archive, Free>;

absl::Status Refused(std::string_view why) {
  return absl::InvalidArgumentError(support::ToAbsl(why));
}

absl::Status Damaged(const Reader& reader) {
  const char* why = archive_error_string(reader.get());
  return Refused(why != nullptr ? why : "it is damaged");
}

absl::StatusOr<Reader> Open(std::string_view bytes) {
  Reader reader(archive_read_new());
  POL_CHECK(reader != nullptr) << "no memory for an archive's reader";
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_zip(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_xz(reader.get());
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) !=
      ARCHIVE_OK) {
    return Damaged(reader);
  }
  // The last filter is the one that does nothing. Compressed again and again, a
  // few bytes keep a reader busy without ever growing to a file.
  if (archive_filter_count(reader.get()) > 2) {
    return Refused("it is compressed more than once");
  }
  return reader;
}

// Without `.` and empty parts; nothing for a name that leads out of the
// archive.
std::optional<std::string> Normalize(const char* name) {
  if (*name == '/') return std::nullopt;
  std::vector<absl::string_view> parts;
  for (absl::string_view part : absl::StrSplit(name, '/')) {
    if (part == "..") return std::nullopt;
    if (!part.empty() && part != ".") parts.push_back(part);
  }
  return absl::StrJoin(parts, "/");
}

// Counts what an archive grows to, and says when it is too much.
class Meter {
 public:
  Meter(const Limits& limits, size_t archive_bytes)
      : limits_(limits), archive_bytes_(archive_bytes) {}

  absl::Status Entry() {
    if (++entries_ <= limits_.entries) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        absl::StrCat("it has more than ", limits_.entries, " entries"));
  }

  absl::Status Bytes(size_t count) {
    bytes_ += count;
    if (bytes_ > limits_.bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat("it unpacks to more than ", limits_.bytes, " bytes"));
    }
    if (bytes_ > limits_.free_bytes &&
        bytes_ / limits_.ratio > archive_bytes_) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "it unpacks to more than ", limits_.ratio, " times its size"));
    }
    return absl::OkStatus();
  }

 private:
  const Limits& limits_;
  size_t archive_bytes_;
  size_t entries_ = 0;
  size_t bytes_ = 0;
};

// Reads an entry to its end, wanted or not: what is skipped is decompressed
// too, and has to be counted.
absl::Status ReadEntry(const Reader& reader, Meter& meter, std::string* text) {
  std::array<char, 65536> buffer;
  while (true) {
    const la_ssize_t n =
        archive_read_data(reader.get(), buffer.data(), buffer.size());
    if (n < 0) return Damaged(reader);
    if (n == 0) return absl::OkStatus();
    POL_RETURN_IF_ERROR(meter.Bytes(static_cast<size_t>(n)));
    if (text != nullptr) text->append(buffer.data(), static_cast<size_t>(n));
  }
}

bool IsFile(archive_entry* entry) {
  return archive_entry_filetype(entry) == AE_IFREG &&
         archive_entry_hardlink(entry) == nullptr;
}

absl::Status TakeEntry(const Reader& reader, archive_entry* entry,
                       absl::FunctionRef<bool(std::string_view)> wanted,
                       Meter& meter, Files& files) {
  const char* written = archive_entry_pathname_utf8(entry);
  if (written == nullptr) return Refused("it has a name that is not UTF-8");
  std::optional<std::string> name = Normalize(written);
  if (!name) {
    return Refused(
        absl::StrCat("its entry `", written, "` lies outside of it"));
  }
  if (archive_entry_filetype(entry) == AE_IFDIR || !wanted(*name)) {
    return ReadEntry(reader, meter, nullptr);
  }
  if (!IsFile(entry)) {
    return Refused(absl::StrCat("its entry `", *name, "` is not a file"));
  }
  auto [at, is_new] = files.try_emplace(*name);
  if (!is_new) {
    return Refused(absl::StrCat("it has two entries `", *name, "`"));
  }
  return ReadEntry(reader, meter, &at->second);
}

}  // namespace

absl::StatusOr<Files> ReadArchive(
    std::string_view bytes, absl::FunctionRef<bool(std::string_view)> wanted,
    const Limits& limits) {
  const Utf8Names names;
  POL_ASSIGN_OR_RETURN(const Reader reader, Open(bytes));
  Meter meter(limits, bytes.size());
  Files files;
  while (true) {
    archive_entry* entry = nullptr;
    const int read = archive_read_next_header(reader.get(), &entry);
    if (read == ARCHIVE_EOF) return files;
    // A warning is about what is not asked for, an owner's name say.
    if (read != ARCHIVE_OK && read != ARCHIVE_WARN) return Damaged(reader);
    POL_RETURN_IF_ERROR(meter.Entry());
    POL_RETURN_IF_ERROR(TakeEntry(reader, entry, wanted, meter, files));
  }
}

}  // namespace pol::archive
