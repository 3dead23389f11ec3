#include "agent/service/control_server.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

namespace pol::service {
namespace {

using support::SystemError;

constexpr size_t kChunk = 1 << 16;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

absl::StatusOr<sockaddr_un> Address(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is too long for a socket"));
  }
  memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// Whether somebody listens at an address.
bool Answers(const sockaddr_un& address) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  int result =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  bool alive = result == 0 || errno == EAGAIN;
  close(fd);
  return alive;
}

}  // namespace

struct ControlServer::Connection {
  enum class State { kReading, kBusy, kObserving, kLeaving };

  uint64_t id = 0;
  int fd = -1;
  Peer peer;
  State state = State::kReading;
  FrameReader reader;
  std::string out;       // not yet taken by the kernel
  int64_t since_ms = 0;  // of the last step forward
  uint64_t lost = 0;     // lines an observer has missed

  explicit Connection(size_t max_frame) : reader(max_frame) {}
};

v1::Reply ErrorReply(const absl::Status& status) {
  v1::Reply reply;
  reply.mutable_error()->set_code(static_cast<int>(status.code()));
  reply.mutable_error()->set_message(std::string(status.message()));
  return reply;
}

ControlServer::ControlServer(EventLoop& loop, Options options, Handler handler)
    : loop_(loop), options_(std::move(options)), handler_(std::move(handler)) {}

absl::StatusOr<std::unique_ptr<ControlServer>> ControlServer::Make(
    EventLoop& loop, Options options, Handler handler) {
  std::unique_ptr<ControlServer> server(
      new ControlServer(loop, std::move(options), std::move(handler)));
  POL_RETURN_IF_ERROR(server->Listen());
  ControlServer* raw = server.get();
  POL_RETURN_IF_ERROR(
      loop.Add(raw->listener_, EPOLLIN, [raw](uint32_t) { raw->Accept(); }));
  int period = std::max(1, std::min(raw->options_.frame_timeout_ms,
                                    raw->options_.idle_timeout_ms) /
                               4);
  loop.Every(period, [raw] { raw->CloseLate(); });
  return server;
}

ControlServer::~ControlServer() {
  while (!connections_.empty()) Close(connections_.begin()->first);
  StopListening();
}

void ControlServer::StopListening() {
  if (listener_ < 0) return;
  loop_.Remove(listener_);
  close(std::exchange(listener_, -1));
  if (bound_) unlink(options_.socket_path.c_str());
}

absl::Status ControlServer::Listen() {
  const std::string& path = options_.socket_path;
  POL_ASSIGN_OR_RETURN(sockaddr_un address, Address(path));
  if (Answers(address)) {
    return absl::AlreadyExistsError(
        absl::StrCat("another pold answers at ", path));
  }
  if (unlink(path.c_str()) != 0 && errno != ENOENT)
    return SystemError(errno, absl::StrCat("remove the old ", path));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return SystemError(errno, "socket");
  listener_ = fd;
  // Nobody can connect before listen(), so there is no moment at which the
  // wrong mode counts.
  gid_t group = options_.group.value_or(0);
  bound_ =
      bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  if (!bound_ || chmod(path.c_str(), 0660) != 0 ||
      chown(path.c_str(), static_cast<uid_t>(-1), group) != 0 ||
      listen(fd, 64) != 0) {
    return SystemError(errno, absl::StrCat("listen at ", path));
  }
  return absl::OkStatus();
}

void ControlServer::Accept() {
  int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;  // gone again, or no descriptor left: the next one
  auto connection = std::make_unique<Connection>(options_.max_frame);
  Connection& made = *connection;
  made.id = next_id_++;
  made.fd = fd;
  made.since_ms = NowMs();
  uint64_t id = made.id;
  absl::Status added = loop_.Add(
      fd, EPOLLIN, [this, id](uint32_t events) { Ready(id, events); });
  if (!added.ok()) {
    close(fd);
    return;
  }
  connections_[id] = std::move(connection);
  absl::StatusOr<Peer> peer = PeerOf(fd);
  if (!peer.ok()) {
    Refuse(made, peer.status());
  } else if (!MayControl(*peer, options_.group)) {
    Refuse(made, absl::PermissionDeniedError(
                     "only root and the members of the socket's group may "
                     "talk to pold"));
  } else if (connections_.size() > options_.max_connections) {
    Refuse(made, absl::ResourceExhaustedError(
                     "pold has no room for another client; try again"));
  } else {
    made.peer = *std::move(peer);
  }
  if (made.state == Connection::State::kLeaving && !Flush(made)) Close(id);
}

void ControlServer::Ready(uint64_t id, uint32_t events) {
  auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = *found->second;
  bool alive = true;
  if (events & EPOLLOUT) alive = Flush(connection);
  if (alive && events & EPOLLIN) {
    alive = Read(connection);
  } else if (events & (EPOLLHUP | EPOLLERR)) {
    alive = false;
  }
  if (!alive) Close(id);
}

