// Reads what the programs report. One reader at a time: what one has read is
// gone for others.
#ifndef POL_AGENT_KERNEL_NETWORK_EVENT_READER_H_
#define POL_AGENT_KERNEL_NETWORK_EVENT_READER_H_

#include <memory>

#include "absl/functional/function_ref.h"
#include "bpf/abi.h"
#include "compiler/support/status.h"

struct ring_buffer;

namespace pol::kernel {

class EventReader {
 public:
  // `events_fd` is the map "events" (Programs::map); it may be closed
  // afterwards.
  static absl::StatusOr<std::unique_ptr<EventReader>> Open(int events_fd);

  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;
  ~EventReader();

  // Readable when there is a denial. Allowed connections do not wake the
  // reader: call Consume() now and then as well.
  int fd() const;

  // Hands over all events that are there, in order.
  absl::Status Consume(absl::FunctionRef<void(const pol_event&)> handle);

 private:
  EventReader() = default;
  static int OnRecord(void* context, void* data, size_t size);

  ring_buffer* ring_ = nullptr;
  absl::FunctionRef<void(const pol_event&)>* handle_ = nullptr;
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_NETWORK_EVENT_READER_H_
