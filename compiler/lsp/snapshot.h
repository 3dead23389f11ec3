// A policy folder at one moment: its texts, their trees and what was found,
// with the way to and from the places that a client speaks of.
#ifndef POL_COMPILER_LSP_SNAPSHOT_H_
#define POL_COMPILER_LSP_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/driver/compile.h"
#include "compiler/lsp/json.h"
#include "compiler/lsp/line_table.h"
#include "compiler/lsp/symbols.h"

namespace pol::lsp {

// What a client knows about a file.
struct FileInfo {
  std::string uri;
  std::optional<int64_t> version;  // unset when it is not open
};

class Snapshot {
 public:
  // `files` are the folder's own, by FileId; `folder` is its path, from which
  // the files of its modules are reached. Empty when there is none.
  Snapshot(driver::Compilation compilation, std::vector<FileInfo> files,
           std::string folder, Encoding encoding);

  driver::Compilation& compilation() { return compilation_; }
  const driver::Compilation& compilation() const { return compilation_; }
  const support::SourceSet& sources() const { return compilation_.sources; }
  // By FileId. A file that no client can open, as one in an archive, has an
  // empty URI.
  const FileInfo& file(support::FileId file) const;
  size_t files() const { return sources().size(); }

  // Made when first asked for.
  const Symbols& symbols() const;
  const LineTable& lines(support::FileId file) const;

  // Of the protocol: Range, Location, and the offset that a Position means.
  Json RangeOf(Span span) const;
  Json LocationOf(Span span) const;
  uint32_t OffsetOf(support::FileId file, const Json& position) const;

  // A WorkspaceEdit of replacements, which do not overlap. With
  // `versioned`, it says which versions it is for.
  Json WorkspaceEdit(
      const std::vector<std::pair<Span, std::string>>& replacements,
      bool versioned) const;

 private:
  driver::Compilation compilation_;
  mutable std::vector<FileInfo> files_;
  std::string folder_;
  Encoding encoding_;
  mutable std::unique_ptr<Symbols> symbols_;
  mutable std::vector<std::unique_ptr<LineTable>> lines_;
};

// A Position of the protocol; nothing when it is none.
std::optional<Position> ReadPosition(const Json& json);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_SNAPSHOT_H_