bool ControlServer::Read(Connection& connection) {
  absl::StatusOr<size_t> wanted = connection.reader.Wanted();
  if (!wanted.ok()) return false;
  std::array<char, kChunk> chunk;
  ssize_t size =
      recv(connection.fd, chunk.data(), std::min(*wanted, chunk.size()), 0);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  // Gone; or an observer that speaks, which it has no reason to.
  if (size == 0 || connection.state != Connection::State::kReading)
    return false;
  if (connection.reader.empty()) connection.since_ms = NowMs();
  connection.reader.Append({chunk.data(), static_cast<size_t>(size)});
  buffered_ += static_cast<size_t>(size);
  if (buffered_ > options_.max_buffered) {
    Refuse(connection, absl::ResourceExhaustedError(
                           "too much is being sent to pold; try again"));
    return Flush(connection);
  }
  size_t before = connection.reader.size();
  absl::StatusOr<std::optional<std::string>> message = connection.reader.Next();
  buffered_ -= before - connection.reader.size();
  if (!message.ok()) {
    Refuse(connection, message.status());
    return Flush(connection);
  }
  return !message->has_value() || Handle(connection, **message);
}

bool ControlServer::Handle(Connection& connection, const std::string& message) {
  v1::Request request;
  if (!request.ParseFromString(message) ||
      request.command_case() == v1::Request::COMMAND_NOT_SET) {
    Refuse(connection,
           absl::InvalidArgumentError("pold does not understand the request"));
    return Flush(connection);
  }
  if (request.has_observe()) {
    connection.state = Connection::State::kObserving;
    ++observers_;
    v1::Reply reply;
    reply.mutable_done();
    Send(connection, reply);
    return Flush(connection);
  }
  connection.state = Connection::State::kBusy;
  Watch(connection);
  uint64_t id = connection.id;
  handler_(connection.peer, std::move(request), [this, id](v1::Reply reply) {
    loop_.Post([this, id, reply = std::move(reply)] {
      auto found = connections_.find(id);
      if (found == connections_.end()) return;  // did not wait for it
      Connection& waiting = *found->second;
      waiting.state = Connection::State::kReading;
      Send(waiting, reply);
      if (!Flush(waiting)) Close(id);
    });
  });
  return true;
}

void ControlServer::Send(Connection& connection, const v1::Reply& reply) {
  connection.out += Frame(reply.SerializeAsString());
  connection.since_ms = NowMs();
}

void ControlServer::Refuse(Connection& connection, const absl::Status& why) {
  connection.state = Connection::State::kLeaving;
  Send(connection, ErrorReply(why));
}

bool ControlServer::Flush(Connection& connection) {
  while (!connection.out.empty()) {
    ssize_t size = send(connection.fd, connection.out.data(),
                        connection.out.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno != EAGAIN) return false;
    if (size < 0) break;
    connection.out.erase(0, static_cast<size_t>(size));
    connection.since_ms = NowMs();
  }
  if (connection.out.empty() &&
      connection.state == Connection::State::kLeaving) {
    return false;
  }
  Watch(connection);
  return true;
}

void ControlServer::Watch(Connection& connection) {
  uint32_t events = 0;
  bool reads = connection.state == Connection::State::kReading ||
               connection.state == Connection::State::kObserving;
  if (reads) events |= EPOLLIN;
  if (!connection.out.empty()) events |= EPOLLOUT;
  loop_.Modify(connection.fd, events);
}

void ControlServer::Publish(const std::string& line) {
  std::vector<uint64_t> broken;
  for (auto& [id, connection] : connections_) {
    if (connection->state != Connection::State::kObserving) continue;
    if (connection->out.size() > options_.observer_buffer) {
      ++connection->lost;
      continue;
    }
    v1::Reply reply;
    reply.mutable_observed()->set_line(line);
    reply.mutable_observed()->set_lost(std::exchange(connection->lost, 0));
    Send(*connection, reply);
    if (!Flush(*connection)) broken.push_back(id);
  }
  for (uint64_t id : broken) Close(id);
}

void ControlServer::Close(uint64_t id) {
  auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = *found->second;
  buffered_ -= connection.reader.size();
  if (connection.state == Connection::State::kObserving) --observers_;
  loop_.Remove(connection.fd);
  close(connection.fd);
  connections_.erase(found);
}

void ControlServer::CloseLate() {
  int64_t now = NowMs();
  std::vector<uint64_t> late;
  for (const auto& [id, connection] : connections_) {
    using State = Connection::State;
    bool waits_for_us = connection->state == State::kBusy ||
                        connection->state == State::kObserving;
    if (waits_for_us) continue;
    bool in_the_middle =
        !connection->reader.empty() || !connection->out.empty();
    int patience =
        in_the_middle ? options_.frame_timeout_ms : options_.idle_timeout_ms;
    if (now - connection->since_ms > patience) late.push_back(id);
  }
  for (uint64_t id : late) Close(id);
}

}  // namespace pol::service
