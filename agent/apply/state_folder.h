// The folder that remembers what is in force: bundles, the state, and what is
// needed to go one generation back.
//
//   state      a State as protobuf text
//   7.polb     the bundle of a generation
//   7.undo     what the fences kept when generation 7 came
//
// Every file is replaced as a whole (support::WriteFile); "state" is written
// last, so that what it names is there.
#ifndef POL_AGENT_APPLY_STATE_FOLDER_H_
#define POL_AGENT_APPLY_STATE_FOLDER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "agent/apply/state.pb.h"
#include "compiler/bundle/bundle.pb.h"
#include "compiler/support/status.h"

namespace pol::apply {

// A bundle with the file it came in.
struct LoadedBundle {
  bundle::v1::Bundle message;
  std::string file;    // the bytes of the .polb
  std::string digest;  // as bundle::Digest() gives it
};

// Reads and checks the bytes of a .polb file.
absl::StatusOr<LoadedBundle> LoadBundle(std::string file);

class StateFolder {
 public:
  explicit StateFolder(std::string path) : path_(std::move(path)) {}

  // The state; an empty one when nothing was ever applied.
  absl::StatusOr<v1::State> Read() const;

  // The bundle of a state's `bundle` or `former_bundle`; kDataLoss when its
  // digest is not the one given.
  absl::StatusOr<LoadedBundle> Load(const std::string& name,
                                    const std::string& digest) const;

  // The bundle in force by `state`; nullopt when none is.
  absl::StatusOr<std::optional<LoadedBundle>> LoadActive(
      const v1::State& state) const;

  absl::StatusOr<v1::Journal> LoadJournal(const std::string& name) const;

  // Before a switch: makes sure that the files of a generation are there and
  // that its number is not used again. Returns the names of the two files.
  struct Files {
    std::string bundle;
    std::string undo;
  };
  absl::StatusOr<Files> Begin(const v1::State& now, uint64_t generation,
                              const std::string& bundle_file,
                              const v1::Journal& journal) const;

  // After a switch: `next` is in force; files that it does not name go.
  absl::Status Commit(const v1::State& next) const;

  // Forgets everything.
  absl::Status Clear() const;

 private:
  std::string File(const std::string& name) const;
  absl::Status WriteState(const v1::State& state) const;
  absl::Status RemoveOthers(const v1::State& state) const;

  std::string path_;
};

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_STATE_FOLDER_H_
