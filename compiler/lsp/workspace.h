// The policy folders of the files that a client has open.
#ifndef POL_COMPILER_LSP_WORKSPACE_H_
#define POL_COMPILER_LSP_WORKSPACE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/lsp/findings.h"
#include "compiler/lsp/folder.h"
#include "compiler/lsp/json.h"
#include "compiler/lsp/line_table.h"

namespace pol::lsp {

// An open file: its folder, and its name there.
struct OpenFile {
  Folder* folder = nullptr;
  std::string name;
};

class Workspace {
 public:
  // Hears the parameters of `textDocument/publishDiagnostics`.
  using Publish = std::function<void(Json params)>;

  Workspace(Encoding encoding, FindingOptions options, Publish publish);

  void Open(const std::string& uri, int64_t version, std::string text);
  // Null when it is not open.
  std::optional<OpenFile> Find(const std::string& uri);
  // False when it is not open.
  bool Close(const std::string& uri);
  // A file of the disk has changed.
  void Forget(const std::string& uri);

  // Whether a folder has changed since its diagnostics were published.
  bool HasWork() const;
  // Checks one such folder and publishes what changed.
  void Work();

  const FindingOptions& options() const { return options_; }
  // What the disk did not let us read since this was asked last.
  std::vector<absl::Status>& trouble() { return trouble_; }

 private:
  struct Entry {
    explicit Entry(const std::string& path, Encoding encoding)
        : folder(path, encoding) {}
    bool HasWork() const {
      return folder.changed() || folder.edition() != edition;
    }
    Folder folder;
    uint64_t edition = 0;  // whose diagnostics the client has
    // By URI: the diagnostics that the client has, as text.
    std::map<std::string, std::string> published;
  };

  // Path of the folder and name of the file.
  static std::pair<std::string, std::string> Split(const std::string& uri);
  void PublishAll(Entry& entry);
  void Send(const FileInfo& file, Json diagnostics);

  const Encoding encoding_;
  const FindingOptions options_;
  const Publish publish_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;  // by path
  std::vector<absl::Status> trouble_;
};

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_WORKSPACE_H_
