#include "compiler/automata/regex_classes.h"

#include "absl/strings/ascii.h"

namespace pol::automata {
namespace {

template <typename Predicate>
ByteSet Where(Predicate holds) {
  ByteSet set;
  for (size_t byte = 0; byte < 256; ++byte) {
    set[byte] = holds(static_cast<unsigned char>(byte));
  }
  return set;
}

bool IsWord(unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; }

}  // namespace

std::optional<ByteSet> EscapedClass(char letter) {
  switch (letter) {
    case 'd':
      return Where(absl::ascii_isdigit);
    case 's':
      return Where(absl::ascii_isspace);
    case 'w':
      return Where(IsWord);
    case 'h':  // horizontal space, with Latin-1's no-break space
      return Where(
          [](unsigned char c) { return c == ' ' || c == '\t' || c == 0xA0; });
    case 'v':  // line ends, with Latin-1's next line
      return Where([](unsigned char c) {
        return (c >= '\n' && c <= '\r') || c == 0x85;
      });
    case 'N':
      return Where([](unsigned char c) { return c != '\n'; });
    case 'D':
    case 'S':
    case 'W':
    case 'H':
    case 'V':
      return ~*EscapedClass(
          absl::ascii_tolower(static_cast<unsigned char>(letter)));
    default:
      return std::nullopt;
  }
}

std::optional<ByteSet> PosixClass(std::string_view name) {
  if (name == "alpha") return Where(absl::ascii_isalpha);
  if (name == "alnum") return Where(absl::ascii_isalnum);
  if (name == "ascii") return Where(absl::ascii_isascii);
  if (name == "blank") return Where(absl::ascii_isblank);
  if (name == "cntrl") return Where(absl::ascii_iscntrl);
  if (name == "digit") return Where(absl::ascii_isdigit);
  if (name == "graph") return Where(absl::ascii_isgraph);
  if (name == "lower") return Where(absl::ascii_islower);
  if (name == "print") return Where(absl::ascii_isprint);
  if (name == "punct") return Where(absl::ascii_ispunct);
  if (name == "space") return Where(absl::ascii_isspace);
  if (name == "upper") return Where(absl::ascii_isupper);
  if (name == "word") return Where(IsWord);
  if (name == "xdigit") return Where(absl::ascii_isxdigit);
  return std::nullopt;
}

}  // namespace pol::automata
