// What a client asks about its files.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/sink.h"
#include "compiler/lsp/completion.h"
#include "compiler/lsp/findings.h"
#include "compiler/lsp/hover.h"
#include "compiler/lsp/outline.h"
#include "compiler/lsp/rename.h"
#include "compiler/lsp/server.h"
#include "compiler/syntax/format.h"

namespace pol::lsp {
namespace {

using diag::Cat;

Answer Refuse(ErrorCode code, std::string message) {
  return {nullptr, code, std::move(message)};
}

Json Locations(const Snapshot& snapshot,
               const std::vector<const Mention*>& mentions, bool declarations,
               bool uses) {
  Json all = Json::array();
  for (const Mention* mention : mentions) {
    if (mention->declares ? declarations : uses) {
      all.push_back(snapshot.LocationOf(mention->span));
    }
  }
  return all;
}

// Of two texts with the same lines, the edits of those that differ.
Json LineEdits(const Snapshot& snapshot, support::FileId file,
               std::string_view before, std::string_view after) {
  Json edits = Json::array();
  uint32_t at = 0;
  while (!before.empty() || !after.empty()) {
    const std::string_view old_line = before.substr(0, before.find('\n'));
    const std::string_view new_line = after.substr(0, after.find('\n'));
    if (old_line != new_line) {
      const auto end = static_cast<uint32_t>(at + old_line.size());
      edits.push_back({{"range", snapshot.RangeOf({file, at, end})},
                       {"newText", new_line}});
    }
    at += static_cast<uint32_t>(old_line.size() + 1);
    before.remove_prefix(std::min(before.size(), old_line.size() + 1));
    after.remove_prefix(std::min(after.size(), new_line.size() + 1));
  }
  return edits;
}

}  // namespace

Server::Asked Server::Ask(const Json& params, bool place) {
  Asked asked;
  const std::string uri = StringAt(params, {"textDocument", "uri"});
  const std::optional<OpenFile> file = workspace_->Find(uri);
  if (!file.has_value()) {
    asked.problem =
        Refuse(ErrorCode::kInvalidParams, Cat("`", uri, "` is not open"));
    return asked;
  }
  if (place && !ReadPosition(At(params, {"position"})).has_value()) {
    asked.problem =
        Refuse(ErrorCode::kInvalidParams, "`position` is no position");
    return asked;
  }
  asked.folder = file->folder;
  asked.snapshot = &file->folder->Parsed(workspace_->trouble());
  asked.file = *file->folder->Find(file->name);
  if (place) {
    asked.offset =
        asked.snapshot->OffsetOf(asked.file, At(params, {"position"}));
  }
  return asked;
}

Answer Server::Completion(const Json& params) {
  const Asked asked = Ask(params, true);
  if (asked.problem) return *asked.problem;
  return {Complete(*asked.snapshot, asked.file, asked.offset, snippets_)};
}

Answer Server::Hover(const Json& params) {
  const Asked asked = Ask(params, true);
  if (asked.problem) return *asked.problem;
  return {HoverAt(*asked.snapshot, asked.file, asked.offset)};
}

Answer Server::Definition(const Json& params) {
  const Asked asked = Ask(params, true);
  if (asked.problem) return *asked.problem;
  const Symbols& symbols = asked.snapshot->symbols();
  const Mention* mention = symbols.At(asked.file, asked.offset);
  if (mention == nullptr) return {nullptr};
  return {Locations(*asked.snapshot, symbols.Of(mention->symbol), true, false)};
}

Answer Server::References(const Json& params) {
  const Asked asked = Ask(params, true);
  if (asked.problem) return *asked.problem;
  const Symbols& symbols = asked.snapshot->symbols();
  const Mention* mention = symbols.At(asked.file, asked.offset);
  if (mention == nullptr) return {nullptr};
  return {Locations(*asked.snapshot, symbols.Of(mention->symbol),
                    TrueAt(params, {"context", "includeDeclaration"}), true)};
}

Answer Server::PrepareRename(const Json& params) {
  const Asked asked = Ask(params, true);
  if (asked.problem) return *asked.problem;
  const Mention* mention = Renamable(*asked.snapshot, asked.file, asked.offset);
  if (mention == nullptr) return {nullptr};
  return {asked.snapshot->RangeOf(NameIn(*asked.snapshot, *mention))};
}

Answer Server::RenameName(const Json& params) {
  const Asked asked = Ask(params, true);
  if (asked.problem) return *asked.problem;
  const Mention* mention = Renamable(*asked.snapshot, asked.file, asked.offset);
  if (mention == nullptr) {
    return Refuse(ErrorCode::kRequestFailed,
                  "no name that could be changed stands here");
  }
  const auto replacements =
      Rename(*asked.snapshot, *mention, StringAt(params, {"newName"}));
  if (!replacements.ok()) {
    return Refuse(absl::IsInvalidArgument(replacements.status())
                      ? ErrorCode::kInvalidParams
                      : ErrorCode::kRequestFailed,
                  std::string(replacements.status().message()));
  }
  return {asked.snapshot->WorkspaceEdit(*replacements,
                                        workspace_->options().versioned)};
}

Answer Server::DocumentSymbol(const Json& params) {
  const Asked asked = Ask(params, false);
  if (asked.problem) return *asked.problem;
  return {Outline(*asked.snapshot, asked.file)};
}

Answer Server::Formatting(const Json& params) {
  const Asked asked = Ask(params, false);
  if (asked.problem) return *asked.problem;
  diag::Sink sink;
  const support::SourceSet& sources = asked.snapshot->sources();
  const std::optional<std::string> text =
      syntax::Format(asked.file, sources, sink);
  // What is wrong with it is known from its diagnostics.
  if (!text.has_value()) return {nullptr};
  return {LineEdits(*asked.snapshot, asked.file,
                    sources.file(asked.file).text(), *text)};
}

Answer Server::CodeAction(const Json& params) {
  const Asked asked = Ask(params, false);
  if (asked.problem) return *asked.problem;
  const Json& only = At(params, {"context", "only"});
  if (only.is_array() && !Holds(only, "quickfix") && !Holds(only, "")) {
    return {Json::array()};
  }
  const Snapshot& snapshot = asked.folder->Checked(workspace_->trouble());
  const uint32_t begin =
      snapshot.OffsetOf(asked.file, At(params, {"range", "start"}));
  const uint32_t end =
      snapshot.OffsetOf(asked.file, At(params, {"range", "end"}));
  return {ActionsAt(snapshot, {asked.file, begin, std::max(begin, end)},
                    workspace_->options())};
}

}  // namespace pol::lsp
