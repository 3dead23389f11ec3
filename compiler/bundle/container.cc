#include "compiler/bundle/container.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "compiler/support/digest.h"
#include "compiler/support/view.h"

namespace pol::bundle {
namespace {

constexpr std::string_view kMagic("POLBNDL\n", 8);
constexpr size_t kLengthOffset = 12;
constexpr size_t kDigestOffset = 16;
constexpr size_t kSignatureCountOffset = 48;
constexpr size_t kSignaturesOffset = 50;
constexpr size_t kSignatureSize = 32 + 64;

void PutU32(std::string& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    out.push_back(static_cast<char>((value >> shift) & 0xff));
  }
}

uint32_t GetU32(std::string_view bytes, size_t offset) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value |=
        static_cast<uint32_t>(static_cast<unsigned char>(bytes[offset + i]))
        << (8 * i);
  }
  return value;
}

// Over magic, version, length and content; the digest and the signatures stand
// between them.
support::Digest ComputeDigest(std::string_view header,
                              std::string_view content) {
  support::Sha256 sha256;
  sha256.Add(header.substr(0, kDigestOffset));
  sha256.Add(content);
  return sha256.Finish();
}

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the bundle is damaged: ", support::ToAbsl(what)));
}

// The content of a container whose lengths and digest agree.
absl::StatusOr<std::string_view> CheckedContent(std::string_view file) {
  if (file.size() < kSignaturesOffset) {
    return Damaged(absl::StrCat("it has ", file.size(),
                                " bytes, its header alone has ",
                                kSignaturesOffset));
  }
  if (file.substr(0, kMagic.size()) != kMagic) {
    return Damaged("it does not begin with the magic of a .polb file");
  }
  uint32_t version = GetU32(file, kMagic.size());
  if (version != kFormatVersion) {
    return absl::UnimplementedError(
        absl::StrCat("the bundle has format version ", version,
                     "; this program reads version ", kFormatVersion));
  }
  size_t signatures = GetU32(file, kSignatureCountOffset - 2) >> 16;
  if (signatures > kMaxSignatures) {
    return Damaged(absl::StrCat("it claims ", signatures,
                                " signatures; at most ", kMaxSignatures,
                                " are allowed"));
  }
  size_t length = GetU32(file, kLengthOffset);
  if (length > kMaxContent) {
    return Damaged(absl::StrCat("it claims a content of ", length,
                                " bytes; at most ", kMaxContent,
                                " are allowed"));
  }
  size_t expected = kSignaturesOffset + signatures * kSignatureSize + length;
  if (file.size() != expected) {
    return Damaged(absl::StrCat("it should have ", expected, " bytes and has ",
                                file.size()));
  }
  std::string_view content = file.substr(file.size() - length);
  if (support::AsBytes(ComputeDigest(file, content)) !=
      file.substr(kDigestOffset, sizeof(support::Digest))) {
    return Damaged("its content does not match its digest");
  }
  return content;
}

absl::StatusOr<std::string> Serialize(const Bundle& bundle) {
  std::string content;
  google::protobuf::io::StringOutputStream stream(&content);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  if (!bundle.SerializeToCodedStream(&coded)) {
    return absl::InternalError("the bundle could not be serialised");
  }
  coded.Trim();
  if (content.size() > kMaxContent) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the bundle has ", content.size(), " bytes; at most ",
                     kMaxContent, " are allowed"));
  }
  return content;
}

}  // namespace

absl::StatusOr<std::string> Write(const Bundle& bundle) {
  if (absl::Status valid = CheckConsistency(bundle); !valid.ok()) {
    return absl::InternalError(valid.message());
  }
  POL_ASSIGN_OR_RETURN(std::string content, Serialize(bundle));
  std::string file(kMagic);
  PutU32(file, kFormatVersion);
  PutU32(file, static_cast<uint32_t>(content.size()));
  file += support::AsBytes(ComputeDigest(file, content));
  file.append(kSignaturesOffset - kSignatureCountOffset, '\0');
  file += content;
  return file;
}

absl::StatusOr<Bundle> Read(std::string_view file) {
  POL_ASSIGN_OR_RETURN(std::string_view content, CheckedContent(file));
  Bundle bundle;
  if (!bundle.ParseFromArray(content.data(),
                             static_cast<int>(content.size()))) {
    return Damaged("its content is not a bundle message");
  }
  POL_RETURN_IF_ERROR(
      support::Annotate(Validate(bundle), "the bundle contradicts itself"));
  return bundle;
}

std::string Digest(std::string_view file) {
  return support::ToHex(file.substr(kDigestOffset, sizeof(support::Digest)));
}

}  // namespace pol::bundle
