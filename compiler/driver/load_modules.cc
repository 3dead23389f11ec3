#include "compiler/driver/load_modules.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "compiler/archive/read_archive.h"
#include "compiler/diag/cat.h"
#include "compiler/driver/diagnostics.h"
#include "compiler/driver/module_block.h"
#include "compiler/driver/module_path.h"
#include "compiler/syntax/parse.h"

namespace pol::driver {
namespace {

using diag::Cat;
using support::Span;
using support::ToAbsl;
using Kind = ModuleReader::Kind;

constexpr char kSuffix[] = ".pol";
// Past what a policy file may have, so that the parser is the one to refuse it,
// with a place.
constexpr size_t kMaxRead = size_t{64} << 20;

// Where paths start: the policy's folder, or an archive.
struct Tree {
  const ModuleReader* reader;
  std::string name;  // "" or the archive's path
};

struct Place {
  const Tree* tree;
  std::string folder;

  std::string Name() const { return JoinPath(tree->name, folder); }
};

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

void AppendLength(std::string& out, size_t length) {
  for (int shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>((uint64_t{length} >> shift) & 0xff));
  }
}

class Loader {
 public:
  Loader(support::SourceSet& sources, const ModuleReader& reader,
         diag::Sink& sink)
      : sources_(sources), sink_(sink), root_{&reader, ""} {}

  std::vector<Module> Load(std::vector<syntax::Ast> root_files) {
    files_ = root_files.size();
    Enter({&root_, ""}, std::move(root_files));
    return std::move(modules_);
  }

 private:
  // Adds a module whose files are parsed, and loads what it names.
  size_t Enter(const Place& place, std::vector<syntax::Ast> files);
  void LoadBlock(size_t parent, const syntax::Block& block);

  bool CheckSource(const Place& from, const ModuleBlock& written);

  std::optional<Place> Resolve(const Place& from, const ModuleBlock& written);
  const Tree* OpenArchive(const Place& from, const std::string& path,
                          const ModuleBlock& written);
  bool CheckArchivePin(const ModuleBlock& written, std::string_view bytes);
  std::optional<size_t> LoadPlace(const Place& place,
                                  const ModuleBlock& written);
  std::optional<std::vector<syntax::Ast>> ReadFiles(const Place& place,
                                                    const ModuleBlock& written);
  bool Count(size_t bytes, const ModuleBlock& written);
  void CheckFolderPin(size_t module, const ModuleBlock& written);
  void ReportDifference(const ModuleBlock& written, const std::string& pin);
  void ReportCycle(size_t module, const ModuleBlock& written);
  void NotFound(const ModuleBlock& written, std::string_view what,
                std::string note = {});

