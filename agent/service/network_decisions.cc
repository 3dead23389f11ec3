#include "agent/service/network_decisions.h"

#include <ctime>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "agent/enforce/network/decoded_event.h"
#include "agent/enforce/network/refuser.h"
#include "agent/kernel/network/cgroup.h"
#include "agent/kernel/network/event_reader.h"
#include "agent/kernel/network/programs.h"

namespace pol::service {
namespace {

int64_t Nanoseconds(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Empty for a socket that is not bound yet, when connect(2) is judged.
std::string EndText(const std::string& address, uint16_t port) {
  if (address.empty() || port == 0) return "";
  bool ipv6 = absl::StrContains(address, ":");
  return ipv6 ? absl::StrCat("[", address, "]:", port)
              : absl::StrCat(address, ":", port);
}

Decision FromEvent(const pol_event& event, int64_t boot_ns) {
  enforce::DecodedEvent decoded = enforce::Decode(event);
  Decision decision;
  decision.unix_ms =
      (boot_ns + static_cast<int64_t>(decoded.time_ns)) / 1'000'000;
  decision.verdict =
      decoded.verdict == "deny" ? Verdict::kRefused : Verdict::kAllowed;
  decision.audit_differs = !decoded.audit.empty();
  decision.hook = std::string(decoded.hook);
  decision.source = decoded.source;
  decision.target = decoded.target;
  decision.source_address =
      EndText(decoded.source_address, decoded.source_port);
  decision.target_address =
      EndText(decoded.target_address, decoded.target_port);
  decision.target_port = decoded.target_port;
  decision.protocol = event.protocol;
  decision.reason = std::string(decoded.reason);
  decision.rule = decoded.rule;
  decision.tls_rule = decoded.tls_rule;
  decision.audit_rule = decoded.audit_rule;
  if (!decoded.tls_version.empty()) {
    bool digits = decoded.tls_version[0] == '1';
    decision.tls_version =
        absl::StrCat(digits ? "TLS " : "", decoded.tls_version);
  }
  decision.generation = decoded.generation;
  return decision;
}

class NetworkDecisions : public DecisionSource {
 public:
  explicit NetworkDecisions(kernel::HostPaths paths)
      : paths_(std::move(paths)) {}

  absl::StatusOr<bool> Open() override {
    reader_.reset();
    POL_ASSIGN_OR_RETURN(kernel::Cgroup cgroup,
                         kernel::Cgroup::Open(paths_.cgroup_root));
    POL_ASSIGN_OR_RETURN(std::unique_ptr<kernel::Programs> programs,
                         kernel::Programs::Open(paths_.bpffs_dir, cgroup));
    if (programs == nullptr) return false;
    POL_ASSIGN_OR_RETURN(reader_,
                         kernel::EventReader::Open(programs->map("events")));
    return true;
  }

  int fd() const override { return reader_->fd(); }

  absl::Status Drain(
      const std::function<void(const Decision&)>& handle) override {
    int64_t boot_ns =
        Nanoseconds(CLOCK_REALTIME) - Nanoseconds(CLOCK_MONOTONIC);
    absl::Status result;
    absl::Status read = reader_->Consume([&](const pol_event& event) {
      // First the client, then the log.
      result.Update(refuser_.Refuse(event));
      handle(FromEvent(event, boot_ns));
    });
    refuser_.Release();
    result.Update(read);
    return result;
  }

 private:
  kernel::HostPaths paths_;
  std::unique_ptr<kernel::EventReader> reader_;
  enforce::Refuser refuser_;
};

}  // namespace

std::unique_ptr<DecisionSource> MakeNetworkDecisions(
    const kernel::HostPaths& paths) {
  return std::make_unique<NetworkDecisions>(paths);
}

}  // namespace pol::service
