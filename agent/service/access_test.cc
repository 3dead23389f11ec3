#include "agent/service/access.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pol::service {
namespace {

TEST(MayControlTest, RootAlways) {
  EXPECT_TRUE(
      MayControl({.pid = 1, .uid = 0, .gid = 5, .groups = {}}, std::nullopt));
  EXPECT_TRUE(MayControl({.pid = 1, .uid = 0, .gid = 5, .groups = {}}, 7));
}

TEST(MayControlTest, MembersOfTheGroup) {
  EXPECT_TRUE(MayControl({.pid = 1, .uid = 1000, .gid = 7, .groups = {}}, 7));
  EXPECT_TRUE(
      MayControl({.pid = 1, .uid = 1000, .gid = 5, .groups = {4, 7}}, 7));
}

TEST(MayControlTest, NobodyElse) {
  EXPECT_FALSE(
      MayControl({.pid = 1, .uid = 1000, .gid = 5, .groups = {4, 6}}, 7));
  EXPECT_FALSE(MayControl({.pid = 1, .uid = 1000, .gid = 0, .groups = {0}}, 7));
  EXPECT_FALSE(MayControl({.pid = 1, .uid = 1000, .gid = 7, .groups = {}},
                          std::nullopt));
}

TEST(PeerOfTest, IsTheProcessAtTheOtherEnd) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  absl::StatusOr<Peer> peer = PeerOf(ends[0]);
  ASSERT_TRUE(peer.ok()) << peer.status();
  EXPECT_EQ(peer->pid, getpid());
  EXPECT_EQ(peer->uid, geteuid());
  EXPECT_EQ(peer->gid, getegid());
  close(ends[0]);
  close(ends[1]);
}

TEST(FindGroupTest, KnowsTheGroupsOfThisHost) {
  EXPECT_EQ(FindGroup("root"), gid_t{0});
  EXPECT_EQ(FindGroup("nobody-has-this-group"), std::nullopt);
}

}  // namespace
}  // namespace pol::service
