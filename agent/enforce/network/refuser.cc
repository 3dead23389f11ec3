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

absl::StatusOr<int> Refuser::Open(const pol_event& event, Tool tool) {
  auto known = sockets_.find({event.netns, tool});
  if (known != sockets_.end()) return known->second.get();
  POL_ASSIGN_OR_RETURN(kernel::Fd netns,
                       kernel::OpenNetns(event.netns, event.pid));
  absl::StatusOr<kernel::Fd> socket = kernel::Fd();
  POL_RETURN_IF_ERROR(kernel::RunInNetns(netns.get(), [&] {
    socket = tool == Tool::kDiag
                 ? kernel::OpenSocketDiag()
                 : kernel::OpenRawSocket(tool == Tool::kRaw4 ? 4 : 6);
    return socket.status();
  }));
  int fd = socket->get();
  sockets_.emplace(std::pair(event.netns, tool), *std::move(socket));
  return fd;
}

absl::Status Refuser::Refuse(const pol_event& event) {
  if (event.remedy == POL_REMEDY_NONE || event.family == 0)
    return absl::OkStatus();
  kernel::Endpoint source = EndpointOf(event.source_address, event.source_port);
  kernel::Endpoint target = EndpointOf(event.target_address, event.target_port);
  if (event.remedy == POL_REMEDY_RESET) {
    kernel::Reset reset;
    reset.family = event.family;
    reset.from = target;
    reset.to = source;
    reset.sequence = event.tcp_sequence;
    reset.acknowledge = event.tcp_acknowledge;
    reset.interface = event.interface;
    POL_ASSIGN_OR_RETURN(
        int raw, Open(event, event.family == 4 ? Tool::kRaw4 : Tool::kRaw6));
    return kernel::SendReset(raw, reset);
  }
  POL_ASSIGN_OR_RETURN(int diag, Open(event, Tool::kDiag));
  bool server = event.role == POL_ROLE_SERVER;
  return kernel::DestroySocket(diag, event.family, server ? target : source,
                               server ? source : target, event.flow);
}

}  // namespace pol::enforce
