#define PCRE2_CODE_UNIT_WIDTH 8
#include "compiler/filecontexts/expression.h"

#include <pcre2.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/view.h"

namespace pol::filecontexts {
namespace {

using automata::RegexTree;

// The metacharacters of libselinux up to 3.7 and since 3.8.
constexpr std::string_view kOldMeta = ".^$?*+|[({";
constexpr std::string_view kNewMeta = ".^$?*+|[({])}";
// What may be escaped in a text that libselinux 3.8 takes for a literal.
constexpr std::string_view kNewEscapes = ".^$?*+|[({])}-_,";

constexpr int kTreeDepth = 3;
// libselinux 3.8 compiles no longer ones.
constexpr size_t kMaxLength = 4095;

bool OneOf(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

// Whether libselinux up to 3.7 takes it for an expression.
bool IsOldExpression(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (OneOf(text[i], kOldMeta)) {
      return true;
    }
  }
  return false;
}

// The text that libselinux 3.8 takes it for, if it does.
std::optional<std::string> NewLiteral(std::string_view text) {
  std::string literal;
  for (size_t i = 0; i < text.size(); ++i) {
    if (OneOf(text[i], kNewMeta)) return std::nullopt;
    if (text[i] == '\\') {
      ++i;
      if (i == text.size() || !OneOf(text[i], kNewEscapes)) return std::nullopt;
    }
    literal += text[i];
  }
  return literal;
}

// What libselinux up to 3.7 demands a path to begin with: the first folder, as
// it is written, with its slash; empty if it demands nothing.
std::string OldStem(std::string_view text) {
  size_t slash = text.find('/', 1);
  if (slash == std::string_view::npos) return "";
  std::string_view stem = text.substr(0, slash);
  if (stem.find_first_of(kOldMeta) != std::string_view::npos) return "";
  return absl::StrCat(support::ToAbsl(stem), "/");
}

struct TreePlace {
  std::string start;  // "/usr/lib/"; empty at the root
  int depth = 0;
};

// Where libselinux 3.8 sorts it in.
TreePlace NewPlace(std::string_view text) {
  TreePlace place;
  size_t at = 0;
  while (place.depth < kTreeDepth) {
    size_t slash = text.find('/', at + 1);
    if (slash == std::string_view::npos) break;
    if (slash > at + 1) {
      std::optional<std::string> folder =
          NewLiteral(text.substr(at + 1, slash - at - 1));
      if (!folder) break;
      absl::StrAppend(&place.start, place.depth == 0 ? "/" : "", *folder, "/");
      ++place.depth;
    }
    at = slash;
  }
  return place;
}

std::string CommonStart(const std::string& a, const std::string& b) {
  return std::string(
      a.begin(), std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first);
}

bool CompilesInPcre(std::string_view text) {
  const std::string anchored = absl::StrCat("^", support::ToAbsl(text), "$");
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(anchored.data()),
                    anchored.size(), PCRE2_DOTALL, &error, &offset, nullptr);
  pcre2_code_free(code);
  return code != nullptr;
}

// What every path begins with that a valid expression matches, whatever of it
// is not modelled.
std::string_view StartOfAnyDialect(std::string_view text) {
  if (text.find('|') != std::string_view::npos) return {};
  constexpr std::string_view kSpecial = ".^$?*+|[({])}\\";
  size_t end = std::min(text.find_first_of(kSpecial), text.size());
  const bool optional = end < text.size() && end > 0 && OneOf(text[end], "?*{");
  return text.substr(0, optional ? end - 1 : end);
}

Expression NotModelled(std::string_view text, const TreePlace& place,
                       bool maybe_literal) {
  Expression result;
  result.maybe_literal = maybe_literal;
  result.depth = place.depth;
  result.may_fail = text.size() > kMaxLength || !CompilesInPcre(text);
  std::string start = CommonStart(OldStem(text), place.start);
  if (!result.may_fail) {
    std::string_view own = StartOfAnyDialect(text);
    if (own.size() > start.size()) start = std::string(own);
  }
  result.paths = AllBelow(start);
  return result;
}

// A part of a tree: what it begins with, and whether that is all of it.
struct Start {
  std::string text;
  bool whole = true;
};

Start StartOf(const RegexTree& tree) {
  Start start;
  switch (tree.kind) {
    case RegexTree::Kind::kBytes:
      start.whole = tree.bytes.count() == 1;
      if (start.whole)
        start.text.assign(1, static_cast<char>(tree.bytes._Find_first()));
      break;
    case RegexTree::Kind::kConcatenate:
      for (const RegexTree& child : tree.children) {
        Start next = StartOf(child);
        start.text += next.text;
        start.whole = next.whole;
        if (!start.whole) break;
      }
      break;
    case RegexTree::Kind::kAlternate:
      start = StartOf(tree.children[0]);
      for (const RegexTree& child : tree.children) {
        Start other = StartOf(child);
        start.whole &= other.whole && other.text == start.text;
        start.text = CommonStart(start.text, other.text);
      }
      break;
    case RegexTree::Kind::kRepeat:
      if (tree.min > 0) start = StartOf(tree.children[0]);
      start.whole = false;
      break;
  }
  return start;
}

}  // namespace

std::string CertainStart(const RegexTree& tree) { return StartOf(tree).text; }

RegexTree AllBelow(std::string_view start) {
  RegexTree all;
  for (char c : start) {
    RegexTree byte;
    byte.kind = RegexTree::Kind::kBytes;
    byte.bytes.set(static_cast<unsigned char>(c));
    all.children.push_back(std::move(byte));
  }
  RegexTree any;
  any.kind = RegexTree::Kind::kBytes;
  any.bytes.set();
  RegexTree rest;
  rest.kind = RegexTree::Kind::kRepeat;
  rest.children.push_back(std::move(any));
  all.children.push_back(std::move(rest));
  return all;
}

Expression ReadExpression(std::string_view text) {
  const TreePlace place = NewPlace(text);
  const std::string stem = OldStem(text);
  const bool maybe_literal = !IsOldExpression(text);
  if (std::optional<std::string> literal = NewLiteral(text);
      literal && absl::StartsWith(*literal, stem)) {
    Expression result;
    result.as = Expression::As::kLiteral;
    result.literal = *std::move(literal);
    return result;
  }
  absl::StatusOr<RegexTree> tree = automata::ParseRegex(text);
  if (!tree.ok() || text.size() > kMaxLength)
    return NotModelled(text, place, maybe_literal);
  // Where a path that it matches begins otherwise, a release passes it over.
  const std::string start = CertainStart(*tree);
  const bool alike = !maybe_literal && absl::StartsWith(start, stem) &&
                     absl::StartsWith(start, place.start);
  Expression result;
  result.as = alike ? Expression::As::kExpression : Expression::As::kUnknown;
  result.paths = *std::move(tree);
  result.maybe_literal = maybe_literal;
  result.depth = place.depth;
  return result;
}

}  // namespace pol::filecontexts
