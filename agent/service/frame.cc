#include "agent/service/frame.h"

#include "compiler/support/check.h"

namespace pol::service {

std::string Frame(const std::string& message) {
  POL_CHECK(message.size() <= kMaxFrame) << message.size();
  std::string frame;
  for (int shift = 0; shift < 32; shift += 8)
    frame.push_back(static_cast<char>(message.size() >> shift & 0xff));
  return frame + message;
}

absl::StatusOr<size_t> FrameReader::Length() const {
  size_t length = 0;
  for (size_t i = 0; i < kFrameHeader; ++i)
    length |= size_t{static_cast<uint8_t>(buffer_[i])} << (8 * i);
  if (length > limit_) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a message of ", length, " bytes; the limit is ", limit_));
  }
  return length;
}

absl::StatusOr<size_t> FrameReader::Wanted() const {
  if (buffer_.size() < kFrameHeader) return kFrameHeader - buffer_.size();
  POL_ASSIGN_OR_RETURN(size_t length, Length());
  size_t whole = kFrameHeader + length;
  return whole > buffer_.size() ? whole - buffer_.size() : 0;
}

absl::StatusOr<std::optional<std::string>> FrameReader::Next() {
  if (buffer_.size() < kFrameHeader) return std::nullopt;
  POL_ASSIGN_OR_RETURN(size_t length, Length());
  if (buffer_.size() < kFrameHeader + length) return std::nullopt;
  std::string message = buffer_.substr(kFrameHeader, length);
  buffer_.erase(0, kFrameHeader + length);
  return message;
}

}  // namespace pol::service
