#include "compiler/support/digest.h"

#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "compiler/support/check.h"
#include "compiler/support/view.h"

namespace pol::support {

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  POL_CHECK(context_->evp != nullptr &&
            EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1)
      << "SHA-256 cannot start";
}

Sha256::~Sha256() = default;

void Sha256::Add(std::string_view bytes) {
  POL_CHECK(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1)
      << "SHA-256 failed";
}

Digest Sha256::Finish() {
  Digest digest;
  POL_CHECK(EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr) == 1)
      << "SHA-256 failed";
  return digest;
}

Digest Sha256Of(std::string_view bytes) {
  Sha256 sha256;
  sha256.Add(bytes);
  return sha256.Finish();
}

std::string_view AsBytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string ToHex(std::string_view bytes) {
  return absl::BytesToHexString(ToAbsl(bytes));
}

}  // namespace pol::support
