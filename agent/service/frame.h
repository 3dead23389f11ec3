// Messages on a stream: four bytes of length, little endian, then that many
// bytes of a protobuf message.
#ifndef POL_AGENT_SERVICE_FRAME_H_
#define POL_AGENT_SERVICE_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/bundle/container.h"
#include "compiler/support/status.h"

namespace pol::service {

inline constexpr size_t kFrameHeader = 4;
// A bundle of the greatest size, and what is around it.
inline constexpr size_t kMaxFrame = bundle::kMaxFile + 1024;

// `message` with its length before it; it is not longer than kMaxFrame.
std::string Frame(const std::string& message);

// Puts arriving bytes together to messages. Memory grows with what arrives,
// never with what is announced.
class FrameReader {
 public:
  explicit FrameReader(size_t limit = kMaxFrame) : limit_(limit) {}

  void Append(std::string_view bytes) { buffer_.append(bytes); }

  // The next whole message; nullopt while it is not all there. A length
  // beyond the limit is kResourceExhausted, and the stream is of no more use.
  absl::StatusOr<std::optional<std::string>> Next();

  // How many more bytes make the next message whole, so that nobody reads on
  // into the one behind it.
  absl::StatusOr<size_t> Wanted() const;

  bool empty() const { return buffer_.empty(); }
  size_t size() const { return buffer_.size(); }

 private:
  absl::StatusOr<size_t> Length() const;

  size_t limit_;
  std::string buffer_;
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_FRAME_H_
