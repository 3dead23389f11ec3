#include "agent/enforce/filecaps/unit_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agent/kernel/files/file_capabilities.h"

namespace pol::enforce {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class UnitFileTest : public ::testing::Test {
 protected:
  UnitFileTest() { EXPECT_NE(mkdtemp(root_.data()), nullptr); }
  ~UnitFileTest() override { std::filesystem::remove_all(root_); }

  // `path` is below the folder of unit files.
  void Write(const std::string& folder, const std::string& path,
             const std::string& text) {
    std::filesystem::path file = root_ + folder + "/systemd/system/" + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void Unit(const std::string& text) {
    Write("/etc", "web.service", "[Service]\n" + text);
  }

  UnitSettings Read(const std::string& unit = "web.service") {
    absl::StatusOr<UnitSettings> settings = ReadUnit(unit, root_);
    EXPECT_TRUE(settings.ok()) << settings.status();
    return settings.value_or(UnitSettings());
  }
  std::string Bounding() { return kernel::CapabilityNames(Read().bounding); }

  std::string root_ = ::testing::TempDir() + "units.XXXXXX";
};

TEST_F(UnitFileTest, NothingSaid) {
  Unit("ExecStart=/usr/bin/web\n");
  UnitSettings settings = Read();
  EXPECT_EQ(settings.no_new_privileges, "");
  EXPECT_EQ(settings.bounding, ~uint64_t{0});
  EXPECT_EQ(settings.ambient, 0u);
  EXPECT_THAT(settings.loader_variables, IsEmpty());
  EXPECT_THAT(settings.privileged_programs, IsEmpty());
}

TEST_F(UnitFileTest, NoUnitAndMaskedUnits) {
  for (const char* unit : {"none.service", "none@1.service"}) {
    absl::Status status = ReadUnit(unit, root_).status();
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(ReadUnit("web", root_).status()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(ReadUnit("../web.service", root_).status()));
  Write("/usr/lib", "web.service", "[Service]\n");
  Write("/run", "web.service", "");
  EXPECT_THAT(std::string(ReadUnit("web.service", root_).status().message()),
              HasSubstr("masked"));
  std::filesystem::create_directories(root_ + "/etc/systemd/system");
  std::filesystem::create_symlink("/dev/null",
                                  root_ + "/etc/systemd/system/web.service");
  EXPECT_THAT(std::string(ReadUnit("web.service", root_).status().message()),
              HasSubstr("masked by " + root_ + "/etc"));
}

TEST_F(UnitFileTest, FirstFragmentAndDropInsByName) {
  Write("/usr/lib", "web.service", "[Service]\nNoNewPrivileges=yes\n");
  EXPECT_EQ(Read().no_new_privileges, "NoNewPrivileges=");
  Write("/etc", "web.service", "[Service]\n");
  EXPECT_EQ(Read().no_new_privileges, "");
  Write("/usr/lib", "web.service.d/20-a.conf",
        "[Service]\nNoNewPrivileges=yes\n");
  EXPECT_EQ(Read().no_new_privileges, "NoNewPrivileges=");
  // A later name wins, whichever folder it is in; of one name the first folder.
  Write("/usr/lib", "web.service.d/30-b.conf",
        "[Service]\nNoNewPrivileges=no\n");
  EXPECT_EQ(Read().no_new_privileges, "");
  Write("/etc", "web.service.d/30-b.conf", "[Service]\nNoNewPrivileges=1\n");
  EXPECT_EQ(Read().no_new_privileges, "NoNewPrivileges=");
  Write("/etc", "web.service.d/10-c.conf", "[Service]\nNoNewPrivileges=no\n");
  EXPECT_EQ(Read().no_new_privileges, "NoNewPrivileges=");
}

TEST_F(UnitFileTest, DropInsOfTemplatesPrefixesAndTypes) {
  Write("/etc", "web-eu@.service", "[Service]\n");
  for (const char* name : {"service.d", "web-.service.d", "web-eu@.service.d",
                           "web-eu@1.service.d"}) {
    EXPECT_EQ(Read("web-eu@1.service").no_new_privileges, "") << name;
    std::string file = std::string(name) + "/x.conf";
    Write("/run", file, "[Service]\nNoNewPrivileges=on\n");
    EXPECT_NE(Read("web-eu@1.service").no_new_privileges, "") << name;
    std::filesystem::remove(root_ + "/run/systemd/system/" + file);
  }
  Write("/run", "web-us.service.d/x.conf", "[Service]\nNoNewPrivileges=on\n");
  EXPECT_EQ(Read("web-eu@1.service").no_new_privileges, "");
}

TEST_F(UnitFileTest, OnlyTheServiceSectionCounts) {
  Write("/etc", "web.service",
        "[Unit]\nNoNewPrivileges=yes\n# [Service]\n[Service]\n; a comment\n"
        "NoNewPrivileges = \\\n# inside\n  true\n[Install]\n"
        "NoNewPrivileges=no\n");
  EXPECT_EQ(Read().no_new_privileges, "NoNewPrivileges=");
}

TEST_F(UnitFileTest, WhatImpliesNoNewPrivileges) {
  Unit("User=web\nSystemCallFilter=@system-service\n");
  EXPECT_EQ(Read().no_new_privileges,
            "SystemCallFilter= with User=web, which imply NoNewPrivileges=");
  for (const char* text :
       {"User=root\nSystemCallFilter=@system-service\n",
        "User=web\nProtectClock=no\n", "User=web\nSystemCallFilter=\n",
        "SystemCallFilter=@system-service\n", "User=web\n",
        "User=web\nProtectSystem=strict\n"}) {
    Unit(text);
    EXPECT_EQ(Read().no_new_privileges, "") << text;
  }
  Unit("DynamicUser=yes\nNoNewPrivileges=no\n");
  EXPECT_THAT(Read().no_new_privileges, HasSubstr("DynamicUser="));
}

TEST_F(UnitFileTest, BoundingSetsAddUp) {
  Unit("CapabilityBoundingSet=CAP_CHOWN cap_net_raw\n");
  EXPECT_EQ(Bounding(), "cap_chown,cap_net_raw");
  Unit("CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=CAP_NET_RAW\n");
  EXPECT_EQ(Bounding(), "cap_chown,cap_net_raw");
  Unit(
      "CapabilityBoundingSet=CAP_CHOWN CAP_KILL\n"
      "CapabilityBoundingSet=~CAP_KILL\n");
  EXPECT_EQ(Bounding(), "cap_chown");
  Unit("CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=\n");
  EXPECT_EQ(Bounding(), "");
  Unit("CapabilityBoundingSet=\nCapabilityBoundingSet=~\n");
  EXPECT_EQ(Read().bounding, ~uint64_t{0});
  Unit("CapabilityBoundingSet=~CAP_CHOWN\nAmbientCapabilities=CAP_KILL\n");
  EXPECT_EQ(Read().bounding, ~uint64_t{1});
  EXPECT_EQ(kernel::CapabilityNames(Read().ambient), "cap_kill");
}

TEST_F(UnitFileTest, VariablesAndPrivilegedPrograms) {
  Unit(
      "Environment=\"LD_PRELOAD=/a b\" X=LD_AUDIT\n"
      "PassEnvironment=HOME LD_LIBRARY_PATH\n"
      "ExecStartPre=+/usr/bin/prepare --all\nExecStart=-/usr/bin/web\n");
  EXPECT_THAT(Read().loader_variables,
              ElementsAre("LD_PRELOAD", "LD_LIBRARY_PATH"));
  EXPECT_THAT(Read().privileged_programs, ElementsAre("/usr/bin/prepare"));
  Write("/etc", "web.service.d/x.conf", "[Service]\nEnvironment=\n");
  EXPECT_THAT(Read().loader_variables, ElementsAre("LD_LIBRARY_PATH"));
}

}  // namespace
}  // namespace pol::enforce
