#include "compiler/syntax/check_text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "compiler/diag/printable.h"
#include "compiler/support/check.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {
namespace {

using diag::Certainty;
using diag::CodePoint;
using support::FileId;
using support::Span;

constexpr std::string_view kMark = "\xEF\xBB\xBF";

// More than so many lookalikes of one file are one finding, not many.
constexpr int kLookalikeLimit = 20;

Span At(FileId file, size_t offset, size_t length) {
  return {file, static_cast<uint32_t>(offset),
          static_cast<uint32_t>(offset + length)};
}

// The lines that hold something else than ASCII, one by one: the rest is NFC by
// definition.
void CheckNormalized(FileId file, std::string_view line, size_t offset,
                     diag::Sink& sink) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
  const icu::StringPiece piece(line.data(), static_cast<int32_t>(line.size()));
  if (nfc->isNormalizedUTF8(piece, error) && U_SUCCESS(error)) return;
  error = U_ZERO_ERROR;
  std::string normal;
  icu::StringByteSink<std::string> out(&normal);
  nfc->normalizeUTF8(0, piece, out, nullptr, error);
  POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
  // The finding is where the two differ, back to the start of a character.
  size_t same = 0;
  while (same < line.size() && same < normal.size() &&
         line[same] == normal[same]) {
    ++same;
  }
  while (same > 0 && (static_cast<unsigned char>(line[same]) & 0xC0) == 0x80) {
    --same;
  }
  const CodePoint point = diag::DecodeUtf8(line.substr(same));
  sink.Report(kNotNormalized, At(file, offset + same, point.length),
              "text is not in Unicode normalization form NFC")
      .Mark("can be written in two ways that look alike")
      .Suggest("rewrite the line in form NFC",
               {{At(file, offset, line.size()), normal}}, Certainty::kCertain);
}

class TextCheck {
 public:
  TextCheck(FileId file, std::string_view text, diag::Sink& sink,
            Dialect dialect)
      : file_(file), text_(text), sink_(sink), dialect_(dialect) {}

  bool Run() {
    size_t i = 0;
    if (text_.substr(0, kMark.size()) == kMark) {
      sink_
          .Report(kByteOrderMark, At(file_, 0, kMark.size()),
                  "the file begins with a byte order mark")
          .Suggest("remove it", {{At(file_, 0, kMark.size()), ""}},
                   Certainty::kCertain);
      i = kMark.size();
    }
    while (true) {
      i = PlainEnd(i);
      if (i == text_.size()) break;
      const auto byte = static_cast<unsigned char>(text_[i]);
      if (byte == '\n') {
        EndLine(i);
        line_start_ = ++i;
        continue;
      }
      if (byte == '\t' || (byte == '\r' && text_.substr(i, 2) == "\r\n")) {
        ++i;
        continue;
      }
      const CodePoint point = diag::DecodeUtf8(text_.substr(i));
      if (!Check(i, point)) return false;
      i += point.length;
    }
    EndLine(text_.size());
    return true;
  }

 private:
  // Where the printable ASCII ends that is most of a policy.
  size_t PlainEnd(size_t i) const {
    // Eight bytes at a time: a bit of `odd` is set where a byte is below 0x20,
    // is 0x7F or is above.
    constexpr uint64_t kOnes = 0x0101010101010101;
    constexpr uint64_t kHigh = 0x80 * kOnes;
    for (; i + 8 <= text_.size(); i += 8) {
      uint64_t bytes = 0;
      std::memcpy(&bytes, text_.data() + i, 8);
      const uint64_t odd =
          (bytes | (bytes - 0x20 * kOnes) | (bytes + kOnes)) & kHigh;
      if (odd != 0) break;
    }
    while (i < text_.size() && text_[i] >= 0x20 && text_[i] < 0x7F) ++i;
    return i;
  }

  void EndLine(size_t end) {
    if (!ascii_ && dialect_ == Dialect::kPolicy) {
      CheckNormalized(file_, text_.substr(line_start_, end - line_start_),
                      line_start_, sink_);
    }
    ascii_ = true;
  }

  bool Check(size_t offset, CodePoint point) {
    if (point.length == 0) {
      sink_.Report(
          kNotUtf8, At(file_, offset, 1),
          absl::StrFormat("byte 0x%02X at offset %d is not UTF-8; nothing in "
                          "this file was read",
                          static_cast<unsigned char>(text_[offset]), offset));
      return false;
    }
    if (point.value < 0xA0) {
      sink_.Report(kControlCharacter, At(file_, offset, point.length),
                   absl::StrFormat("control character U+%04X at offset %d; "
                                   "nothing in this file was read",
                                   point.value, offset));
      return false;
    }
    ascii_ = false;
    if (dialect_ == Dialect::kHcl) return true;
    const bool bidi = diag::IsBidiControl(point.value);
    if (!bidi && !diag::IsInvisible(point.value)) return true;
    if (++lookalikes_ > kLookalikeLimit) return true;
    sink_
        .Report(bidi ? kBidiControl : kInvisible,
                At(file_, offset, point.length),
                absl::StrFormat("%s U+%04X",
                                bidi ? "bidirectional control character"
                                     : "invisible character",
                                point.value))
        .Mark(bidi ? "makes the line read in another order than it has"
                   : "cannot be seen")
        .Suggest("remove it", {{At(file_, offset, point.length), ""}},
                 Certainty::kPossible);
    return true;
  }

  const FileId file_;
  const std::string_view text_;
  diag::Sink& sink_;
  const Dialect dialect_;
  size_t line_start_ = 0;
  bool ascii_ = true;
  int lookalikes_ = 0;
};

}  // namespace

bool CheckText(FileId file, const support::SourceSet& sources, diag::Sink& sink,
               Dialect dialect) {
  const std::string_view text = sources.file(file).text();
  if (text.size() > kFileLimit) {
    sink.Report(kFileTooLarge, {file, 0, 0},
                absl::StrFormat("the file has %d bytes; at most %d are read",
                                text.size(), kFileLimit));
    return false;
  }
  return TextCheck(file, text, sink, dialect).Run();
}

}  // namespace pol::syntax
