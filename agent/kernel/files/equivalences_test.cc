#include "agent/kernel/files/equivalences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::kernel {
namespace {

using ::testing::ElementsAre;

TEST(EquivalencesTest, CommentsAndHalfLinesAreNone) {
  EXPECT_EQ(ParseEquivalences("# /a /b\n\n/alone\n/var/run\t/run\n/bin /usr"),
            (EquivalenceList{{"/var/run", "/run"}, {"/bin", "/usr"}}));
}

TEST(EquivalencesTest, WholeComponentsOnceLastLineWins) {
  const PathMap map({{"/a", "/b"}, {"/b", "/c"}, {"/a/x", "/d"}}, {});
  EXPECT_EQ(map.Canonical("/a/y"), "/b/y");
  EXPECT_EQ(map.Canonical("/a"), "/b");
  EXPECT_EQ(map.Canonical("/ab"), "/ab");
  EXPECT_EQ(map.Canonical("/a/x/y"), "/d/y");
  EXPECT_EQ(PathMap({{"/host", "/"}}, {}).Canonical("/host/etc"), "/etc");
}

TEST(EquivalencesTest, ThePolicysComeSecond) {
  const PathMap map({{"/srv/web", "/var/run/web"}, {"/run", "/x"}},
                    {{"/var/run", "/run"}});
  EXPECT_EQ(map.Canonical("/srv/web/a"), "/run/web/a");
  EXPECT_EQ(map.Canonical("/run/a"), "/x/a");
}

TEST(EquivalencesTest, BackwardsFindsEveryBeginning) {
  const PathMap map({}, {{"/var/run", "/run"}, {"/old/run/app", "/run/app"}});
  EXPECT_THAT(map.Aliases("/run/app"),
              ElementsAre("/old/run/app", "/run/app", "/var/run/app"));
  // What is above the target of an equivalence holds all of it.
  EXPECT_THAT(map.Aliases("/ru"),
              ElementsAre("/old/run/app", "/ru", "/var/run"));
  EXPECT_THAT(PathMap({{"/host", "/"}}, {}).Aliases("/etc/app"),
              ElementsAre("/etc/app", "/host/etc/app"));
}

TEST(EquivalencesTest, AnEditKeepsWhatItDoesNotSpeakOf) {
  const std::string text = "# ours\n/a\t/b \n\n/c /d\nodd\n/e /f";
  EXPECT_EQ(EditEquivalences(text, ParseEquivalences(text)), text);
  EXPECT_EQ(EditEquivalences(text, {{"/a", "/b"}, {"/e", "/f"}}),
            "# ours\n/a\t/b \n\nodd\n/e /f\n");
  EXPECT_EQ(EditEquivalences(
                text, {{"/a", "/b"}, {"/n", "/m"}, {"/c", "/d"}, {"/e", "/g"}}),
            "# ours\n/a\t/b \n\n/n /m\n/c /d\nodd\n/e /g\n");
  EXPECT_EQ(EditEquivalences("", {{"/a", "/b"}}), "/a /b\n");
  EXPECT_EQ(EditEquivalences("/a /b\n", {}), "");
}

TEST(EquivalencesTest, AnEditGivesTheOrderThatIsWanted) {
  const EquivalenceList wanted = {{"/c", "/d"}, {"/a", "/b"}, {"/c/x", "/y"}};
  EXPECT_EQ(ParseEquivalences(EditEquivalences("/a /b\n#\n/c /d\n", wanted)),
            wanted);
}

}  // namespace
}  // namespace pol::kernel
