#include "agent/service/control_client.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace pol::service {

using support::SystemError;

absl::StatusOr<ControlClient> ControlClient::Connect(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is too long for a socket"));
  }
  memcpy(address.sun_path, path.c_str(), path.size() + 1);
  ControlClient client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (client.fd_ < 0) return SystemError(errno, "socket");
  if (connect(client.fd_, reinterpret_cast<sockaddr*>(&address),
              sizeof(address)) == 0) {
    return client;
  }
  // A socket that nobody listens on is what a killed pold leaves behind.
  if (errno == ECONNREFUSED || errno == ENOENT) {
    return absl::NotFoundError(absl::StrCat("no pold answers at ", path));
  }
  return SystemError(errno, absl::StrCat("connect to ", path));
}

ControlClient::ControlClient(ControlClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), reader_(std::move(other.reader_)) {}

ControlClient& ControlClient::operator=(ControlClient&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(reader_, other.reader_);
  return *this;
}

ControlClient::~ControlClient() {
  if (fd_ >= 0) close(fd_);
}

absl::Status ControlClient::Send(const v1::Request& request) {
  std::string message = request.SerializeAsString();
  if (message.size() > kMaxFrame) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "a bundle of ", message.size(), " bytes is more than pold takes"));
  }
  std::string frame = Frame(message);
  for (size_t sent = 0; sent < frame.size();) {
    ssize_t size =
        send(fd_, frame.data() + sent, frame.size() - sent, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    // It may have said why before it closed.
    if (size < 0 && (errno == EPIPE || errno == ECONNRESET))
      return absl::OkStatus();
    if (size < 0) return SystemError(errno, "send to pold");
    sent += static_cast<size_t>(size);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Reply> ControlClient::Receive() {
  while (true) {
    POL_ASSIGN_OR_RETURN(std::optional<std::string> message, reader_.Next());
    if (message) {
      v1::Reply reply;
      if (!reply.ParseFromString(*message))
        return absl::DataLossError("pold's answer cannot be understood");
      if (!reply.has_error()) return reply;
      return absl::Status(static_cast<absl::StatusCode>(reply.error().code()),
                          reply.error().message());
    }
    std::array<char, 1 << 16> chunk;
    ssize_t size = recv(fd_, chunk.data(), chunk.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno != ECONNRESET)
      return SystemError(errno, "read from pold");
    if (size <= 0) return absl::UnavailableError("pold closed the connection");
    reader_.Append({chunk.data(), static_cast<size_t>(size)});
  }
}

absl::StatusOr<v1::Reply> ControlClient::Call(const v1::Request& request) {
  POL_RETURN_IF_ERROR(Send(request));
  return Receive();
}

absl::StatusOr<apply::v1::Plan> ControlClient::Plan(const std::string& bundle) {
  v1::Request request;
  request.mutable_plan()->set_file(bundle);
  POL_ASSIGN_OR_RETURN(v1::Reply reply, Call(request));
  return std::move(*reply.mutable_plan());
}

absl::StatusOr<apply::v1::Outcome> ControlClient::Apply(
    const std::string& bundle, const v1::ApplyOptions& options) {
  v1::Request request;
  request.mutable_apply()->set_file(bundle);
  *request.mutable_apply()->mutable_options() = options;
  POL_ASSIGN_OR_RETURN(v1::Reply reply, Call(request));
  return reply.outcome();
}

absl::StatusOr<apply::v1::Outcome> ControlClient::ApplyPlanned(
    const std::string& bundle, const apply::v1::Expected& expected,
    const v1::ApplyOptions& options) {
  v1::Request request;
  request.mutable_apply_planned()->set_file(bundle);
  *request.mutable_apply_planned()->mutable_expected() = expected;
  *request.mutable_apply_planned()->mutable_options() = options;
  POL_ASSIGN_OR_RETURN(v1::Reply reply, Call(request));
  return std::move(*reply.mutable_outcome());
}

absl::StatusOr<apply::v1::Outcome> ControlClient::Rollback(
    std::optional<uint64_t> to) {
  v1::Request request;
  request.mutable_rollback();
  if (to) request.mutable_rollback()->set_generation(*to);
  POL_ASSIGN_OR_RETURN(v1::Reply reply, Call(request));
  return reply.outcome();
}

absl::StatusOr<apply::v1::Outcome> ControlClient::Confirm() {
  v1::Request request;
  request.mutable_confirm();
  POL_ASSIGN_OR_RETURN(v1::Reply reply, Call(request));
  return reply.outcome();
}

absl::StatusOr<apply::v1::GenerationList> ControlClient::Generations() {
  v1::Request request;
  request.mutable_generations();
  POL_ASSIGN_OR_RETURN(v1::Reply reply, Call(request));
  return std::move(*reply.mutable_generations());
}

absl::StatusOr<apply::v1::HostStatus> ControlClient::Status() {
  v1::Request request;
  request.mutable_status();
  POL_ASSIGN_OR_RETURN(v1::Reply reply, Call(request));
  return std::move(*reply.mutable_status());
}

absl::StatusOr<v1::DriftReport> ControlClient::Drift() {
  v1::Request request;
  request.mutable_drift();
  POL_ASSIGN_OR_RETURN(v1::Reply reply, Call(request));
  return std::move(*reply.mutable_drift());
}

absl::Status ControlClient::Remove() {
  v1::Request request;
  request.mutable_remove();
  return Call(request).status();
}

absl::Status ControlClient::Observe(
    const std::function<bool(const std::string& line, uint64_t lost)>& line,
    const std::function<void()>& started) {
  v1::Request request;
  request.mutable_observe();
  POL_RETURN_IF_ERROR(Call(request).status());
  if (started) started();
  while (true) {
    POL_ASSIGN_OR_RETURN(v1::Reply reply, Receive());
    const v1::Observed& observed = reply.observed();
    if (!line(observed.line(), observed.lost())) return absl::OkStatus();
  }
}

}  // namespace pol::service
