#include "agent/kernel/watch/fanotify_event.h"

#include <fcntl.h>
#include <sys/fanotify.h>

#include <cstring>

namespace pol::kernel {
namespace {

// Takes a T off the front; false when there is none.
template <typename T>
bool Take(std::string_view* bytes, T* out) {
  if (bytes->size() < sizeof(T)) return false;
  memcpy(out, bytes->data(), sizeof(T));
  bytes->remove_prefix(sizeof(T));
  return true;
}

// The handle in an information record, behind its header; what is left of
// `bytes` is the name.
bool TakeKey(std::string_view* bytes, FileKey* key) {
  uint32_t size = 0;
  if (!Take(bytes, &key->file_system) || !Take(bytes, &size) ||
      !Take(bytes, &key->type) || bytes->size() < size) {
    return false;
  }
  key->handle = std::string(bytes->substr(0, size));
  bytes->remove_prefix(size);
  return true;
}

bool TakeRecord(std::string_view* bytes, FanotifyEvent* event) {
  fanotify_event_info_header header;
  std::string_view record = *bytes;
  if (!Take(&record, &header) || header.len < sizeof(header) ||
      header.len > bytes->size()) {
    return false;
  }
  record = record.substr(0, header.len - sizeof(header));
  bytes->remove_prefix(header.len);
  FileKey key;
  switch (header.info_type) {
    case FAN_EVENT_INFO_TYPE_FID:
      if (!TakeKey(&record, &key)) return false;
      event->file = std::move(key);
      return true;
    case FAN_EVENT_INFO_TYPE_DFID:
    case FAN_EVENT_INFO_TYPE_DFID_NAME:
      if (!TakeKey(&record, &key)) return false;
      event->folder = std::move(key);
      event->name = std::string(record.substr(0, record.find('\0')));
      return true;
    default:
      return true;
  }
}

}  // namespace

absl::StatusOr<FanotifyEvent> TakeEvent(std::string_view* bytes) {
  absl::Status damaged = absl::InternalError("fanotify gave a damaged event");
  fanotify_event_metadata metadata;
  std::string_view rest = *bytes;
  if (!Take(&rest, &metadata) || metadata.vers != FANOTIFY_METADATA_VERSION ||
      metadata.event_len > bytes->size() ||
      metadata.metadata_len < sizeof(metadata) ||
      metadata.metadata_len > metadata.event_len) {
    return damaged;
  }
  FanotifyEvent event;
  event.mask = metadata.mask;
  event.pid = metadata.pid;
  std::string_view records = bytes->substr(
      metadata.metadata_len, metadata.event_len - metadata.metadata_len);
  bytes->remove_prefix(metadata.event_len);
  while (!records.empty())
    if (!TakeRecord(&records, &event)) return damaged;
  return event;
}

}  // namespace pol::kernel
