// The control socket of pold: who connects, may, and asks.
//
// Everything runs on the loop's thread, and nothing waits: a client that sends
// half a message, or reads nothing, is in nobody's way and is cut off when its
// time is up. What a client can make us hold is bounded.
#ifndef POL_AGENT_SERVICE_CONTROL_SERVER_H_
#define POL_AGENT_SERVICE_CONTROL_SERVER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/service/access.h"
#include "agent/service/control.pb.h"
#include "agent/service/event_loop.h"
#include "agent/service/frame.h"
#include "compiler/support/status.h"

namespace pol::service {

class ControlServer {
 public:
  struct Options {
    std::string socket_path;
    std::optional<gid_t> group;  // may use the socket besides root
    size_t max_connections = 32;
    int frame_timeout_ms = 10'000;  // for a message once begun, or a reply
    int idle_timeout_ms = 60'000;   // between messages
    size_t max_frame = kMaxFrame;
    // What all clients together may have sent of unfinished messages.
    size_t max_buffered = 2 * kMaxFrame;
    size_t observer_buffer = 1 << 20;  // of lines nobody has read
  };

  // Called once for each handled request, from any thread.
  using Answer = std::function<void(v1::Reply reply)>;
  // Handles every request but `observe`. Runs on the loop's thread and
  // answers later.
  using Handler =
      std::function<void(const Peer& peer, v1::Request request, Answer answer)>;

  // Binds the socket, mode 0660 and of the group. kAlreadyExists when
  // somebody answers there. `loop` outlives the server, and both outlive the
  // last answer.
  static absl::StatusOr<std::unique_ptr<ControlServer>> Make(EventLoop& loop,
                                                             Options options,
                                                             Handler handler);
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  ~ControlServer();

  // Nobody can connect any more; who is connected is served on.
  void StopListening();

  // One line to everybody who observes.
  void Publish(const std::string& line);
  bool HasObservers() const { return observers_ != 0; }

 private:
  struct Connection;

  ControlServer(EventLoop& loop, Options options, Handler handler);

  absl::Status Listen();
  void Accept();
  void Ready(uint64_t id, uint32_t events);
  // False when the connection is of no more use.
  bool Read(Connection& connection);
  bool Flush(Connection& connection);
  bool Handle(Connection& connection, const std::string& message);
  void Send(Connection& connection, const v1::Reply& reply);
  void Refuse(Connection& connection, const absl::Status& why);
  void Watch(Connection& connection);
  void Close(uint64_t id);
  void CloseLate();

  EventLoop& loop_;
  Options options_;
  Handler handler_;
  int listener_ = -1;
  bool bound_ = false;  // the socket in the file system is ours
  uint64_t next_id_ = 1;
  size_t buffered_ = 0;
  size_t observers_ = 0;
  std::map<uint64_t, std::unique_ptr<Connection>> connections_;
};

// The reply that carries an error.
v1::Reply ErrorReply(const absl::Status& status);

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_CONTROL_SERVER_H_
