#include "compiler/syntax/decode.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/diag/printable.h"
#include "compiler/support/check.h"
#include "compiler/syntax/diagnostics.h"

namespace pol::syntax {
namespace {

using diag::CodePoint;
using support::FileId;
using support::Span;

void AppendUtf8(uint32_t value, std::string& out) {
  auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | value >> 6), put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | value >> 12), put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | value >> 18), put(0x80 | (value >> 12 & 0x3F));
    put(0x80 | (value >> 6 & 0x3F)), put(0x80 | (value & 0x3F));
  }
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Decodes the bytes [begin, end) of a quoted string or a heredoc.
class Decoder {
 public:
  explicit Decoder(const Reading& reading)
      : file_(reading.file),
        text_(reading.text),
        sink_(reading.sink),
        dialect_(reading.dialect) {}

  bool Run(size_t begin, size_t end, bool escapes, std::string& out) {
    bool good = true;
    for (size_t i = begin; i < end;) {
      const char c = text_[i];
      if (escapes && c == '\\') {
        good = Escape(i, end, out) && good;
      } else if (c == '$' || c == '%') {
        const std::string_view rest = text_.substr(i, end - i);
        const bool escape = rest.size() >= 3 && rest[1] == c && rest[2] == '{';
        out += escape ? rest.substr(1, 2) : rest.substr(0, 1);
        i += escape ? 3 : 1;
      } else if (c == '\r' && i + 1 < end && text_[i + 1] == '\n') {
        ++i;  // a line end of a heredoc is "\n", however the file spells it
      } else {
        const size_t plain = i++;
        while (i < end && IsPlain(text_[i])) ++i;
        out += text_.substr(plain, i - plain);
      }
    }
    return good;
  }

 private:
  static bool IsPlain(char c) {
    return c != '\\' && c != '$' && c != '%' && c != '\r';
  }

  Span At(size_t begin, size_t end) const {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }

  bool Escape(size_t& i, size_t end, std::string& out) {
    const char kind = i + 1 < end ? text_[i + 1] : '\0';
    constexpr std::string_view kWritten = "nrt\"\\";
    constexpr std::string_view kMeant = "\n\r\t\"\\";
    if (const size_t at = kWritten.find(kind);
        at != std::string_view::npos && kind != '\0') {
      out += kMeant[at];
      i += 2;
      return true;
    }
    if (kind == 'u' || kind == 'U') return Unicode(i, end, out);
    const CodePoint point = diag::DecodeUtf8(text_.substr(i + 1, end - i - 1));
    const size_t stop = i + 1 + point.length;
    sink_
        .Report(kBadEscape, At(i, stop),
                diag::Cat("unknown escape sequence `",
                          text_.substr(i, stop - i), "`"))
        .Help(
            "a backslash itself is written `\\\\`; in a raw string "
            "(between backticks) it means nothing");
    i = stop;
    return false;
  }

  bool Unicode(size_t& i, size_t end, std::string& out) {
    const size_t digits = text_[i + 1] == 'u' ? 4 : 8;
    uint32_t value = 0;
    size_t stop = i + 2;
    while (stop < end && stop < i + 2 + digits && HexDigit(text_[stop]) >= 0) {
      value = value << 4 | static_cast<uint32_t>(HexDigit(text_[stop++]));
    }
    const std::string_view written = text_.substr(i, stop - i);
    const bool complete = stop == i + 2 + digits;
    const bool scalar =
        value <= 0x10FFFF && (value < 0xD800 || value >= 0xE000);
    const bool hidden =
        dialect_ == Dialect::kPolicy &&
        (value < 0x20 || value == 0x7F || diag::IsBidiControl(value) ||
         diag::IsInvisible(value));
    if (complete && scalar && !hidden) {
      AppendUtf8(value, out);
      i = stop;
      return true;
    }
    const Span span = At(i, stop);
    i = stop;
    if (!complete) {
      sink_.Report(
          kBadEscape, span,
          diag::Cat("`", written, "` needs ", digits, " hexadecimal digits"));
    } else if (!scalar) {
      sink_.Report(kBadEscape, span,
                   diag::Cat("`", written, "` is no Unicode character"));
    } else {
      sink_.Report(
          kBadEscape, span,
          diag::Cat("`", written,
                    "` is a control or invisible character, which no value "
                    "of a policy may hold"));
    }
    return false;
  }

  const FileId file_;
  const std::string_view text_;
  diag::Sink& sink_;
  const Dialect dialect_;
};

