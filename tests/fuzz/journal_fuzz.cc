// Any bytes at all as the files of the state folder: a journal, a state, what
// a fence keeps in a journal. Each as the whole file, and as the content of a
// file whose checksum fits, so that what is behind the checksum is reached.
//
//   build/fuzz/bin/journal_fuzz -max_len=4096 CORPUS tests/fuzz/journal
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/apply/journal.h"
#include "agent/apply/state_folder.h"
#include "agent/enforce/xattrs/xattr_step.h"
#include "compiler/support/check.h"
#include "compiler/support/digest.h"

namespace pol {
namespace {

void CheckJournal(const std::string& file) {
  const auto journal = apply::ReadJournal(file);
  if (!journal.ok()) {
    POL_CHECK(!journal.status().message().empty()) << "a reason";
    return;
  }
  const auto again = apply::ReadJournal(*apply::WriteJournal(*journal));
  POL_CHECK(again.ok()) << again.status().ToString();
  POL_CHECK(again->fences().size() == journal->fences().size()) << "fences";
}

void CheckState(const std::string& text) {
  const auto state = apply::ParseState(text);
  if (!state.ok()) {
    POL_CHECK(!state.status().message().empty()) << "a reason";
    return;
  }
  // What is in force can be named, and the state is a fixed point.
  static_cast<void>(apply::HasPolicy(apply::InForce(*state)));
  const std::string printed = apply::PrintState(*state);
  POL_CHECK(apply::PrintState(*apply::ParseState(printed)) == printed)
      << printed;
}

void CheckUndo(const std::string& bytes) {
  const auto undo = enforce::ParseUndo(bytes);
  if (!undo.ok()) return;
  const auto twice = enforce::JoinUndos(*undo, *undo);
  POL_CHECK(twice.files_size() >= undo->files_size()) << "files";
}

}  // namespace
}  // namespace pol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  pol::CheckJournal(bytes);
  pol::CheckState(bytes);
  pol::CheckUndo(bytes);
  pol::CheckState(absl::StrCat(
      "# pol state 1 ", pol::support::ToHex(pol::support::Sha256Of(bytes)),
      "\n", bytes));
  pol::apply::v1::Journal journal;
  if (journal.ParseFromString(bytes))
    pol::CheckJournal(*pol::apply::WriteJournal(journal));
  return 0;
}
