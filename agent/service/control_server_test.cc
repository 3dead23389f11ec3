// The control socket with clients as they should be, and as they should not.
#include "agent/service/control_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <thread>

#include "agent/service/control_client.h"

namespace pol::service {
namespace {

using ::testing::HasSubstr;

constexpr int kPatienceMs = 20'000;

class ControlServerTest : public ::testing::Test {
 protected:
  ControlServerTest() {
    std::string pattern = ::testing::TempDir() + "control.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    options_.socket_path = folder_ + "/pold.sock";
    options_.frame_timeout_ms = 200;
    options_.max_frame = 1 << 20;
    options_.max_buffered = 2 << 20;
  }

  ~ControlServerTest() override {
    if (thread_.joinable()) {
      loop_->Stop();
      thread_.join();
    }
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Answers `plan` with the bundle's bytes as digest, `status` not at all
  // until Answer(), everything else with an error.
  void Serve() {
    loop_ = *EventLoop::Make();
    auto server = ControlServer::Make(
        *loop_, options_,
        [this](const Peer& peer, v1::Request request,
               ControlServer::Answer answer) {
          EXPECT_EQ(peer.pid, getpid());
          ++handled_;
          v1::Reply reply;
          if (request.has_plan()) {
            reply.mutable_plan()->set_target_digest(request.plan().file());
            answer(std::move(reply));
          } else if (request.has_status()) {
            held_ = std::move(answer);
          } else {
            answer(ErrorReply(absl::FailedPreconditionError("not now")));
          }
        });
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    thread_ = std::thread([this] { EXPECT_TRUE(loop_->Run().ok()); });
  }

  void OnLoop(std::function<void()> work) {
    std::atomic<bool> done = false;
    loop_->Post([&] {
      work();
      done = true;
      done.notify_all();
    });
    done.wait(false);
  }

  ControlClient Client() {
    absl::StatusOr<ControlClient> client =
        ControlClient::Connect(options_.socket_path);
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  int RawClient() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path, options_.socket_path.c_str());
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(
        connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    return fd;
  }

  // Everything the server says until it closes the connection.
  static std::string ReadToEnd(int fd) {
    std::string all;
    char chunk[4096];
    pollfd poller = {fd, POLLIN, 0};
    while (poll(&poller, 1, kPatienceMs) == 1) {
      ssize_t size = recv(fd, chunk, sizeof(chunk), 0);
      if (size <= 0) return all;
      all.append(chunk, static_cast<size_t>(size));
    }
    ADD_FAILURE() << "the server did not close the connection";
    return all;
  }

  static std::string ErrorOf(const std::string& bytes) {
    FrameReader reader;
    reader.Append(bytes);
    v1::Reply reply;
    auto message = reader.Next();
    EXPECT_TRUE(message.ok() && message->has_value());
    if (message.ok() && *message) {
      EXPECT_TRUE(reply.ParseFromString(**message));
    }
    return reply.error().message();
  }

  std::string folder_;
  ControlServer::Options options_;
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<ControlServer> server_;
  std::atomic<int> handled_ = 0;
  ControlServer::Answer held_;
  std::thread thread_;
};

TEST_F(ControlServerTest, AnswersOneRequestAfterAnother) {
  Serve();
  ControlClient client = Client();
  EXPECT_EQ(client.Plan("first")->target_digest(), "first");
  EXPECT_EQ(client.Plan(std::string(1'000'000, 'x'))->target_digest().size(),
            1'000'000u);
  absl::Status refused = client.Rollback().status();
  EXPECT_EQ(refused, absl::FailedPreconditionError("not now"));
  EXPECT_EQ(client.Plan("last")->target_digest(), "last");
}

TEST_F(ControlServerTest, SocketIsForRootAndTheGroup) {
  options_.group = getegid();
  Serve();
  struct stat info;
  ASSERT_EQ(stat(options_.socket_path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0660u);
  EXPECT_EQ(info.st_gid, getegid());
}

TEST_F(ControlServerTest, ClientThatWaitsHoldsUpNobody) {
  Serve();
  std::thread waiting([this] {
    ControlClient client = Client();
    EXPECT_TRUE(client.Status().ok());
  });
  while (handled_ == 0) std::this_thread::yield();
  ControlClient other = Client();
  EXPECT_EQ(other.Plan("x")->target_digest(), "x");
  OnLoop([this] {
    v1::Reply reply;
    reply.mutable_status();
    held_(std::move(reply));
  });
  waiting.join();
}

TEST_F(ControlServerTest, ClientThatLeavesBeforeItsAnswerIsForgotten) {
  Serve();
  {
    ControlClient client = Client();
    v1::Request request;
    request.mutable_status();
    int fd = RawClient();
    std::string frame = Frame(request.SerializeAsString());
    ASSERT_EQ(send(fd, frame.data(), frame.size(), 0),
              static_cast<ssize_t>(frame.size()));
    while (handled_ == 0) std::this_thread::yield();
    close(fd);
  }
  ControlClient other = Client();
  EXPECT_TRUE(other.Plan("x").ok());
  OnLoop([this] { held_(v1::Reply()); });
  EXPECT_TRUE(other.Plan("y").ok());
}

TEST_F(ControlServerTest, HalfAMessageIsCutOffInTime) {
  Serve();
  int fd = RawClient();
  ASSERT_EQ(send(fd, "\x05\0", 2, 0), 2);
  EXPECT_EQ(ReadToEnd(fd), "");
  close(fd);
}

TEST_F(ControlServerTest, AnnouncedLengthBeyondTheLimitIsRefused) {
  Serve();
  int fd = RawClient();
  ASSERT_EQ(send(fd, "\xff\xff\xff\xff", 4, 0), 4);
  EXPECT_THAT(ErrorOf(ReadToEnd(fd)), HasSubstr("4294967295 bytes"));
  close(fd);
}

TEST_F(ControlServerTest, GarbageIsRefused) {
  Serve();
  for (const std::string& message :
       {std::string("\xff\xff\xff"), std::string(), std::string(1000, 'z')}) {
    int fd = RawClient();
    std::string frame = Frame(message);
    ASSERT_EQ(send(fd, frame.data(), frame.size(), 0),
              static_cast<ssize_t>(frame.size()));
    EXPECT_THAT(ErrorOf(ReadToEnd(fd)), HasSubstr("does not understand"));
    close(fd);
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(ControlServerTest, TogetherClientsCannotFillTheMemory) {
  options_.max_buffered = 4096;
  Serve();
  int first = RawClient();
  std::string half = Frame(std::string(100'000, 'x')).substr(0, 4000);
  ASSERT_EQ(send(first, half.data(), half.size(), 0), 4000);
  int second = RawClient();
  ASSERT_EQ(send(second, half.data(), half.size(), 0), 4000);
  // One of the two went over the bound; which is theirs to sort out.
  std::string said = ReadToEnd(first) + ReadToEnd(second);
  EXPECT_THAT(ErrorOf(said), HasSubstr("too much"));
  close(first);
  close(second);
  EXPECT_TRUE(Client().Plan("x").ok());
}

TEST_F(ControlServerTest, OneClientTooManyIsTurnedAway) {
  options_.max_connections = 2;
  Serve();
  ControlClient first = Client();
  ControlClient second = Client();
  EXPECT_TRUE(first.Plan("x").ok());
  EXPECT_TRUE(second.Plan("x").ok());
  ControlClient third = Client();
  EXPECT_TRUE(absl::IsResourceExhausted(third.Plan("x").status()));
  EXPECT_TRUE(first.Plan("x").ok());
}

TEST_F(ControlServerTest, ObserversGetEveryLine) {
  Serve();
  std::vector<std::string> lines;
  std::thread watcher([&] {
    ControlClient client = Client();
    EXPECT_TRUE(client
                    .Observe(
                        [&](const std::string& line, uint64_t lost) {
                          EXPECT_EQ(lost, 0u);
                          lines.push_back(line);
                          return lines.size() < 3;
                        },
                        [&] {
                          OnLoop([this] {
                            EXPECT_TRUE(server_->HasObservers());
                            for (const char* line : {"a", "b", "c"})
                              server_->Publish(line);
                          });
                        })
                    .ok());
  });
  watcher.join();
  EXPECT_THAT(lines, ::testing::ElementsAre("a", "b", "c"));
}

TEST_F(ControlServerTest, ObserverThatDoesNotReadLosesLinesAndIsTold) {
  options_.observer_buffer = 1000;
  Serve();
  ControlClient client = Client();
  uint64_t missed = 0;
  absl::Status observed = client.Observe(
      [&](const std::string&, uint64_t lost) {
        missed = lost;
        // There is room again, so some of these come.
        OnLoop([this] { server_->Publish("more"); });
        return lost == 0;
      },
      [&] {
        OnLoop([this] {
          for (int i = 0; i < 20'000; ++i)
            server_->Publish(std::string(100, 'x'));
        });
      });
  EXPECT_TRUE(observed.ok()) << observed;
  EXPECT_GT(missed, 0u);
}

TEST_F(ControlServerTest, SecondServerFindsTheFirst) {
  Serve();
  auto second = ControlServer::Make(
      *loop_, options_, [](const Peer&, v1::Request, ControlServer::Answer) {});
  EXPECT_TRUE(absl::IsAlreadyExists(second.status())) << second.status();
  EXPECT_TRUE(Client().Plan("x").ok());
}

TEST_F(ControlServerTest, SocketOfADeadServerIsTakenOver) {
  // What SIGKILL leaves: a bound socket that nobody listens on.
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, options_.socket_path.c_str());
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
            0);
  close(fd);
  EXPECT_TRUE(
      absl::IsNotFound(ControlClient::Connect(options_.socket_path).status()));
  Serve();
  EXPECT_TRUE(Client().Plan("x").ok());
}

TEST(ControlClientTest, SaysThatNobodyIsThere) {
  absl::Status none = ControlClient::Connect("/nowhere/pold.sock").status();
  EXPECT_TRUE(absl::IsNotFound(none)) << none;
  EXPECT_THAT(std::string(none.message()), HasSubstr("/nowhere/pold.sock"));
}

}  // namespace
}  // namespace pol::service
