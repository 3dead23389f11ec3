// SHA-256 (FIPS 180-4), piece by piece or in one go.
#ifndef POL_COMPILER_SUPPORT_DIGEST_H_
#define POL_COMPILER_SUPPORT_DIGEST_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pol::support {

using Digest = std::array<uint8_t, 32>;

// The digest of what was given to Add(), all pieces in a row.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(std::string_view bytes);
  // Once, as the last call.
  Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Digest Sha256Of(std::string_view bytes);

// The 32 bytes as they are, for a file that holds them.
std::string_view AsBytes(const Digest& digest);

// Two hexadecimal digits a byte, in lower case.
std::string ToHex(std::string_view bytes);
inline std::string ToHex(const Digest& digest) {
  return ToHex(AsBytes(digest));
}

}  // namespace pol::support

#endif  // POL_COMPILER_SUPPORT_DIGEST_H_
