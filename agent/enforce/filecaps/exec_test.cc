// What the findings claim, shown by programs that really start.

#include <sys/prctl.h>

#include "agent/enforce/filecaps/real_files.h"

namespace pol::enforce {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kNothing[] = "0000000000000000";
constexpr char kRawBit[] = "0000000000002000";

class ExecTest : public RealFiles {
 protected:
  void SetUp() override {
    RealFiles::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (prctl(PR_CAPBSET_READ, 13) != 1)
      GTEST_SKIP() << "cap_net_raw is not in our bounding set";
  }

  void Unit(const std::string& text) {
    Write("root/etc/systemd/system/web.service", "[Service]\n" + text, 0644);
  }
};

TEST_F(ExecTest, ProgramGetsItsCapabilities) {
  std::string cat = Cat();
  EXPECT_EQ(Status(cat, "CapEff"), kNothing);
  Give(cat, kRaw);
  EXPECT_EQ(Status(cat, "CapEff"), kRawBit);
  EXPECT_EQ(Status(cat, "CapPrm"), kRawBit);
  EXPECT_THAT(Found(cat, kRaw), IsEmpty());
}

TEST_F(ExecTest, NoSetAndTheEmptySetOnASetuidProgram) {
  std::string cat = Cat("cat", 04755);
  Give(cat, "");
  EXPECT_EQ(Status(cat, "Uid"), "65534\t0\t0\t0");
  EXPECT_NE(Status(cat, "CapEff"), kNothing);
  Give(cat, "=");
  EXPECT_EQ(Status(cat, "Uid"), "65534\t0\t0\t0");
  EXPECT_EQ(Status(cat, "CapEff"), kNothing);
  EXPECT_EQ(Status(cat, "CapPrm"), kNothing);
  EXPECT_THAT(Found(cat, "="), IsEmpty());
  Give(cat, "");
  EXPECT_NE(Status(cat, "CapEff"), kNothing);
}

TEST_F(ExecTest, EffectiveOnlyIsTheEmptySet) {
  std::string cat = Cat("cat", 04755);
  Give(cat, "cap_net_raw=e");
  EXPECT_EQ(Status(cat, "CapEff"), kNothing);
}

TEST_F(ExecTest, ForeignRootIdDoesNotCount) {
  std::string cat = Cat();
  Bundle bundle = Wanting(cat, kRaw);
  bundle.mutable_files(0)->set_capabilities_rootid(100000);
  ASSERT_TRUE(Apply(bundle).ok());
  EXPECT_TRUE(fence_->Verify(bundle).ok());
  EXPECT_EQ(Status(cat, "CapEff"), kNothing);
  bundle.mutable_files(0)->set_capabilities_rootid(0);
  ASSERT_TRUE(Apply(bundle).ok());
  EXPECT_EQ(Status(cat, "CapEff"), kRawBit);
}

TEST_F(ExecTest, SetuidMix) {
  std::string cat = Cat("cat", 04755);
  Give(cat, kRaw);
  EXPECT_EQ(Status(cat, "Uid"), "65534\t0\t0\t0");
  EXPECT_EQ(Status(cat, "CapEff"), kRawBit);
  EXPECT_THAT(Found(cat, kRaw),
              ElementsAre("it is set-user-ID 0 as well: it runs as user 0 with "
                          "these capabilities alone, not with all"));
}

TEST_F(ExecTest, SetgidMix) {
  std::string cat = Cat("cat", 02755);
  Give(cat, kRaw);
  EXPECT_EQ(Status(cat, "Gid"), "65534\t0\t0\t0");
  EXPECT_EQ(Status(cat, "CapEff"), kRawBit);
  EXPECT_THAT(Found(cat, kRaw), Contains(HasSubstr("it is set-group-ID 0")));
}

TEST_F(ExecTest, Nosuid) {
  std::string mount = Mount("m", "tmpfs", MS_NOSUID);
  std::string cat = Cat("m/cat");
  Give(cat, kRaw);
  EXPECT_EQ(Status(cat, "CapEff"), kNothing);
  EXPECT_THAT(
      Found(cat, kRaw),
      ElementsAre("the mount at " + mount +
                  " is nosuid: capabilities are written and do not count when "
                  "the program starts; AmbientCapabilities= in web.service "
                  "gives them without the file"));
}

TEST_F(ExecTest, Noexec) {
  std::string mount = Mount("m", "tmpfs", MS_NOEXEC);
  std::string cat = Cat("m/cat");
  Give(cat, kRaw);
  EXPECT_THAT(Run({cat, "/proc/self/status"}).errors,
              HasSubstr("Permission denied"));
  EXPECT_THAT(Found(cat, kRaw), ElementsAre(HasSubstr("is noexec")));
}

TEST_F(ExecTest, Script) {
  std::string script = Write("tool", "#!/usr/bin/cat /proc/self/status\n");
  Give(script, kRaw);
  harness::Outcome outcome = Run({script});
  EXPECT_EQ(StatusLine(outcome.output, "CapEff"), kNothing);
  EXPECT_THAT(Found(script, kRaw),
              ElementsAre(HasSubstr(
                  "it is a script of /usr/bin/cat /proc/self/status")));
}

TEST_F(ExecTest, NoNewPrivileges) {
  std::string cat = Cat();
  Give(cat, kRaw);
  EXPECT_EQ(Status(cat, "CapEff", {"--no-new-privs"}), kNothing);
  Unit("NoNewPrivileges=yes\n");
  EXPECT_THAT(Found(cat, kRaw),
              ElementsAre("web.service has NoNewPrivileges=: the program gets "
                          "no capability that the service does not have; "
                          "AmbientCapabilities= in web.service gives them "
                          "without the file"));
  Unit("DynamicUser=yes\n");
  EXPECT_THAT(Found(cat, kRaw),
              ElementsAre(HasSubstr("DynamicUser=, which implies")));
  Unit("User=web\nRestrictSUIDSGID=yes\n");
  EXPECT_THAT(Found(cat, kRaw),
              ElementsAre(HasSubstr("RestrictSUIDSGID= with User=web")));
  Unit("RestrictSUIDSGID=yes\n");
  EXPECT_THAT(Found(cat, kRaw), IsEmpty());
}

TEST_F(ExecTest, BoundingSet) {
  std::string cat = Cat();
  Give(cat, kRaw);
  harness::Outcome outcome =
      Run({cat, "/proc/self/status"}, {"--bounding-set=-net_raw"});
  EXPECT_NE(outcome.exit_status, 0);
  EXPECT_THAT(outcome.errors, HasSubstr("Operation not permitted"));
  Unit("CapabilityBoundingSet=~CAP_NET_RAW\n");
  EXPECT_THAT(Found(cat, kRaw),
              ElementsAre("web.service has CapabilityBoundingSet= without "
                          "cap_net_raw: the program does not start, with "
                          "`Operation not permitted`"));

  Give(cat, "cap_net_raw=p");
  EXPECT_EQ(Status(cat, "CapPrm", {"--bounding-set=-net_raw"}), kNothing);
  EXPECT_THAT(Found(cat, "cap_net_raw=p"),
              ElementsAre(HasSubstr("the program does not get them")));
  Unit("CapabilityBoundingSet=CAP_NET_RAW\n");
  EXPECT_THAT(Found(cat, kRaw), IsEmpty());
}

TEST_F(ExecTest, AmbientOnesAreNotKept) {
  std::string cat = Cat();
  std::vector<std::string> ambient = {"--inh-caps=+net_raw,+chown",
                                      "--ambient-caps=+net_raw,+chown"};
  EXPECT_EQ(Status(cat, "CapEff", ambient), "0000000000002001");
  Give(cat, kRaw);
  EXPECT_EQ(Status(cat, "CapEff", ambient), kRawBit);
  Unit("AmbientCapabilities=CAP_NET_RAW\n");
  EXPECT_THAT(Found(cat, kRaw),
              ElementsAre(HasSubstr("does not keep ambient ones")));
}

class LoaderTest : public ExecTest {
 protected:
  void SetUp() override {
    ExecTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Write("one.c", "int one(void) { return 1; }\n");
    Write("main.c", "int one(void); int main(void) { return one() - 1; }\n");
    Compile({"-shared", "-fPIC", Path("one.c"), "-o", Path("libone.so")});
  }

