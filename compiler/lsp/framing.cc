#include "compiler/lsp/framing.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "compiler/diag/cat.h"

namespace pol::lsp {
namespace {

using diag::Cat;
using support::ToAbsl;

constexpr std::string_view kEndOfHeader = "\r\n\r\n";
constexpr std::string_view kLength = "Content-Length:";

// Nothing when the header does not say it, or says it in another way than with
// decimal digits.
std::optional<uint64_t> LengthIn(std::string_view header) {
  std::optional<uint64_t> length;
  for (absl::string_view line : absl::StrSplit(ToAbsl(header), "\r\n")) {
    if (!absl::StartsWithIgnoreCase(line, ToAbsl(kLength))) continue;
    line = absl::StripAsciiWhitespace(line.substr(kLength.size()));
    uint64_t value = 0;
    const bool digits =
        !line.empty() && std::all_of(line.begin(), line.end(), [](char c) {
          return c >= '0' && c <= '9';
        });
    if (!digits || !absl::SimpleAtoi(line, &value)) return std::nullopt;
    length = value;
  }
  return length;
}

}  // namespace

std::string_view MessageReader::Rest() const {
  return std::string_view(buffer_).substr(at_);
}

void MessageReader::Drop(size_t count) {
  at_ += count;
  // Moving the rest to the front costs no more than what was read since.
  if (at_ * 2 >= buffer_.size()) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
}

void MessageReader::Feed(std::string_view bytes) {
  const size_t skipped = std::min(skip_, bytes.size());
  skip_ -= skipped;
  bytes.remove_prefix(skipped);
  buffer_.append(bytes);
}

std::optional<MessageReader::Message> MessageReader::Next() {
  if (lost_) {
    const size_t found = Rest().find(kLength);
    if (found == std::string_view::npos) {
      // The end may be the beginning of what is looked for.
      const size_t kept = std::min(Rest().size(), kLength.size() - 1);
      Drop(Rest().size() - kept);
      return std::nullopt;
    }
    Drop(found);
    lost_ = false;
  }
  if (!length_.has_value()) {
    if (auto problem = ReadHeader()) return problem;
    if (!length_.has_value()) return std::nullopt;
  }
  if (Rest().size() < *length_) return std::nullopt;
  Message message{std::string(Rest().substr(0, *length_)), ""};
  Drop(*length_);
  length_.reset();
  return message;
}

std::optional<MessageReader::Message> MessageReader::ReadHeader() {
  const size_t end = Rest().substr(0, kHeaderLimit).find(kEndOfHeader);
  if (end == std::string_view::npos) {
    if (Rest().size() < kHeaderLimit) return std::nullopt;
    lost_ = true;
    Drop(1);
    return Message{"", Cat("no header ends within ", kHeaderLimit, " bytes")};
  }
  const std::optional<uint64_t> length = LengthIn(Rest().substr(0, end));
  if (!length.has_value()) {
    Drop(end + kEndOfHeader.size());
    lost_ = true;
    return Message{"", "a header has no Content-Length that is a number"};
  }
  Drop(end + kEndOfHeader.size());
  if (*length <= kMessageLimit) {
    length_ = static_cast<size_t>(*length);
    return std::nullopt;
  }
  skip_ = static_cast<size_t>(*length);
  const size_t here = std::min(skip_, Rest().size());
  skip_ -= here;
  Drop(here);
  return Message{"", Cat("a message of ", *length, " bytes; at most ",
                         kMessageLimit, " are read")};
}

std::string Frame(std::string_view content) {
  return Cat(kLength, " ", content.size(), kEndOfHeader, content);
}

}  // namespace pol::lsp
