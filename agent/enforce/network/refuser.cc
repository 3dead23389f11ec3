#include "agent/enforce/network/refuser.h"

#include <cstring>
#include <utility>

#include "agent/kernel/network/netns.h"
#include "agent/kernel/network/refusal.h"

namespace pol::enforce {
namespace {

kernel::Endpoint EndpointOf(const uint8_t* address, uint16_t port) {
  kernel::Endpoint endpoint;
  std::memcpy(endpoint.address.data(), address, endpoint.address.size());
  endpoint.port = port;
  return endpoint;
}

}  // namespace

absl::StatusOr<const Refuser::Sockets*> Refuser::In(const pol_event& event) {
  auto known = sockets_.find(event.netns);
  if (known != sockets_.end()) return &known->second;
  POL_ASSIGN_OR_RETURN(kernel::Fd netns,
                       kernel::OpenNetns(event.netns, event.pid));
  Sockets sockets;
  POL_RETURN_IF_ERROR(
      kernel::RunInNetns(netns.get(), [&sockets]() -> absl::Status {
        POL_ASSIGN_OR_RETURN(sockets.diag, kernel::OpenSocketDiag());
        POL_ASSIGN_OR_RETURN(sockets.raw4, kernel::OpenRawSocket(4));
        // A host may have no IPv6 at all; then nothing has to be sent by it.
        absl::StatusOr<kernel::Fd> raw6 = kernel::OpenRawSocket(6);
        if (raw6.ok()) sockets.raw6 = *std::move(raw6);
        return absl::OkStatus();
      }));
  return &sockets_.emplace(event.netns, std::move(sockets)).first->second;
}

absl::Status Refuser::Refuse(const pol_event& event) {
  if (event.remedy == POL_REMEDY_NONE || event.family == 0)
    return absl::OkStatus();
  POL_ASSIGN_OR_RETURN(const Sockets* sockets, In(event));
  kernel::Endpoint source =
      EndpointOf(event.source_address, event.source_port);
  kernel::Endpoint target =
      EndpointOf(event.target_address, event.target_port);
  if (event.remedy == POL_REMEDY_RESET) {
    kernel::Reset reset;
    reset.family = event.family;
    reset.from = target;
    reset.to = source;
    reset.sequence = event.tcp_sequence;
    reset.acknowledge = event.tcp_acknowledge;
    reset.interface = event.interface;
    const kernel::Fd& raw = event.family == 4 ? sockets->raw4 : sockets->raw6;
    return kernel::SendReset(raw.get(), reset);
  }
  bool server = event.role == POL_ROLE_SERVER;
  return kernel::DestroySocket(sockets->diag.get(), event.family,
                               server ? target : source,
                               server ? source : target, event.flow);
}

}  // namespace pol::enforce
