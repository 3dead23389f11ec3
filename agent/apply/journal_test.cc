#include "agent/apply/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/apply/state_folder.h"

namespace pol::apply {
namespace {

using ::testing::HasSubstr;

v1::Journal Example() {
  v1::Journal journal;
  journal.set_number(7);
  journal.set_how(v1::DIRECTION_APPLY);
  journal.mutable_from()->set_number(6);
  journal.mutable_to()->set_bundle("7.polb");
  (*journal.mutable_fences())["selinux"] = std::string("a\0b", 3);
  return journal;
}

TEST(JournalTest, ReadsWhatItWrote) {
  std::string file = *WriteJournal(Example());
  absl::StatusOr<v1::Journal> read = ReadJournal(file);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->number(), 7u);
  EXPECT_EQ(read->fences().at("selinux").size(), 3u);
  EXPECT_TRUE(ReadJournal(*WriteJournal(v1::Journal())).ok());
}

TEST(JournalTest, AnyTornFileIsRecognised) {
  std::string file = *WriteJournal(Example());
  for (size_t size = 0; size < file.size(); ++size) {
    absl::Status torn = ReadJournal(file.substr(0, size)).status();
    EXPECT_TRUE(absl::IsDataLoss(torn)) << size << ": " << torn;
  }
  EXPECT_TRUE(absl::IsDataLoss(ReadJournal(file + "x").status()));
}

TEST(JournalTest, AnyFlippedBitIsRecognised) {
  std::string file = *WriteJournal(Example());
  for (size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string flipped = file;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(ReadJournal(flipped).ok()) << bit;
  }
}

TEST(JournalTest, ForeignFilesAreNamed) {
  EXPECT_THAT(
      std::string(ReadJournal(std::string(100, 'x')).status().message()),
      HasSubstr("magic"));
  std::string newer = *WriteJournal(Example());
  newer[8] = 2;
  absl::Status refused = ReadJournal(newer).status();
  EXPECT_TRUE(absl::IsUnimplemented(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("version 2"));
}

TEST(StateTest, ReadsWhatItWrote) {
  v1::State state;
  state.set_attempted(3);
  state.add_generations()->set_digest("d");
  state.mutable_pending()->set_journal("4.undo");
  absl::StatusOr<v1::State> read = ParseState(PrintState(state));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->SerializeAsString(), state.SerializeAsString());
  EXPECT_TRUE(ParseState(PrintState(v1::State())).ok());
}

TEST(StateTest, AnyTornFileIsRecognised) {
  v1::State state;
  state.set_attempted(12);
  state.add_generations()->set_number(12);
  std::string text = PrintState(state);
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_TRUE(absl::IsDataLoss(ParseState(text.substr(0, size)).status()))
        << size;
  text.replace(text.find("12"), 2, "13");
  EXPECT_THAT(std::string(ParseState(text).status().message()),
              HasSubstr("checksum"));
}

TEST(StateTest, NewerFormatIsNamed) {
  std::string text = PrintState(v1::State());
  text.replace(text.find(" 1 "), 3, " 2 ");
  EXPECT_TRUE(absl::IsUnimplemented(ParseState(text).status()));
}

}  // namespace
}  // namespace pol::apply
