#include "agent/kernel/network/event_reader.h"

#include <bpf/libbpf.h>

#include <cerrno>

namespace pol::kernel {

int EventReader::OnRecord(void* context, void* data, size_t size) {
  auto* reader = static_cast<EventReader*>(context);
  if (size >= sizeof(pol_event))
    (*reader->handle_)(*static_cast<const pol_event*>(data));
  return 0;
}

absl::StatusOr<std::unique_ptr<EventReader>> EventReader::Open(int events_fd) {
  std::unique_ptr<EventReader> reader(new EventReader);
  reader->ring_ = ring_buffer__new(events_fd, OnRecord, reader.get(), nullptr);
  if (reader->ring_ == nullptr)
    return support::SystemError(errno, "map the events' ring buffer");
  return reader;
}

EventReader::~EventReader() { ring_buffer__free(ring_); }

int EventReader::fd() const { return ring_buffer__epoll_fd(ring_); }

absl::Status EventReader::Consume(
    absl::FunctionRef<void(const pol_event&)> handle) {
  handle_ = &handle;
  int read = ring_buffer__consume(ring_);
  handle_ = nullptr;
  if (read < 0) return support::SystemError(-read, "read events");
  return absl::OkStatus();
}

}  // namespace pol::kernel
