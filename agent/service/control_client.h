// polc's end of the control socket.
#ifndef POL_AGENT_SERVICE_CONTROL_CLIENT_H_
#define POL_AGENT_SERVICE_CONTROL_CLIENT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "agent/service/control.pb.h"
#include "agent/service/frame.h"
#include "compiler/support/status.h"

namespace pol::service {

// One connection. Calls wait for the answer; an apply may take a while. What
// pold refuses comes back as the Status that apply gave there.
class ControlClient {
 public:
  // To the socket at `path` (HostPaths.run_dir + "/pold.sock"). kNotFound when
  // no pold runs there, kPermissionDenied when we may not talk to it.
  static absl::StatusOr<ControlClient> Connect(const std::string& path);

  ControlClient(ControlClient&& other) noexcept;
  ControlClient& operator=(ControlClient&& other) noexcept;
  ~ControlClient();

  // `bundle` is the bytes of a .polb file.
  absl::StatusOr<apply::v1::Plan> Plan(const std::string& bundle);
  absl::StatusOr<apply::v1::Outcome> Apply(
      const std::string& bundle, const v1::ApplyOptions& options = {});
  // Only if the host is what `expected` says; kAborted when it no longer is.
  absl::StatusOr<apply::v1::Outcome> ApplyPlanned(
      const std::string& bundle, const apply::v1::Expected& expected,
      const v1::ApplyOptions& options = {});
  absl::StatusOr<apply::v1::Outcome> Rollback(
      std::optional<uint64_t> to = std::nullopt);
  absl::StatusOr<apply::v1::Outcome> Confirm();
  absl::StatusOr<apply::v1::GenerationList> Generations();
  absl::StatusOr<apply::v1::HostStatus> Status();
  absl::Status Remove();
  // What has drifted, what was done about it.
  absl::StatusOr<v1::DriftReport> Drift();

  // Calls `line` for every decision from now on, `lost` saying how many were
  // left out before it, until it returns false or pold ends (kUnavailable).
  // `started` is called when pold is listening to us.
  absl::Status Observe(
      const std::function<bool(const std::string& line, uint64_t lost)>& line,
      const std::function<void()>& started = {});

 private:
  explicit ControlClient(int fd) : fd_(fd) {}

  absl::StatusOr<v1::Reply> Call(const v1::Request& request);
  absl::Status Send(const v1::Request& request);
  absl::StatusOr<v1::Reply> Receive();

  int fd_;
  FrameReader reader_;
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_CONTROL_CLIENT_H_
