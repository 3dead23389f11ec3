// A policy folder that a client works on: the files of the disk, the client's
// buffers before them, and what the compiler makes of both.
#ifndef POL_COMPILER_LSP_FOLDER_H_
#define POL_COMPILER_LSP_FOLDER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/lsp/line_table.h"
#include "compiler/lsp/snapshot.h"
#include "compiler/support/status.h"
#include "compiler/syntax/reparse.h"

namespace pol::lsp {

// A part of a text that a client replaces; all of it without a range.
struct Replacement {
  struct Range {
    Position start;
    Position end;
  };
  std::optional<Range> range;
  std::string_view text;
};

class Folder {
 public:
  // `path` is absolute, or empty for a buffer that is no file.
  Folder(std::string path, Encoding encoding);

  // `name` is that of a file in the folder, or the URI of a buffer that is no
  // file. All but Open() ask that the file is open.
  void Open(const std::string& name, const std::string& uri, int64_t version,
            std::string text);
  // kResourceExhausted when the text would become larger than any message may
  // be; it then stays as it is.
  absl::Status Edit(const std::string& name, std::optional<int64_t> version,
                    const std::vector<Replacement>& replacements);
  void Close(const std::string& name);
  bool IsOpen(std::string_view name) const;
  bool HasOpenFiles() const;

  // The disk has changed. It is read when the folder is looked at again.
  void Forget() { stale_ = true; }

  // At least parsed; at least checked, and one stage further (checked, then
  // proved) than the last time. Good until the next edit. What the disk did not
  // let us read goes to `trouble`.
  Snapshot& Parsed(std::vector<absl::Status>& trouble);
  Snapshot& Checked(std::vector<absl::Status>& trouble);

  // Whether Checked() would have something to do.
  bool changed() const { return stage_ != Stage::kProved || stale_; }
  // Another number for every snapshot, from 1.
  uint64_t edition() const { return edition_; }

  // The number of an open file in the snapshot.
  std::optional<support::FileId> Find(std::string_view name) const;

 private:
  enum class Stage { kEdited, kParsed, kChecked, kProved };

  struct File {
    std::string uri;
    std::optional<int64_t> version;  // set while it is open
    std::string text;
    // Of the snapshot, if it has the file: where it is there, what the parser
    // said about it, and what has been done to it since.
    std::optional<support::FileId> id;
    std::vector<diag::Diagnostic> said;
    syntax::Change change;
  };

  void ReadDisk(std::vector<absl::Status>& trouble);
  void Replace(File& file, std::string text);
  void Parse(std::vector<absl::Status>& trouble);
  // The open files without anything beside them.
  absl::StatusOr<driver::Compilation> BeginAlone() const;

  const std::string path_;
  const Encoding encoding_;
  std::unique_ptr<driver::ModuleReader> reader_;
  std::map<std::string, File, std::less<>> files_;  // by name
  std::unique_ptr<Snapshot> snapshot_;
  Stage stage_ = Stage::kEdited;
  uint64_t edition_ = 0;
  bool stale_ = true;
};

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_FOLDER_H_
