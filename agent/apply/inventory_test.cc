#include "agent/apply/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "agent/kernel/fakes/fake_file_system.h"
#include "agent/kernel/files/file_capabilities.h"
#include "agent/kernel/files/selinux_store.h"

namespace pol::apply {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using values::FileKind;

// What a walk of a file system visits.
std::vector<std::string> Walked(kernel::FileSystem& files,
                                const std::string& prefix) {
  std::vector<std::string> paths;
  EXPECT_TRUE(
      files
          .Walk(prefix, [&](const std::string& path,
                            const kernel::FileInfo&) { paths.push_back(path); })
          .ok());
  return paths;
}

class InventoryTest : public ::testing::Test {
 protected:
  InventoryTest() {
    files_.Add("/srv", FileKind::kDirectory);
    files_.Add("/srv/a \\ \xff\n", FileKind::kFile);
    files_.Add("/srv/link", FileKind::kLink);
    files_.Add("/other");
    files_.Set("/srv", kernel::kSelinuxXattr, std::string("u:r:t:s0\0", 9));
    files_.Set("/srv/link", kernel::kSelinuxXattr, "");
    files_.Set("/srv/link", kernel::kCapabilityXattr, "-");
  }

  // The files as an inventory tells them, after their way through text.
  std::unique_ptr<kernel::FileSystem> Recorded(
      const std::vector<std::string>& trees,
      const std::vector<std::string>& paths) {
    Inventory inventory;
    auto recording = MakeRecordingFileSystem(files_, &inventory);
    for (const std::string& tree : trees) Walked(*recording, tree);
    for (const std::string& path : paths)
      recording->Open(path).status().IgnoreError();
    text_ = inventory.Write();
    absl::StatusOr<Inventory> read = Inventory::Parse(text_);
    EXPECT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->Write(), text_);
    return MakeInventoryFileSystem(*read);
  }

  kernel::FakeFileSystem files_;
  std::string text_;
};

TEST_F(InventoryTest, TellsWhatTheFilesAre) {
  auto told = Recorded({"/srv"}, {});
  EXPECT_EQ(Walked(*told, "/srv"), Walked(files_, "/srv"));
  EXPECT_EQ(Walked(*told, "/srv/l"), Walked(files_, "/srv/l"));
  for (const std::string& path : Walked(files_, "/srv")) {
    auto real = files_.Open(path);
    auto same = told->Open(path);
    ASSERT_TRUE(same.ok()) << same.status();
    EXPECT_EQ((*same)->info().kind, (*real)->info().kind);
    for (const char* name : {kernel::kSelinuxXattr, kernel::kCapabilityXattr})
      EXPECT_EQ(*(*same)->GetXattr(name), *(*real)->GetXattr(name)) << path;
  }
  EXPECT_FALSE((*told->Open("/srv"))->SetXattr("x", "y").ok());
}

TEST_F(InventoryTest, IsOneLineAFile) {
  Recorded({"/srv"}, {"/gone"});
  EXPECT_EQ(text_,
            "polc-files 1\n"
            "tree /srv\n"
            "refused 5 /gone /gone:\\x20not\\x20there\n"
            "file d u:r:t:s0\\x00 - /srv\n"
            "file - - - /srv/a\\x20\\x5c\\x20\\xff\\x0a\n"
            "file l \\empty \\x2d /srv/link\n");
}

TEST_F(InventoryTest, AbsentIsNotUntold) {
  auto told = Recorded({"/srv"}, {"/gone"});
  EXPECT_TRUE(absl::IsNotFound(told->Open("/srv/gone").status()));
  EXPECT_TRUE(absl::IsNotFound(told->Open("/gone").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(told->Open("/srv/link/x").status()));
  absl::Status untold = told->Open("/other").status();
  EXPECT_TRUE(absl::IsFailedPrecondition(untold));
  EXPECT_THAT(std::string(untold.message()), HasSubstr("--path /other"));
  EXPECT_FALSE(
      told->Walk("/sr", [](const std::string&, const kernel::FileInfo&) {})
          .ok());
}

TEST_F(InventoryTest, DamageIsNamed) {
  Recorded({"/srv"}, {"/gone"});
  for (const char* line :
       {"file x - - /a\n", "file - - /a\n", "file - \\xg0 - /a\n",
        "refused 0 /a b\n", "refused q /a b\n", "tree \\x1\n", "nothing\n",
        "file - - - /srv\n", "file -  - /b\n"}) {
    absl::Status damaged = Inventory::Parse(text_ + line).status();
    EXPECT_TRUE(absl::IsDataLoss(damaged)) << line;
    EXPECT_THAT(std::string(damaged.message()), HasSubstr("line 7")) << line;
  }
  EXPECT_TRUE(absl::IsDataLoss(Inventory::Parse("").status()));
  EXPECT_TRUE(absl::IsDataLoss(
      Inventory::Parse(text_.substr(0, text_.size() - 1)).status()));
  EXPECT_TRUE(
      absl::IsUnimplemented(Inventory::Parse("polc-files 2\n").status()));
}

}  // namespace
}  // namespace pol::apply
