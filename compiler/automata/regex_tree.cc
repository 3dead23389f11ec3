#include "compiler/automata/regex_tree.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "compiler/automata/regex_classes.h"
#include "compiler/support/view.h"

namespace pol::automata {
namespace {

constexpr int kMaxDepth = 250;              // PCRE2's own limit for groups
constexpr uint32_t kMaxRepetition = 65535;  // PCRE2's own

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(support::ToAbsl(what));
}

absl::Status Unknown(std::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat(support::ToAbsl(what), " cannot be analysed"));
}

ByteSet One(char c) { return ByteSet().set(static_cast<unsigned char>(c)); }

class RegexParser {
 public:
  explicit RegexParser(std::string_view text) : text_(text) {}

  absl::StatusOr<RegexTree> Run() {
    // The anchors that libselinux adds make further ones at the ends idle.
    while (Take('^')) {
    }
    POL_ASSIGN_OR_RETURN(RegexTree tree, Alternatives(0));
    if (!AtEnd()) return Wrong("a `)` without its `(`");
    if (tree.kind == RegexTree::Kind::kAlternate) {
      return Unknown("an alternative outside a group");
    }
    return tree;
  }

 private:
  using Kind = RegexTree::Kind;

  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  bool Take(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  absl::StatusOr<RegexTree> Alternatives(int depth) {
    RegexTree tree;
    tree.kind = Kind::kAlternate;
    do {
      POL_ASSIGN_OR_RETURN(RegexTree branch, Branch(depth));
      tree.children.push_back(std::move(branch));
    } while (Take('|'));
    if (tree.children.size() > 1) return tree;
    RegexTree only = std::move(tree.children[0]);
    return only;
  }

  absl::StatusOr<RegexTree> Branch(int depth) {
    RegexTree branch;
    while (!AtEnd() && Peek() != '|' && Peek() != ')') {
      if (Peek() == '$' && depth == 0 &&
          text_.find_first_not_of('$', at_) == text_.npos) {
        at_ = text_.size();
        break;
      }
      POL_ASSIGN_OR_RETURN(RegexTree item, Item(depth));
      POL_RETURN_IF_ERROR(Quantify(item));
      branch.children.push_back(std::move(item));
    }
    return branch;
  }

  absl::StatusOr<RegexTree> Item(int depth) {
    char c = text_[at_++];
    switch (c) {
      case '\0':
        return Wrong("an expression has no NUL byte");
      case '(':
        return Group(depth);
      case '[':
        return Class();
      case '.':
        // libselinux compiles with PCRE2_DOTALL.
        return Bytes(ByteSet().set());
      case '\\':
        return Escape();
      case '^':
      case '$':
        return Unknown(
            absl::StrCat("a `", std::string(1, c), "` inside an expression"));
      case '*':
      case '+':
      case '?':
        return NothingToRepeat(c);
      case '{':
        if (LooksLikeRepetition()) return Unknown("a `{` with nothing before");
        return Bytes(One(c));
      default:
        return Bytes(One(c));
    }
  }

  static absl::Status NothingToRepeat(char c) {
    return Wrong(absl::StrCat("there is nothing that `", std::string(1, c),
                              "` could repeat"));
  }

  static RegexTree Bytes(ByteSet set) {
    RegexTree tree;
    tree.kind = Kind::kBytes;
    tree.bytes = set;
    return tree;
  }

  absl::StatusOr<RegexTree> Group(int depth) {
    if (depth == kMaxDepth) return Unknown("so deep a nest of groups");
    if (Peek() == '*') return Unknown("a group that begins with `(*`");
    if (Take('?') && !Take(':')) {
      return Unknown(absl::StrCat("a group that begins with `(?",
                                  std::string(1, Peek()), "`"));
    }
    POL_ASSIGN_OR_RETURN(RegexTree group, Alternatives(depth + 1));
    if (!Take(')')) return Wrong("a `(` without its `)`");
    return group;
  }

  // Behind a `{`: whether some PCRE2 takes it for a quantifier.
  bool LooksLikeRepetition() const {
    size_t end = text_.find('}', at_);
    if (end == text_.npos) return false;
    std::string_view inside = text_.substr(at_, end - at_);
    return inside.find_first_of("0123456789") != inside.npos &&
           inside.find_first_not_of("0123456789, \t") == inside.npos;
  }

  absl::Status Quantify(RegexTree& item) {
    uint32_t min = 0;
    std::optional<uint32_t> max;
    if (Take('*')) {
    } else if (Take('+')) {
      min = 1;
    } else if (Take('?')) {
      max = 1;
    } else if (Peek() == '{') {
      ++at_;
      if (!LooksLikeRepetition()) {
        --at_;
        return absl::OkStatus();
      }
      POL_RETURN_IF_ERROR(Bounds(min, max));
    } else {
      return absl::OkStatus();
    }
    if (Take('+')) return Unknown("a possessive quantifier");
    Take('?');  // a lazy one matches the same texts
    RegexTree repeat;
    repeat.kind = Kind::kRepeat;
    repeat.min = min;
    repeat.max = max;
    repeat.children.push_back(std::move(item));
    item = std::move(repeat);
    if (Peek() == '*' || Peek() == '+' || Peek() == '?') {
      return Unknown("a quantifier of a quantifier");
    }
    if (Peek() == '{') {
      ++at_;
      if (LooksLikeRepetition()) return Unknown("a quantifier of a quantifier");
      --at_;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<uint32_t> Number() {
    uint32_t number = 0;
    while (absl::ascii_isdigit(static_cast<unsigned char>(Peek()))) {
      number = number * 10 + static_cast<uint32_t>(text_[at_++] - '0');
      if (number > kMaxRepetition) {
        return Wrong("something is repeated more than 65535 times");
      }
    }
    return number;
  }

  absl::Status Bounds(uint32_t& min, std::optional<uint32_t>& max) {
    size_t begin = at_;
    POL_ASSIGN_OR_RETURN(min, Number());
    bool has_min = at_ > begin;
    max = min;
    if (Take(',')) {
      max.reset();
      if (Peek() != '}') {
        POL_ASSIGN_OR_RETURN(max, Number());
      }
    }
    // PCRE2 takes `{,3}` and `{1, 3}` for quantifiers since 10.43, and for
    // plain text before.
    if (!Take('}') || !has_min) {
      return Unknown("braces that releases of PCRE2 read differently");
    }
    if (max && *max < min) {
      return Wrong("the bounds of a repetition are the wrong way round");
    }
    return absl::OkStatus();
  }

  // Behind the backslash.
  absl::StatusOr<RegexTree> Escape() {
    if (std::optional<ByteSet> set = EscapedClass(Peek())) {
      ++at_;
      return Bytes(*set);
    }
    POL_ASSIGN_OR_RETURN(char c, EscapedByte());
    return Bytes(One(c));
  }

  absl::StatusOr<char> EscapedByte() {
    // It would escape the `$` that libselinux adds.
    if (AtEnd()) return Unknown("a lone `\\` at the end");
    char c = text_[at_++];
    switch (c) {
      case 'a':
        return '\a';
      case 'e':
        return '\x1B';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case '0':
        return Digits("01234567", 8, 2);
      case 'x':
        if (Peek() != '{') return Digits("0123456789abcdef", 16, 2);
        break;
      case '\0':
        return Wrong("an expression has no NUL byte");
      default:
        if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) return c;
    }
    return Unknown(absl::StrCat("`\\", std::string(1, c), "`"));
  }

  // Up to `most` digits; none are zero.
  char Digits(std::string_view digits, size_t base, int most) {
    size_t value = 0;
    for (int i = 0; i < most && !AtEnd(); ++i) {
      char c = absl::ascii_tolower(static_cast<unsigned char>(Peek()));
      size_t digit = digits.find(c);
      if (digit == digits.npos) break;
      value = value * base + digit;
      ++at_;
    }
    return static_cast<char>(value);
  }

  // Behind a `[`: whether PCRE2 may take what follows for `[:name:]`,
  // `[.name.]` or `[=name=]`. "[.]" is a class with a dot in it.
  bool LooksLikeName() const {
    if (Peek() != ':' && Peek() != '.' && Peek() != '=') return false;
    size_t end = text_.find(']', at_ + 1);
    if (end == text_.npos) return false;
    std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    return inside.find('\\') != inside.npos ||
           (!inside.empty() && inside.back() == Peek());
  }

  // Behind the `[`.
  absl::StatusOr<RegexTree> Class() {
    if (LooksLikeName()) {
      return Unknown(
          absl::StrCat("`[", std::string(1, Peek()), "` outside a class"));
    }
    bool negated = Take('^');
    ByteSet set;
    bool first = true;
    while (first || Peek() != ']') {
      if (AtEnd()) return Wrong("a `[` without its `]`");
      first = false;
      POL_RETURN_IF_ERROR(ClassItem(set));
    }
    ++at_;
    return Bytes(negated ? ~set : set);
  }

  // One byte, a range or a named set, into `set`.
  absl::Status ClassItem(ByteSet& set) {
    std::optional<char> low;
    POL_RETURN_IF_ERROR(ClassAtom(set, low));
    bool range =
        Peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
    if (!range) {
      if (low) set |= One(*low);
      return absl::OkStatus();
    }
    ++at_;
    std::optional<char> high;
    ByteSet unused;
    POL_RETURN_IF_ERROR(ClassAtom(unused, high));
    if (!low || !high) return Unknown("a range that ends in a set");
    auto from = static_cast<unsigned char>(*low);
    auto to = static_cast<unsigned char>(*high);
    if (from > to) return Wrong("a range is the wrong way round");
    for (size_t byte = from; byte <= to; ++byte) set.set(byte);
    return absl::OkStatus();
  }

  // A byte into `byte`, or a named set into `set`.
  absl::Status ClassAtom(ByteSet& set, std::optional<char>& byte) {
    char c = text_[at_++];
    if (c == '\0') return Wrong("an expression has no NUL byte");
    if (c == '[' && LooksLikeName()) return NamedClass(set);
    if (c != '\\') {
      byte = c;
      return absl::OkStatus();
    }
    if (Take('b')) {
      byte = '\b';
      return absl::OkStatus();
    }
    if (Peek() == 'N') return Unknown("`\\N` in a class");
    if (std::optional<ByteSet> escaped = EscapedClass(Peek())) {
      ++at_;
      set |= *escaped;
      return absl::OkStatus();
    }
    POL_ASSIGN_OR_RETURN(byte, EscapedByte());
    return absl::OkStatus();
  }

  // Behind the `[` of `[:alpha:]`.
  absl::Status NamedClass(ByteSet& set) {
    size_t end = text_.find(":]", at_ + 1);
    if (Peek() == ':' && end != text_.npos) {
      std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
      bool negated = !name.empty() && name[0] == '^';
      if (negated) name.remove_prefix(1);
      if (std::optional<ByteSet> named = PosixClass(name)) {
        set |= negated ? ~*named : *named;
        at_ = end + 2;
        return absl::OkStatus();
      }
    }
    return Unknown(absl::StrCat("`[", std::string(1, Peek()), "` in a class"));
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<RegexTree> ParseRegex(std::string_view expression) {
  return RegexParser(expression).Run();
}

}  // namespace pol::automata
