#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/doctor/patient.h"

namespace pol::doctor {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr char kApi[] = "/usr/local/bin/api";

// A file system that keeps no attributes, as vfat is.
class Plain : public kernel::FileSystem {
 public:
  class File : public kernel::OpenFile {
   public:
    const kernel::FileInfo& info() const override { return info_; }
    absl::StatusOr<std::optional<std::string>> GetXattr(
        const std::string& name) override {
      return absl::UnimplementedError(name + ": Operation not supported");
    }
    absl::Status SetXattr(const std::string&, const std::string&) override {
      return absl::UnimplementedError("Operation not supported");
    }
    absl::Status RemoveXattr(const std::string&) override {
      return absl::UnimplementedError("Operation not supported");
    }

   private:
    kernel::FileInfo info_;
  };

  absl::StatusOr<std::unique_ptr<kernel::OpenFile>> Open(
      const std::string&) override {
    return std::make_unique<File>();
  }
  absl::Status Walk(const std::string&, const Visitor&) override {
    return absl::OkStatus();
  }
};

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    bundle::v1::FileRecord* file = patient_.bundle.add_files();
    file->set_path(kApi);
    file->set_context("system_u:object_r:httpd_exec_t:s0");
    file->set_manages_capabilities(true);
    file->set_capabilities("cap_net_bind_service=ep");
    file->mutable_origin()->set_file("api.pol");
    file->mutable_origin()->set_line(7);
    bundle::v1::FcontextRecord* tree = patient_.bundle.add_fcontexts();
    tree->set_path("/srv/api(/.*)?");
    tree->set_context("system_u:object_r:httpd_sys_content_t:s0");
    patient_.files.Add("/", values::FileKind::kDirectory);
    patient_.files.Add(kApi);
  }

  std::vector<std::string> Complain() {
    return Complaints(patient_.Examine(CheckFiles));
  }

  void Mount(const std::string& line) {
    patient_.machine.files["/proc/self/mountinfo"] += line + "\n";
  }

  Patient patient_;
};

TEST_F(FilesTest, AGoodHostCountsThePathsOfEachFileSystem) {
  const v1::Diagnosis diagnosis = patient_.Examine(CheckFiles);
  EXPECT_THAT(Complaints(diagnosis), IsEmpty());
  EXPECT_THAT(Found(diagnosis, "/"), HasSubstr("ext4, 2 paths"));
}

TEST_F(FilesTest, AFolderMadeEqualToAnotherIsATreeOfThePolicy) {
  patient_.bundle.add_equivalences()->set_path("/data/copy");
  patient_.bundle.mutable_equivalences(0)->set_equal_to("/srv/api");
  Mount("30 20 8:2 / /data ro - ext4 /dev/sda2 rw");
  EXPECT_THAT(Complain(), ElementsAre(AllOf(StartsWith("problem /data"),
                                            HasSubstr("/data/copy"))));
}

TEST_F(FilesTest, AFileThatIsNotThereIsAProblemATreeIsNot) {
  patient_.files.Remove(kApi);
  const v1::Diagnosis diagnosis = patient_.Examine(CheckFiles);
  EXPECT_THAT(Complaints(diagnosis),
              ElementsAre(StartsWith("problem /usr/local/bin/api: it is not "
                                     "there")));
  EXPECT_EQ(diagnosis.checks(0).origin(), "api.pol:7");
}

TEST_F(FilesTest, NosuidTakesCapabilitiesAway) {
  Mount("30 20 8:2 / /usr rw,nosuid - ext4 /dev/sda2 rw");
  EXPECT_THAT(
      Complain(),
      ElementsAre(AllOf(StartsWith("problem /usr: ext4 with "
                                   "/usr/local/bin/api is mounted nosuid"),
                        HasSubstr("ignores the capabilities"),
                        HasSubstr("mount -o remount,suid /usr"))));
  // A label alone is fine there.
  patient_.bundle.mutable_files(0)->clear_capabilities();
  EXPECT_THAT(Complain(), IsEmpty());
}

TEST_F(FilesTest, NoexecAndReadOnlyAreNamed) {
  Mount("30 20 8:2 / /usr ro,noexec - ext4 /dev/sda2 rw");
  EXPECT_THAT(Complain(),
              ElementsAre(HasSubstr("is mounted read-only"),
                          AllOf(StartsWith("warning"), HasSubstr("noexec"))));
}

TEST_F(FilesTest, AReadOnlyFileSystemCountsAsWell) {
  Mount("30 20 8:2 / /usr rw - squashfs /dev/sda2 ro");
  EXPECT_THAT(Complain(), ElementsAre(HasSubstr("is mounted read-only")));
}

TEST_F(FilesTest, OverlaysAndTheirLowerLayersAreNamed) {
  Mount(
      "30 20 0:30 / /srv rw - overlay overlay "
      "rw,lowerdir=/usr/local:/opt,upperdir=/u,workdir=/w");
  EXPECT_THAT(
      Complain(),
      ElementsAre(
          AllOf(StartsWith("warning /: "),
                HasSubstr("lower layer of the overlay at /srv")),
          AllOf(StartsWith("warning /srv"), HasSubstr("is an overlay"))));
}

TEST_F(FilesTest, AFileSystemWithoutAttributesKeepsNothing) {
  Plain plain;
  Mount("30 20 8:2 / /usr rw - vfat /dev/sda2 rw");
  EXPECT_THAT(Complaints(patient_.Examine(CheckFiles, &plain)),
              ElementsAre(AllOf(StartsWith("problem /usr: vfat"),
                                HasSubstr("holds no security.selinux")),
                          StartsWith("problem /: ext4")));
}

TEST_F(FilesTest, WatchingNeedsAKernelAndAPrivilege) {
  patient_.has_policy = false;
  patient_.machine.watch = absl::InvalidArgumentError("Invalid argument");
  EXPECT_THAT(Complain(), ElementsAre(AllOf(StartsWith("warning watch"),
                                            HasSubstr("Linux 5.9"))));
  patient_.machine.watch = absl::PermissionDeniedError("not permitted");
  EXPECT_THAT(Complain(), ElementsAre(HasSubstr("as root")));
}

}  // namespace
}  // namespace pol::doctor
