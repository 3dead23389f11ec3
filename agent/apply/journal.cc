#include "agent/apply/journal.h"

#include <google/protobuf/io/coded_stream.h>

#include "compiler/support/digest.h"

namespace pol::apply {
namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr std::string_view kMagic("POLJRNL\n", 8);
constexpr size_t kDigestOffset = 16;
constexpr size_t kContentOffset = 48;

void PutU32(std::string* out, uint32_t value) {
  uint8_t bytes[4];
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

absl::Status Damaged(const std::string& what) {
  return absl::DataLossError(absl::StrCat("the journal is damaged: ", what));
}

}  // namespace

absl::StatusOr<std::string> WriteJournal(const v1::Journal& journal) {
  if (journal.ByteSizeLong() > kMaxJournal) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "what would have to be kept for a return has ", journal.ByteSizeLong(),
        " bytes; at most ", kMaxJournal, " are kept"));
  }
  std::string content = journal.SerializeAsString();
  std::string file(kMagic);
  PutU32(&file, kJournalVersion);
  PutU32(&file, static_cast<uint32_t>(content.size()));
  file += support::AsBytes(ComputeDigest(file, content));
  return file + content;
}

absl::StatusOr<v1::Journal> ReadJournal(std::string_view file) {
  if (file.size() < kContentOffset) {
    return Damaged(absl::StrCat("it has ", file.size(),
                                " bytes, its header alone has ",
                                kContentOffset));
  }
  if (file.substr(0, kMagic.size()) != kMagic)
    return Damaged("it does not begin with the magic of a journal");
  uint32_t version = GetU32(file, kMagic.size());
  if (version != kJournalVersion) {
    return absl::UnimplementedError(
        absl::StrCat("the journal has format version ", version,
                     "; this program reads version ", kJournalVersion));
  }
  std::string_view content = file.substr(kContentOffset);
  uint32_t length = GetU32(file, kMagic.size() + 4);
  if (length != content.size()) {
    return Damaged(absl::StrCat("it should have ", length + kContentOffset,
                                " bytes and has ", file.size()));
  }
  if (file.substr(kDigestOffset, 32) !=
      support::AsBytes(ComputeDigest(file, content)))
    return Damaged("its checksum does not fit its content");
  v1::Journal journal;
  if (length > kMaxJournal ||
      !journal.ParseFromArray(content.data(), static_cast<int>(length)))
    return Damaged("its content cannot be understood");
  return journal;
}

}  // namespace pol::apply
