#include "compiler/eval/characters.h"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>

#include "compiler/diag/printable.h"
#include "compiler/support/check.h"

namespace pol::eval {
namespace {

// Every byte a character: ASCII, in which only CR LF stick together.
bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && c != '\r';
  });
}

}  // namespace

std::vector<size_t> CharacterBounds(std::string_view text) {
  std::vector<size_t> out;
  if (IsPlain(text)) {
    out.resize(text.size() + 1);
    for (size_t i = 0; i < out.size(); ++i) out[i] = i;
    return out;
  }
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(),
                                                  error));
  UText* opened = utext_openUTF8(nullptr, text.data(),
                                 static_cast<int64_t>(text.size()), &error);
  POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
  breaks->setText(opened, error);
  POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
  for (int32_t at = breaks->first(); at != icu::BreakIterator::DONE;
       at = breaks->next()) {
    out.push_back(static_cast<size_t>(at));
  }
  utext_close(opened);
  return out;
}

size_t CountCharacters(std::string_view text) {
  return IsPlain(text) ? text.size() : CharacterBounds(text).size() - 1;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const diag::CodePoint point = diag::DecodeUtf8(text);
    if (point.length == 0) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

std::string Normalized(std::string text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  if (ascii) return text;
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
  const icu::StringPiece piece(text.data(), static_cast<int32_t>(text.size()));
  if (nfc->isNormalizedUTF8(piece, error) != 0) return text;
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  nfc->normalizeUTF8(0, piece, sink, nullptr, error);
  POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
  return out;
}

std::optional<uint32_t> FindUnseen(std::string_view text) {
  while (!text.empty()) {
    const diag::CodePoint point = diag::DecodeUtf8(text);
    const uint32_t c = point.value;
    const bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
                         (c >= 0x7F && c < 0xA0);
    if (control || diag::IsBidiControl(c) || diag::IsInvisible(c)) return c;
    text.remove_prefix(std::max<size_t>(point.length, 1));
  }
  return std::nullopt;
}

}  // namespace pol::eval
