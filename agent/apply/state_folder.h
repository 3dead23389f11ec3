// The folder that remembers what is in force: the last generations, and the
// change that is under way.
//
//   state      a State as protobuf text below a line with its checksum
//   7.polb     the bundle of a generation
//   7.undo     the journal of the change that brought generation 7: what the
//              fences kept before it
//
// Every file is replaced as a whole (support::WriteFile). "state" is written
// twice by a change: before its first act, naming the journal that undoes it,
// and as its last act, which is the moment at which the new generation is in
// force. Whatever the folder holds besides what "state" names is left over.
#ifndef POL_AGENT_APPLY_STATE_FOLDER_H_
#define POL_AGENT_APPLY_STATE_FOLDER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "agent/apply/state.pb.h"
#include "compiler/bundle/bundle.pb.h"
#include "compiler/support/status.h"

namespace pol::apply {

// So many generations are kept, the one in force included.
inline constexpr int kKeptGenerations = 10;

// A bundle with the file it came in.
struct LoadedBundle {
  bundle::v1::Bundle message;
  std::string file;    // the bytes of the .polb
  std::string digest;  // as bundle::Digest() gives it
};

// Reads and checks the bytes of a .polb file.
absl::StatusOr<LoadedBundle> LoadBundle(std::string file);

// A policy that says nothing: what was in force before the first apply.
LoadedBundle NoPolicy();

// The generation in force; one with the number 0 and no bundle when nothing
// was ever applied.
const v1::Generation& InForce(const v1::State& state);

// Whether a policy is in force, and not merely the lack of one.
inline bool HasPolicy(const v1::Generation& generation) {
  return !generation.bundle().empty();
}

// The bytes of the file "state", and back. kDataLoss when they are damaged,
// kUnimplemented when a newer version wrote them.
std::string PrintState(const v1::State& state);
absl::StatusOr<v1::State> ParseState(const std::string& text);

class StateFolder {
 public:
  explicit StateFolder(std::string path) : path_(std::move(path)) {}

  // The state; an empty one when nothing was ever applied.
  absl::StatusOr<v1::State> Read() const;

  // The bundle of a generation, NoPolicy() for one without; kDataLoss when its
  // digest is not the one that the generation has.
  absl::StatusOr<LoadedBundle> Load(const v1::Generation& generation) const;

  // The bundle in force by `state`; nullopt when none is.
  absl::StatusOr<std::optional<LoadedBundle>> LoadActive(
      const v1::State& state) const;

  absl::StatusOr<v1::Journal> LoadJournal(const std::string& name) const;
  // The journal of the pending change; kDataLoss when it is another one's.
  absl::StatusOr<v1::Journal> LoadPending(const v1::Pending& pending) const;

  // Before the first act of a change: writes its journal and the bundle it
  // brings (`bundle_file`; none when empty), then `state` with the change
  // pending.
  absl::Status Begin(const v1::Journal& journal, const std::string& bundle_file,
                     v1::State* state) const;

  // Makes `state` the one that counts.
  absl::Status Write(const v1::State& state) const;

  // Removes what `state` does not name.
  absl::Status RemoveOthers(const v1::State& state) const;

  // Forgets everything.
  absl::Status Clear() const;

  // The path of a file in the folder.
  std::string File(const std::string& name) const;

 private:
  std::string path_;
};

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_STATE_FOLDER_H_
