// Bytes of a connection to messages and back: the base protocol of LSP 3.17.
//
//   Content-Length: 17\r\n
//   \r\n
//   {"jsonrpc":"2.0"}
#ifndef POL_COMPILER_LSP_FRAMING_H_
#define POL_COMPILER_LSP_FRAMING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pol::lsp {

inline constexpr size_t kHeaderLimit = size_t{4} << 10;    // bytes
inline constexpr size_t kMessageLimit = size_t{64} << 20;  // bytes

// Takes bytes in pieces of any size. Holds no more than a header and a message
// of the sizes above; what is larger is skipped as it comes.
class MessageReader {
 public:
  struct Message {
    std::string content;  // empty when there is an error
    std::string error;    // why there is no content; empty when there is
  };

  void Feed(std::string_view bytes);

  // The next whole message, or what was wrong where one should have been;
  // nothing when more bytes are needed. After a header that says no length,
  // reading goes on where the next header begins.
  std::optional<Message> Next();

 private:
  std::optional<Message> ReadHeader();
  std::string_view Rest() const;
  void Drop(size_t count);

  std::string buffer_;
  size_t at_ = 0;                 // bytes of `buffer_` that are done with
  size_t skip_ = 0;               // bytes of a message that is too large
  bool lost_ = false;             // looking for the next header
  std::optional<size_t> length_;  // of the message whose header was read
};

// One message with its header.
std::string Frame(std::string_view content);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_FRAMING_H_
