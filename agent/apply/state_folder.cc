#include "agent/apply/state_folder.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "agent/apply/journal.h"
#include "compiler/bundle/container.h"
#include "compiler/support/digest.h"
#include "compiler/support/files.h"

namespace pol::apply {
namespace {

using support::SystemError;

constexpr char kState[] = "state";
constexpr size_t kMaxState = 1u << 20;
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

std::string DigestOf(const std::string& bytes) {
  return support::ToHex(support::Sha256Of(bytes));
}

// Keeps the first of them, instead of a log.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (text_.empty())
      text_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// "# pol state 1 <SHA-256 of what follows>"
constexpr char kHeader[] = "# pol state ";
constexpr char kVersion[] = "1";

}  // namespace

absl::StatusOr<LoadedBundle> LoadBundle(std::string file) {
  LoadedBundle loaded;
  POL_ASSIGN_OR_RETURN(loaded.message, bundle::Read(file));
  loaded.digest = bundle::Digest(file);
  loaded.file = std::move(file);
  return loaded;
}

LoadedBundle NoPolicy() {
  LoadedBundle none;
  none.message.add_identities();
  none.message.mutable_network()->set_class_count(1);
  none.message.mutable_network()->add_interval_starts(0);
  return none;
}

const v1::Generation& InForce(const v1::State& state) {
  if (state.generations().empty()) return v1::Generation::default_instance();
  return *state.generations().rbegin();
}

std::string PrintState(const v1::State& state) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(state, &text);
  return absl::StrCat(kHeader, kVersion, " ", DigestOf(text), "\n", text);
}

absl::StatusOr<v1::State> ParseState(const std::string& text) {
  size_t end = text.find('\n');
  std::vector<std::string> words = absl::StrSplit(text.substr(0, end), ' ');
  if (end == text.npos || !absl::StartsWith(text, kHeader) || words.size() != 5)
    return absl::DataLossError("it is damaged: it does not begin as a state");
  if (words[3] != kVersion) {
    return absl::UnimplementedError(
        absl::StrCat("it has format version ", words[3],
                     "; this program reads version ", kVersion));
  }
  std::string content = text.substr(end + 1);
  if (DigestOf(content) != words[4]) {
    return absl::DataLossError(
        "it is damaged: its checksum does not fit its content");
  }
  v1::State state;
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (parser.ParseFromString(content, &state)) return state;
  return absl::DataLossError(
      absl::StrCat("it cannot be understood: ", error.text()));
}

std::string StateFolder::File(const std::string& name) const {
  return absl::StrCat(path_, "/", name);
}

absl::StatusOr<v1::State> StateFolder::Read() const {
  absl::StatusOr<std::string> text = support::ReadFile(File(kState), kMaxState);
  if (absl::IsNotFound(text.status())) return v1::State();
  if (!text.ok()) return text.status();
  absl::StatusOr<v1::State> state = ParseState(*text);
  if (!state.ok()) return support::Annotate(state.status(), File(kState));
  return state;
}

absl::StatusOr<LoadedBundle> StateFolder::Load(
    const v1::Generation& generation) const {
  if (!HasPolicy(generation)) return NoPolicy();
  std::string path = File(generation.bundle());
  POL_ASSIGN_OR_RETURN(std::string bytes,
                       support::ReadFile(path, bundle::kMaxFile));
  absl::StatusOr<LoadedBundle> loaded = LoadBundle(std::move(bytes));
  if (!loaded.ok()) return support::Annotate(loaded.status(), path);
  if (loaded->digest != generation.digest()) {
    return absl::DataLossError(absl::StrCat(
        path, " is not the bundle that was applied: its digest is ",
        loaded->digest, ", not ", generation.digest()));
  }
  return loaded;
}

absl::StatusOr<std::optional<LoadedBundle>> StateFolder::LoadActive(
    const v1::State& state) const {
  if (!HasPolicy(InForce(state))) return std::nullopt;
  POL_ASSIGN_OR_RETURN(LoadedBundle loaded, Load(InForce(state)));
  return std::optional<LoadedBundle>(std::move(loaded));
}

absl::StatusOr<v1::Journal> StateFolder::LoadJournal(
    const std::string& name) const {
  POL_ASSIGN_OR_RETURN(std::string bytes,
                       support::ReadFile(File(name), kMaxJournal));
  absl::StatusOr<v1::Journal> journal = ReadJournal(bytes);
  if (!journal.ok()) return support::Annotate(journal.status(), File(name));
  return journal;
}

absl::StatusOr<v1::Journal> StateFolder::LoadPending(
    const v1::Pending& pending) const {
  const std::string& name = pending.journal();
  POL_ASSIGN_OR_RETURN(std::string bytes,
                       support::ReadFile(File(name), kMaxJournal));
  absl::StatusOr<v1::Journal> journal = ReadJournal(bytes);
  if (!journal.ok()) return support::Annotate(journal.status(), File(name));
  if (DigestOf(bytes) != pending.digest()) {
    return absl::DataLossError(
        absl::StrCat(File(name), ": the journal is another one than ",
                     File(kState), " speaks of"));
  }
  return journal;
}

absl::Status StateFolder::Begin(const v1::Journal& journal,
                                const std::string& bundle_file,
                                v1::State* state) const {
  POL_RETURN_IF_ERROR(MakeFolders(path_));
  if (!bundle_file.empty()) {
    POL_RETURN_IF_ERROR(
        support::WriteFile(File(journal.to().bundle()), bundle_file, kMode));
  }
  std::string name = absl::StrCat(journal.number(), ".undo");
  POL_ASSIGN_OR_RETURN(std::string bytes, WriteJournal(journal));
  POL_RETURN_IF_ERROR(support::WriteFile(File(name), bytes, kMode));
  state->set_attempted(journal.number());
  v1::Pending* pending = state->mutable_pending();
  pending->set_number(journal.number());
  pending->set_how(journal.how());
  pending->set_journal(name);
  pending->set_digest(DigestOf(bytes));
  return Write(*state);
}

absl::Status StateFolder::Write(const v1::State& state) const {
  return support::WriteFile(File(kState), PrintState(state), kMode);
}

absl::Status StateFolder::Clear() const {
  if (!support::IsDirectory(path_)) return absl::OkStatus();
  if (unlink(File(kState).c_str()) != 0 && errno != ENOENT)
    return SystemError(errno, absl::StrCat("remove ", File(kState)));
  return RemoveOthers(v1::State());
}

absl::Status StateFolder::RemoveOthers(const v1::State& state) const {
  if (!support::IsDirectory(path_)) return absl::OkStatus();
  POL_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       support::ListFiles(path_, ""));
  std::set<std::string> kept = {state.pending().journal()};
  for (const v1::Generation& generation : state.generations()) {
    kept.insert(generation.bundle());
    kept.insert(generation.undo());
  }
  for (const std::string& name : names) {
    // The last are those that support::WriteFile() was cut off at.
    bool ours = absl::EndsWith(name, ".polb") ||
                absl::EndsWith(name, ".undo") ||
                absl::StrContains(name, ".new.");
    if (!ours || kept.count(name) != 0) continue;
    if (unlink(File(name).c_str()) != 0 && errno != ENOENT)
      return SystemError(errno, absl::StrCat("remove ", File(name)));
  }
  return absl::OkStatus();
}

}  // namespace pol::apply