  support::SourceSet& sources_;
  diag::Sink& sink_;
  const Tree root_;
  std::deque<MemoryReader> archive_readers_;
  std::deque<Tree> archive_trees_;
  std::map<std::string, const Tree*> archives_;  // by identity
  std::map<std::pair<const Tree*, std::string>, size_t> loaded_;
  std::vector<Module> modules_;
  std::vector<Place> places_;   // of each module
  std::vector<size_t> within_;  // from the root to the module being read
  size_t files_ = 0;
  size_t bytes_ = 0;
  bool full_ = false;  // said once, and nothing is read after it
};

size_t Loader::Enter(const Place& place, std::vector<syntax::Ast> files) {
  const size_t module = modules_.size();
  loaded_[{place.tree, place.tree->reader->Identity(place.folder)}] = module;
  std::vector<const syntax::Block*> blocks;
  for (const syntax::Ast& file : files) {
    for (const syntax::Block& block : file.body.blocks) {
      if (block.type == "module") blocks.push_back(&block);
    }
  }
  modules_.push_back({place.Name(), std::move(files), {}});
  places_.push_back(place);
  within_.push_back(module);
  for (const syntax::Block* block : blocks) LoadBlock(module, *block);
  within_.pop_back();
  return module;
}

void Loader::LoadBlock(size_t parent, const syntax::Block& block) {
  const std::optional<ModuleBlock> written = ReadModuleBlock(block, sink_);
  if (!written || full_) return;
  const Place from = places_[parent];
  const std::optional<Place> place = Resolve(from, *written);
  if (!place) return;
  const std::optional<size_t> module = LoadPlace(*place, *written);
  if (!module) return;
  modules_[parent].children.push_back({&block, written->source, *module});
  if (place->tree == from.tree && !written->digest.empty()) {
    CheckFolderPin(*module, *written);
  }
}

// Whether the source names something local, in a form that can be followed.
bool Loader::CheckSource(const Place& from, const ModuleBlock& written) {
  const std::string& source = written.source;
  const bool clean = std::none_of(source.begin(), source.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (clean && IsLocal(source)) return true;
  diag::Diagnostic& report =
      sink_
          .Report(kSourceNotLocal, written.span(),
                  Cat("module source `", source, "` is not local"))
          .Note(
              "a module is a folder or an archive of this file system, and its "
              "source begins with `./` or `../`");
  const std::string meant = JoinPath(from.folder, source);
  const bool quoted = sources_.Text(written.span()).substr(0, 1) != "<";
  if (clean && quoted && !source.empty() && source[0] != '/' &&
      from.tree->reader->Look(meant) != Kind::kNothing) {
    const Span span = written.span();
    report.Suggest(Cat("did you mean `./", source, "`?"),
                   {{{span.file, span.begin + 1, span.begin + 1}, "./"}},
                   diag::Certainty::kPossible);
  }
  return false;
}

std::optional<Place> Loader::Resolve(const Place& from,
                                     const ModuleBlock& written) {
  if (!CheckSource(from, written)) return std::nullopt;
  const size_t part = written.source.find("//");
  const std::string outer =
      JoinPath(from.folder, written.source.substr(0, part));
  const std::string inner = part == std::string::npos
                                ? ""
                                : JoinPath("", written.source.substr(part + 2));
  const bool archived = from.tree != &root_;
  Place place{from.tree, JoinPath(outer, inner)};
  const Kind kind = from.tree->reader->Look(outer);
  if (!archived && kind == Kind::kFile) {
    place = {OpenArchive(from, outer, written), inner};
    if (place.tree == nullptr) return std::nullopt;
  }
  if (place.tree != &root_ && LeadsOutside(place.folder)) {
    sink_.Report(kOutsideArchive, written.span(),
                 Cat("`", written.source, "` leads out of the archive `",
                     place.tree->name, "`"));
    return std::nullopt;
  }
  return place;
}

const Tree* Loader::OpenArchive(const Place& from, const std::string& path,
                                const ModuleBlock& written) {
  if (!HasArchiveName(path)) {
    NotFound(written, "is a file and neither a folder nor an archive");
    return nullptr;
  }
  const ModuleReader& reader = *from.tree->reader;
  const absl::StatusOr<std::string> bytes = reader.Read(path, kArchiveBytes);
  if (!bytes.ok()) {
    NotFound(written, "cannot be read", std::string(bytes.status().message()));
    return nullptr;
  }
  if (!CheckArchivePin(written, *bytes)) return nullptr;
  const Tree*& tree = archives_[reader.Identity(path)];
  if (tree != nullptr) return tree;
  absl::StatusOr<archive::Files> files =
      archive::ReadArchive(*bytes, [](std::string_view name) {
        return absl::EndsWith(ToAbsl(name), kSuffix);
      });
  if (!files.ok()) {
    sink_
        .Report(kBadArchive, written.span(),
                Cat("the archive `", written.source, "` cannot be used"))
        .Note(std::string(files.status().message()));
    return nullptr;
  }
  const MemoryReader& inside = archive_readers_.emplace_back(*std::move(files));
  return tree = &archive_trees_.emplace_back(Tree{&inside, path});
}

// An archive is not looked into before it is what was pinned.
bool Loader::CheckArchivePin(const ModuleBlock& written,
                             std::string_view bytes) {
  if (written.has_broken_pin()) return false;
  const std::string pin = PinOf(bytes);
  if (written.digest == pin) return true;
  if (!written.digest.empty()) {
    ReportDifference(written, pin);
    return false;
  }
  diag::Diagnostic& report =
      sink_
          .Report(kArchiveNotPinned, written.span(),
                  Cat("the archive `", written.source, "` is not pinned"))
          .Note(Cat("its digest is `", pin, "`"));
  const std::string_view text = sources_.file(written.span().file).text();
  const size_t line = text.rfind('\n', written.attribute->span.begin) + 1;
  const std::string_view indent =
      text.substr(line, written.attribute->span.begin - line);
  if (indent.find_first_not_of(" \t") != indent.npos) return false;
  const uint32_t end = written.attribute->span.end;
  report.Suggest("pin what is there now",
                 {{{written.span().file, end, end},
                   Cat("\n", indent, "digest = \"", pin, "\"")}},
                 diag::Certainty::kPossible);
  return false;
}

std::optional<size_t> Loader::LoadPlace(const Place& place,
                                        const ModuleBlock& written) {
  const auto known =
      loaded_.find({place.tree, place.tree->reader->Identity(place.folder)});
  if (known != loaded_.end()) {
    const size_t module = known->second;
    if (std::find(within_.begin(), within_.end(), module) == within_.end()) {
      return module;
    }
    ReportCycle(module, written);
    return std::nullopt;
  }
  if (within_.size() > kModuleDepth) {
    sink_.Report(
        kTooManyModules, written.span(),
        Cat("more than ", kModuleDepth, " modules lie one within the other"));
    return std::nullopt;
  }
  std::optional<std::vector<syntax::Ast>> files = ReadFiles(place, written);
  if (!files) return std::nullopt;
  return Enter(place, *std::move(files));
}

std::optional<std::vector<syntax::Ast>> Loader::ReadFiles(
    const Place& place, const ModuleBlock& written) {
  const ModuleReader& reader = *place.tree->reader;
  switch (reader.Look(place.folder)) {
    case Kind::kNothing:
      NotFound(written, "is not there");
      return std::nullopt;
    case Kind::kFile:
      NotFound(written, "is a file and not a folder");
      return std::nullopt;
    case Kind::kFolder:
      break;
  }
  const absl::StatusOr<std::vector<std::string>> names =
      reader.List(place.folder, kSuffix);
  if (!names.ok()) {
    NotFound(written, "cannot be read", std::string(names.status().message()));
    return std::nullopt;
  }
  if (names->empty()) {
    NotFound(written, "holds no .pol file");
    return std::nullopt;
  }
  std::vector<syntax::Ast> files;
  for (const std::string& name : *names) {
    absl::StatusOr<std::string> text =
        reader.Read(JoinPath(place.folder, name), kMaxRead);
    if (!text.ok()) {
      NotFound(written, "cannot be read", std::string(text.status().message()));
      return std::nullopt;
    }
    if (!Count(text->size(), written)) return std::nullopt;
    const support::FileId file =
        sources_.Add(JoinPath(place.Name(), name), *std::move(text));
    files.push_back(syntax::Parse(file, sources_, sink_));
  }
  return files;
}

bool Loader::Count(size_t bytes, const ModuleBlock& written) {
  bytes_ += bytes;
  full_ = ++files_ > kModuleFiles || bytes_ > kModuleBytes;
  if (!full_) return true;
  sink_.Report(kTooManyModules, written.span(),
               files_ > kModuleFiles
                   ? Cat("the modules of this policy have more than ",
                         kModuleFiles, " files")
                   : Cat("the modules of this policy have more than ",
                         kModuleBytes, " bytes"));
  return false;
}

void Loader::CheckFolderPin(size_t module, const ModuleBlock& written) {
  const Tree* tree = places_[module].tree;
  std::map<std::string, std::string_view> files;
  std::vector<bool> seen(modules_.size());
  // Paths follow the sources as they are written, so that the digest does not
  // depend on where the policy is that asks.
  std::vector<std::pair<size_t, std::string>> open = {{module, ""}};
  while (!open.empty()) {
    const auto [at, path] = std::move(open.back());
    open.pop_back();
    // An archive is pinned by the text of the block that names it.
    if (seen[at] || places_[at].tree != tree) continue;
    seen[at] = true;
    for (const syntax::Ast& ast : modules_[at].files) {
      const support::SourceFile& file = sources_.file(ast.file);
      files[JoinPath(path, BaseName(file.name()))] = file.text();
    }
    for (const Module::Child& child : modules_[at].children) {
      open.emplace_back(child.module, JoinPath(path, child.source));
    }
  }
  const std::string pin = PinOf(FolderListing(files));
  if (pin != written.digest) ReportDifference(written, pin);
}

void Loader::ReportDifference(const ModuleBlock& written,
                              const std::string& pin) {
  sink_
      .Report(kDigestDiffers, written.pin->value.span,
              Cat("module `", written.source, "` is not what was pinned"))
      .Note(Cat("its digest is `", pin, "`"))
      .Suggest("pin what is there now",
               {{written.pin->value.span, Cat("\"", pin, "\"")}},
               diag::Certainty::kPossible);
}

void Loader::ReportCycle(size_t module, const ModuleBlock& written) {
  std::vector<std::string> path;
  for (auto at = std::find(within_.begin(), within_.end(), module);
       at != within_.end(); ++at) {
    const std::string& folder = modules_[*at].folder;
    path.push_back(folder.empty() ? "." : folder);
  }
  path.push_back(path.front());
  sink_.Report(
      kModuleCycle, written.span(),
      Cat("this module uses itself: `", absl::StrJoin(path, " -> "), "`"));
}

void Loader::NotFound(const ModuleBlock& written, std::string_view what,
                      std::string note) {
  diag::Diagnostic& report =
      sink_.Report(kModuleNotFound, written.span(),
                   Cat("module source `", written.source, "` ", what));
  if (!note.empty()) report.Note(std::move(note));
}

}  // namespace

std::vector<Module> LoadModules(std::vector<syntax::Ast> root_files,
                                support::SourceSet& sources,
                                const ModuleReader& reader, diag::Sink& sink) {
  return Loader(sources, reader, sink).Load(std::move(root_files));
}

std::string FolderListing(
    const std::map<std::string, std::string_view>& files) {
  std::string listing;
  for (const auto& [name, text] : files) {
    AppendLength(listing, name.size());
    listing += name;
    AppendLength(listing, text.size());
    listing += text;
  }
  return listing;
}

}  // namespace pol::driver