  void Compile(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "cc");
    MustRun(arguments);
  }
  std::string Program(std::vector<std::string> options = {}) {
    options.insert(options.end(), {Path("main.c"), "-o", Path("main"),
                                   "-L" + folder_, "-lone"});
    Compile(options);
    return Path("main");
  }
};

TEST_F(LoaderTest, OriginInTheLibraryPath) {
  for (const char* tags : {"--enable-new-dtags", "--disable-new-dtags"}) {
    std::string program =
        Program({absl::StrCat("-Wl,", tags), "-Wl,-rpath,$ORIGIN:/usr/lib"});
    EXPECT_EQ(Run({program}).exit_status, 0);
    Give(program, kRaw);
    EXPECT_THAT(Run({program}).errors, HasSubstr("libone.so"));
    EXPECT_THAT(Found(program, kRaw),
                ElementsAre("its library path names $ORIGIN: the loader takes "
                            "no such folder for a program with capabilities"));
  }
  std::string program = Program({"-Wl,-rpath," + folder_});
  Give(program, kRaw);
  EXPECT_EQ(Run({program}).exit_status, 0);
  EXPECT_THAT(Found(program, kRaw), IsEmpty());
}

TEST_F(LoaderTest, LibraryPathOfTheEnvironment) {
  std::string program = Program();
  std::vector<std::string> environment = {"LD_LIBRARY_PATH=" + folder_};
  EXPECT_EQ(Run({program}, {}, environment).exit_status, 0);
  Give(program, kRaw);
  EXPECT_THAT(Run({program}, {}, environment).errors, HasSubstr("libone.so"));
  Unit("Environment=\"A=b\" LD_LIBRARY_PATH=/srv/lib\n");
  EXPECT_THAT(Found(program, kRaw),
              ElementsAre(HasSubstr("web.service sets LD_LIBRARY_PATH: the "
                                    "loader ignores it")));
}

}  // namespace
}  // namespace pol::enforce
