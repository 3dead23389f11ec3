#include "compiler/syntax/decode.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/printable.h"
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
  Decoder(FileId file, std::string_view text, diag::Sink& sink)
      : file_(file), text_(text), sink_(sink) {}

  bool Run(size_t begin, size_t end, bool escapes, std::string& out) {
    bool good = true;
    for (size_t i = begin; i < end;) {
      const char c = text_[i];
      if (escapes && c == '\\') {
        good = Escape(i, end, out) && good;
      } else if (c == '$' || c == '%') {
        const std::string_view rest = text_.substr(i, end - i);
        if (rest.size() >= 3 && rest[1] == c && rest[2] == '{') {
          out += c;
          out += '{';
          i += 3;
        } else if (rest.size() >= 2 && rest[1] == '{') {
          Refuse(i);
          return false;
        } else {
          out += c;
          ++i;
        }
      } else if (c == '\r' && i + 1 < end && text_[i + 1] == '\n') {
        ++i;  // a line end of a heredoc is "\n", however the file spells it
      } else {
        out += c;
        ++i;
      }
    }
    return good;
  }

 private:
  Span At(size_t begin, size_t end) const {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }

  void Refuse(size_t i) {
    if (text_[i] == '$') {
      sink_
          .Report(kInterpolation, At(i, i + 2),
                  "interpolation (`${`) is not part of edition 1")
          .Help("for the two characters themselves write `$${`");
    } else {
      sink_
          .Report(kDirective, At(i, i + 2),
                  "template directives (`%{`) are not part of the language")
          .Help("for the two characters themselves write `%%{`");
    }
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
    const bool hidden = value < 0x20 || value == 0x7F ||
                        diag::IsBidiControl(value) || diag::IsInvisible(value);
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
};

// Length in bytes of the blanks at the front, up to `limit` characters of them.
size_t Blanks(std::string_view line, size_t limit, size_t& characters) {
  size_t bytes = 0;
  for (characters = 0; characters < limit && bytes < line.size();
       ++characters) {
    const CodePoint point = diag::DecodeUtf8(line.substr(bytes));
    if (point.length == 0 || point.value == '\n' ||
        !u_isUWhiteSpace(static_cast<UChar32>(point.value))) {
      break;
    }
    bytes += point.length;
  }
  return bytes;
}

struct Line {
  size_t begin;
  size_t end;  // after its line end
};

std::vector<Line> Lines(std::string_view text, size_t begin, size_t end) {
  std::vector<Line> lines;
  while (begin < end) {
    const size_t stop = std::min(end, text.find('\n', begin) + 1);
    lines.push_back({begin, stop});
    begin = stop;
  }
  return lines;
}

bool DecodeHeredoc(FileId file, std::string_view text, const Token& token,
                   diag::Sink& sink, std::string& out) {
  constexpr size_t kAll = std::numeric_limits<size_t>::max();
  const bool flush = text[token.begin + 2] == '-';
  const size_t begin = text.find('\n', token.begin) + 1;
  const size_t end = text.rfind('\n', token.end - 1) + 1;
  std::vector<Line> lines = Lines(text, begin, end);
  if (flush) {
    auto blank_bytes = [&](const Line& line, size_t limit, size_t& count) {
      return Blanks(text.substr(line.begin, line.end - line.begin), limit,
                    count);
    };
    auto is_blank = [&](const Line& line) {
      size_t count = 0;
      const size_t stop = line.begin + blank_bytes(line, kAll, count);
      return stop < text.size() && text[stop] == '\n';
    };
    size_t shared = kAll;
    for (const Line& line : lines) {
      if (is_blank(line)) continue;
      size_t count = 0;
      blank_bytes(line, kAll, count);
      shared = std::min(shared, count);
    }
    for (Line& line : lines) {
      if (is_blank(line)) continue;
      size_t count = 0;
      line.begin += blank_bytes(line, shared, count);
    }
  }
  Decoder decoder(file, text, sink);
  for (const Line& line : lines) {
    if (!decoder.Run(line.begin, line.end, false, out)) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> DecodeString(FileId file, std::string_view text,
                                        const Token& token, diag::Sink& sink) {
  if (token.bad) return std::nullopt;
  std::string out;
  bool good = true;
  if (token.kind == TokenKind::kRawString) {
    out = text.substr(token.begin + 1, token.end - token.begin - 2);
  } else if (token.kind == TokenKind::kHeredoc) {
    good = DecodeHeredoc(file, text, token, sink, out);
  } else {
    good = Decoder(file, text, sink)
               .Run(token.begin + 1, token.end - 1, true, out);
  }
  if (!good) return std::nullopt;
  return out;
}

}  // namespace pol::syntax
