#include "agent/apply/state_folder.h"

#include <google/protobuf/text_format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "compiler/bundle/container.h"
#include "compiler/support/files.h"

namespace pol::apply {
namespace {

using support::SystemError;

constexpr char kState[] = "state";
constexpr size_t kMaxState = 1u << 20;
constexpr size_t kMaxJournal = 1u << 30;
constexpr unsigned kMode = 0644;

// The folder and those above it that are not there.
absl::Status MakeFolders(const std::string& path) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    std::string part = path.substr(0, slash);
    if (mkdir(part.c_str(), 0755) != 0 && errno != EEXIST)
      return SystemError(errno, absl::StrCat("create ", part));
    if (slash == path.npos) return absl::OkStatus();
  }
}

}  // namespace

absl::StatusOr<LoadedBundle> LoadBundle(std::string file) {
  LoadedBundle loaded;
  POL_ASSIGN_OR_RETURN(loaded.message, bundle::Read(file));
  loaded.digest = bundle::Digest(file);
  loaded.file = std::move(file);
  return loaded;
}

std::string StateFolder::File(const std::string& name) const {
  return absl::StrCat(path_, "/", name);
}

absl::StatusOr<v1::State> StateFolder::Read() const {
  absl::StatusOr<std::string> text = support::ReadFile(File(kState), kMaxState);
  if (absl::IsNotFound(text.status())) return v1::State();
  if (!text.ok()) return text.status();
  v1::State state;
  if (!google::protobuf::TextFormat::ParseFromString(*text, &state))
    return absl::DataLossError(absl::StrCat(File(kState), " is damaged"));
  return state;
}

absl::StatusOr<LoadedBundle> StateFolder::Load(
    const std::string& name, const std::string& digest) const {
  POL_ASSIGN_OR_RETURN(std::string bytes,
                       support::ReadFile(File(name), bundle::kMaxFile));
  absl::StatusOr<LoadedBundle> loaded = LoadBundle(std::move(bytes));
  if (!loaded.ok()) return support::Annotate(loaded.status(), File(name));
  if (loaded->digest != digest) {
    return absl::DataLossError(absl::StrCat(
        File(name), " is not the bundle that was applied: its digest is ",
        loaded->digest, ", not ", digest));
  }
  return loaded;
}

absl::StatusOr<std::optional<LoadedBundle>> StateFolder::LoadActive(
    const v1::State& state) const {
  if (state.bundle().empty()) return std::nullopt;
  POL_ASSIGN_OR_RETURN(LoadedBundle loaded,
                       Load(state.bundle(), state.digest()));
  return std::optional<LoadedBundle>(std::move(loaded));
}

absl::StatusOr<v1::Journal> StateFolder::LoadJournal(
    const std::string& name) const {
  POL_ASSIGN_OR_RETURN(std::string bytes,
                       support::ReadFile(File(name), kMaxJournal));
  v1::Journal journal;
  if (!journal.ParseFromString(bytes))
    return absl::DataLossError(absl::StrCat(File(name), " is damaged"));
  return journal;
}

absl::StatusOr<StateFolder::Files> StateFolder::Begin(
    const v1::State& now, uint64_t generation, const std::string& bundle_file,
    const v1::Journal& journal) const {
  POL_RETURN_IF_ERROR(MakeFolders(path_));
  Files files = {absl::StrCat(generation, ".polb"),
                 absl::StrCat(generation, ".undo")};
  POL_RETURN_IF_ERROR(
      support::WriteFile(File(files.bundle), bundle_file, kMode));
  POL_RETURN_IF_ERROR(
      support::WriteFile(File(files.undo), journal.SerializeAsString(), kMode));
  v1::State state = now;
  state.set_attempted(generation);
  POL_RETURN_IF_ERROR(WriteState(state));
  return files;
}

absl::Status StateFolder::Commit(const v1::State& next) const {
  POL_RETURN_IF_ERROR(WriteState(next));
  return RemoveOthers(next);
}

absl::Status StateFolder::Clear() const {
  if (!support::IsDirectory(path_)) return absl::OkStatus();
  if (unlink(File(kState).c_str()) != 0 && errno != ENOENT)
    return SystemError(errno, absl::StrCat("remove ", File(kState)));
  return RemoveOthers(v1::State());
}

absl::Status StateFolder::WriteState(const v1::State& state) const {
  std::string text;
  google::protobuf::TextFormat::PrintToString(state, &text);
  return support::WriteFile(File(kState), text, kMode);
}

absl::Status StateFolder::RemoveOthers(const v1::State& state) const {
  POL_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       support::ListFiles(path_, ""));
  const std::set<std::string> kept = {state.bundle(), state.undo(),
                                      state.former_bundle()};
  for (const std::string& name : names) {
    bool ours = absl::EndsWith(name, ".polb") || absl::EndsWith(name, ".undo");
    if (!ours || kept.count(name) != 0) continue;
    if (unlink(File(name).c_str()) != 0 && errno != ENOENT)
      return SystemError(errno, absl::StrCat("remove ", File(name)));
  }
  return absl::OkStatus();
}

}  // namespace pol::apply
