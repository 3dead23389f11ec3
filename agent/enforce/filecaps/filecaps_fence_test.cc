#include "agent/enforce/filecaps/filecaps_fence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/kernel/fakes/fake_file_system.h"
#include "agent/kernel/files/file_capabilities.h"

namespace pol::enforce {
namespace {

using kernel::kCapabilityXattr;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kBind[] = "cap_net_bind_service=ep";
constexpr char kRaw[] = "cap_net_raw=ep";

// Adds `path` with `capabilities`, at web.pol:LINE.
void AddFile(Bundle* bundle, const std::string& path,
             const std::string& capabilities, uint32_t line = 3) {
  bundle::v1::FileRecord* file = bundle->add_files();
  file->set_path(path);
  file->set_manages_capabilities(true);
  file->set_capabilities(capabilities);
  file->mutable_origin()->set_file("web.pol");
  file->mutable_origin()->set_line(line);
}

class FilecapsFenceTest : public ::testing::Test {
 protected:
  FilecapsFenceTest() {
    files_.Add("/bin/api");
    files_.Add("/bin/web");
  }

  void Give(const std::string& path, const std::string& text) {
    files_.Set(path, kCapabilityXattr, *kernel::EncodeCapabilities(text));
  }
  std::string Has(const std::string& path) {
    std::optional<std::string> bytes = files_.Get(path, kCapabilityXattr);
    return bytes ? *kernel::DecodeCapabilities(*bytes) : "none";
  }
  absl::Status Switch(const Bundle* active, const Bundle& target) {
    auto step = fence_->Prepare(active, target, 1);
    return step.ok() ? (*step)->Switch() : step.status();
  }

  kernel::FakeFileSystem files_;
  std::unique_ptr<Fence> fence_ = MakeFilecapsFence(files_);
};

TEST_F(FilecapsFenceTest, ReadNamesOldNewAndLine) {
  Give("/bin/api", kRaw);
  Bundle target;
  AddFile(&target, "/bin/api", kBind, 7);
  auto changes = fence_->Read(nullptr, target);
  ASSERT_TRUE(changes.ok()) << changes.status();
  ASSERT_EQ(changes->size(), 1u);
  const Change& change = (*changes)[0];
  EXPECT_EQ(change.object, "file /bin/api");
  EXPECT_EQ(change.aspect, "capabilities");
  EXPECT_EQ(change.before, kRaw);
  EXPECT_EQ(change.after, kBind);
  EXPECT_EQ(change.origin, "web.pol:7");
  EXPECT_EQ(Has("/bin/api"), kRaw);
}

TEST_F(FilecapsFenceTest, WritesOnceAndVerifies) {
  Bundle target;
  AddFile(&target, "/bin/api", kBind);
  EXPECT_FALSE(fence_->Verify(target).ok());
  ASSERT_TRUE(Switch(nullptr, target).ok());
  EXPECT_EQ(Has("/bin/api"), kBind);
  EXPECT_TRUE(fence_->Verify(target).ok());
  EXPECT_THAT(*fence_->Read(&target, target), IsEmpty());
}

TEST_F(FilecapsFenceTest, SameSetInOtherBytesIsNoDifference) {
  std::string revision3 = *kernel::EncodeCapabilities(kBind);
  revision3[3] = '\x03';
  files_.Set("/bin/api", kCapabilityXattr, revision3 + std::string(4, '\0'));
  Bundle target;
  AddFile(&target, "/bin/api", kBind);
  EXPECT_THAT(*fence_->Read(nullptr, target), IsEmpty());
}

TEST_F(FilecapsFenceTest, RootIdIsPartOfTheSet) {
  Give("/bin/api", kBind);
  Bundle target;
  AddFile(&target, "/bin/api", kBind);
  target.mutable_files(0)->set_capabilities_rootid(100000);
  auto changes = fence_->Read(nullptr, target);
  ASSERT_EQ(changes->size(), 1u);
  EXPECT_EQ((*changes)[0].before, kBind);
  EXPECT_EQ((*changes)[0].after, absl::StrCat(kBind, " [rootid=100000]"));
  ASSERT_TRUE(Switch(nullptr, target).ok());
  EXPECT_EQ(files_.Get("/bin/api", kCapabilityXattr),
            *kernel::EncodeCapabilities(kBind, 100000));
  EXPECT_TRUE(fence_->Verify(target).ok());
  Bundle other = target;
  other.mutable_files(0)->set_capabilities_rootid(100001);
  EXPECT_FALSE(fence_->Verify(other).ok());
}

TEST_F(FilecapsFenceTest, NoSetAndEmptySetDiffer) {
  Give("/bin/api", "=");
  Bundle none;
  AddFile(&none, "/bin/api", "");
  ASSERT_EQ(fence_->Read(nullptr, none)->size(), 1u);
  ASSERT_TRUE(Switch(nullptr, none).ok());
  EXPECT_EQ(Has("/bin/api"), "none");
  Bundle empty;
  AddFile(&empty, "/bin/api", "=");
  ASSERT_TRUE(Switch(&none, empty).ok());
  EXPECT_EQ(Has("/bin/api"), "=");
}

TEST_F(FilecapsFenceTest, FileThatLeavesThePolicyLosesWhatIsOurs) {
  Bundle active;
  AddFile(&active, "/bin/api", kBind);
  AddFile(&active, "/bin/web", kBind);
  ASSERT_TRUE(Switch(nullptr, active).ok());
  Give("/bin/web", kRaw);
  ASSERT_TRUE(Switch(&active, Bundle()).ok());
  EXPECT_EQ(Has("/bin/api"), "none");
  EXPECT_EQ(Has("/bin/web"), kRaw);  // somebody's since
}

TEST_F(FilecapsFenceTest, FileThatIsNotThereIsAnErrorWithItsLine) {
  Bundle target;
  AddFile(&target, "/bin/none", kBind, 9);
  for (absl::Status status : {fence_->Read(nullptr, target).status(),
                              fence_->Prepare(nullptr, target, 1).status()}) {
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("web.pol:9"));
    EXPECT_THAT(std::string(status.message()), HasSubstr("/bin/none"));
  }
}

TEST_F(FilecapsFenceTest, OnlyRegularFilesCarryCapabilities) {
  for (values::FileKind kind :
       {values::FileKind::kLink, values::FileKind::kPipe,
        values::FileKind::kDirectory}) {
    files_.Add("/bin/odd", kind);
    Bundle target;
    AddFile(&target, "/bin/odd", kBind, 4);
    absl::Status status = fence_->Prepare(nullptr, target, 1).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("web.pol:4"));
  }
}