// Length in bytes of the blanks at the front, up to `limit` characters of them.
size_t Blanks(std::string_view line, size_t limit, size_t& characters) {
  size_t bytes = 0;
  for (characters = 0; characters < limit && bytes < line.size();
       ++characters) {
    const CodePoint point = diag::DecodeUtf8(line.substr(bytes));
    if (point.length == 0 ||
        !u_isUWhiteSpace(static_cast<UChar32>(point.value))) {
      break;
    }
    bytes += point.length;
  }
  return bytes;
}

constexpr size_t kAll = std::numeric_limits<size_t>::max();

bool EndsLine(const TemplatePiece& piece) {
  return piece.literal && !piece.text.empty() && piece.text.back() == '\n';
}

size_t TrailingBlanks(std::string_view text) {
  size_t end = text.size();
  while (end > 0) {
    size_t begin = end - 1;
    while (begin > 0 &&
           (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) {
      --begin;
    }
    const CodePoint point = diag::DecodeUtf8(text.substr(begin, end - begin));
    if (!u_isUWhiteSpace(static_cast<UChar32>(point.value))) break;
    end = begin;
  }
  return text.size() - end;
}

// To form NFC, as HCL has all its strings.
void Normalize(std::string& text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  if (ascii) return;
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  std::string normal;
  icu::StringByteSink<std::string> out(&normal);
  const icu::StringPiece piece(text.data(), static_cast<int32_t>(text.size()));
  if (U_SUCCESS(error)) nfc->normalizeUTF8(0, piece, out, nullptr, error);
  POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
  text = std::move(normal);
}

}  // namespace

bool DecodeText(const Reading& reading, TextKind kind, size_t begin, size_t end,
                std::string& out) {
  const bool good =
      Decoder(reading).Run(begin, end, kind == TextKind::kQuoted, out);
  if (reading.dialect == Dialect::kHcl) Normalize(out);
  return good;
}

void TrimLeft(std::string& text) {
  size_t characters = 0;
  text.erase(0, Blanks(text, kAll, characters));
}

void TrimRight(std::string& text) {
  text.resize(text.size() - TrailingBlanks(text));
}

void RemoveIndentation(std::vector<TemplatePiece>& pieces) {
  size_t shared = kAll;
  std::vector<TemplatePiece*> lines;
  bool line_start = true;
  for (TemplatePiece& piece : pieces) {
    if (line_start) {
      size_t blanks = 0;
      const size_t bytes = Blanks(piece.text, kAll, blanks);
      const bool blank_line = bytes == piece.text.size() && EndsLine(piece);
      if (!blank_line) {
        shared = std::min(shared, blanks);
        lines.push_back(&piece);
      }
    }
    line_start = EndsLine(piece);
  }
  for (TemplatePiece* piece : lines) {
    size_t characters = 0;
    piece->text.erase(0, Blanks(piece->text, shared, characters));
  }
}

std::optional<std::string> DecodeString(const Reading& reading,
                                        const Token& token) {
  if (token.bad) return std::nullopt;
  const std::string_view text = reading.text;
  std::string out;
  if (token.kind == TokenKind::kRawString) {
    out = text.substr(token.begin + 1, token.end - token.begin - 2);
    if (reading.dialect == Dialect::kHcl) Normalize(out);
    return out;
  }
  if (token.kind == TokenKind::kString) {
    if (!DecodeText(reading, TextKind::kQuoted, token.begin + 1, token.end - 1,
                    out)) {
      return std::nullopt;
    }
    return out;
  }
  std::vector<TemplatePiece> pieces;
  const size_t begin = text.find('\n', token.begin) + 1;
  const size_t end = text.rfind('\n', token.end - 1) + 1;
  AppendLines(reading, begin, end, pieces);
  if (text[token.begin + 2] == '-') RemoveIndentation(pieces);
  for (const TemplatePiece& piece : pieces) out += piece.text;
  return out;
}

void AppendLines(const Reading& reading, size_t begin, size_t end,
                 std::vector<TemplatePiece>& pieces) {
  while (begin < end) {
    const size_t line_end = reading.text.find('\n', begin);
    const size_t stop =
        std::min(end, line_end == std::string_view::npos ? end : line_end + 1);
    TemplatePiece& piece = pieces.emplace_back();
    piece.literal = true;
    DecodeText(reading, TextKind::kHeredoc, begin, stop, piece.text);
    begin = stop;
  }
}

}  // namespace pol::syntax
