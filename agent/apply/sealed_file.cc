#include "agent/apply/sealed_file.h"

#include <google/protobuf/io/coded_stream.h>

#include "compiler/support/check.h"
#include "compiler/support/digest.h"
#include "compiler/support/view.h"

namespace pol::apply {
namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr size_t kMagicSize = 8;
constexpr size_t kLengthOffset = 12;
constexpr size_t kDigestOffset = 16;
constexpr size_t kContentOffset = 48;

void PutU32(std::string* out, uint32_t value) {
  uint8_t bytes[sizeof(value)];
  CodedOutputStream::WriteLittleEndian32ToArray(value, bytes);
  out->append(reinterpret_cast<const char*>(bytes), sizeof(bytes));
}

uint32_t GetU32(std::string_view bytes, size_t offset) {
  uint32_t value = 0;
  CodedInputStream::ReadLittleEndian32FromArray(
      reinterpret_cast<const uint8_t*>(bytes.data() + offset), &value);
  return value;
}

support::Digest ComputeDigest(std::string_view header,
                              std::string_view content) {
  support::Sha256 sha256;
  sha256.Add(header.substr(0, kDigestOffset));
  sha256.Add(content);
  return sha256.Finish();
}

}  // namespace

absl::StatusOr<std::string> Seal(const SealedKind& kind,
                                 const google::protobuf::MessageLite& message) {
  POL_CHECK(kind.magic.size() == kMagicSize) << kind.name;
  // Before it is serialised, which fails without a word beyond 2 GiB.
  const size_t size = message.ByteSizeLong();
  if (size > kind.max_content) {
    return absl::ResourceExhaustedError(
        absl::StrCat(support::ToAbsl(kind.name), " would have ", size,
                     " bytes; at most ", kind.max_content, " are kept"));
  }
  const std::string content = message.SerializeAsString();
  std::string file(kind.magic);
  PutU32(&file, kind.version);
  PutU32(&file, static_cast<uint32_t>(content.size()));
  file += support::AsBytes(ComputeDigest(file, content));
  return file += content;
}

absl::StatusOr<std::string_view> Unseal(const SealedKind& kind,
                                        std::string_view file) {
  const std::string name(kind.name);
  auto damaged = [&name](const std::string& what) {
    return absl::DataLossError(absl::StrCat(name, " is damaged: ", what));
  };
  if (file.size() < kContentOffset) {
    return damaged(absl::StrCat("it has ", file.size(),
                                " bytes, its header alone has ",
                                kContentOffset));
  }
  if (file.substr(0, kMagicSize) != kind.magic)
    return damaged("it does not begin with the magic of its kind");
  uint32_t version = GetU32(file, kMagicSize);
  if (version != kind.version) {
    return absl::UnimplementedError(
        absl::StrCat(name, " has format version ", version,
                     "; this program reads version ", kind.version));
  }
  std::string_view content = file.substr(kContentOffset);
  size_t length = GetU32(file, kLengthOffset);
  if (length != content.size() || length > kind.max_content) {
    return damaged(absl::StrCat("it should have ", length + kContentOffset,
                                " bytes and has ", file.size()));
  }
  if (file.substr(kDigestOffset, kContentOffset - kDigestOffset) !=
      support::AsBytes(ComputeDigest(file, content)))
    return damaged("its checksum does not fit its content");
  return content;
}

}  // namespace pol::apply