TEST_F(FilecapsFenceTest, RollbackGivesTheOldBytesBack) {
  std::string old = *kernel::EncodeCapabilities(kRaw);
  old[0] = '\0';  // not what any policy would write
  files_.Set("/bin/api", kCapabilityXattr, old);
  Bundle target;
  AddFile(&target, "/bin/api", kBind);
  auto step = fence_->Prepare(nullptr, target, 1);
  ASSERT_TRUE(step.ok());
  std::string journal = (*step)->Journal();
  ASSERT_TRUE((*step)->Switch().ok());

  auto back = fence_->PrepareReturn(target, Bundle(), 2, journal);
  ASSERT_TRUE(back.ok()) << back.status();
  ASSERT_TRUE((*back)->Switch().ok());
  EXPECT_EQ(files_.Get("/bin/api", kCapabilityXattr), old);
}

TEST_F(FilecapsFenceTest, RollbackPassesOverAFileThatIsGone) {
  Bundle former;
  AddFile(&former, "/bin/api", kBind);
  Bundle active;
  AddFile(&active, "/bin/api", kRaw);
  auto step = fence_->Prepare(&former, active, 2);
  std::string journal = (*step)->Journal();
  ASSERT_TRUE((*step)->Switch().ok());
  files_.Remove("/bin/api");
  auto back = fence_->PrepareReturn(active, former, 3, journal);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE((*back)->Switch().ok());
}

TEST_F(FilecapsFenceTest, RemoveTakesEverythingOfOurs) {
  Bundle active;
  AddFile(&active, "/bin/api", kBind);
  AddFile(&active, "/bin/gone", kBind);
  Give("/bin/api", kBind);
  EXPECT_TRUE(fence_->Remove(active).ok());
  EXPECT_EQ(Has("/bin/api"), "none");
}

}  // namespace
}  // namespace pol::enforce
