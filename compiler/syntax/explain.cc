#include "compiler/syntax/explain.h"

#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {

using diag::Cat;
using support::Span;

std::string_view Explainer::TextOf(size_t at) const {
  const Token& token = tokens_[at];
  return text_.substr(token.begin, token.end - token.begin);
}

std::string Explainer::Found(size_t at) const {
  constexpr size_t kShown = 40;
  const TokenKind kind = tokens_[at].kind;
  if (kind == TokenKind::kEnd) return "the end of the file";
  if (kind == TokenKind::kNewline || TextOf(at).empty()) {
    return "the end of the line";
  }
  std::string_view text = TextOf(at);
  text = text.substr(0, text.find('\n'));
  if (text.size() <= kShown) return Cat("`", text, "`");
  size_t cut = kShown;
  while ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return Cat("`", text.substr(0, cut), "…`");
}

// The token, or right behind the one before it for what is missing there.
Span Explainer::Place(size_t at) const {
  const Token& token = tokens_[at];
  const bool missing = token.kind == TokenKind::kNewline ||
                       token.kind == TokenKind::kEnd ||
                       token.begin == token.end;
  if (missing && at > 0 &&
      (dialect_ == Dialect::kPolicy || token.begin == token.end)) {
    return {file_, tokens_[at - 1].end, tokens_[at - 1].end};
  }
  return {file_, token.begin, token.end};
}

bool Explainer::SameLine(size_t a, size_t b) const {
  const uint32_t begin = tokens_[a].end;
  const uint32_t end = tokens_[b].begin;
  return end <= begin ||
         text_.substr(begin, end - begin).find('\n') == std::string_view::npos;
}

// On one line one mistake often makes another.
bool Explainer::TouchesBadToken(size_t at) const {
  if (tokens_[at].bad) return true;
  for (size_t i = at; i > 0 && SameLine(i - 1, i); --i) {
    if (tokens_[i - 1].bad) return true;
    if (tokens_[i - 1].kind == TokenKind::kNewline) break;
  }
  for (size_t i = at; i + 1 < tokens_.size() && SameLine(i, i + 1); ++i) {
    if (tokens_[i].kind == TokenKind::kNewline) break;
    if (tokens_[i + 1].bad) return true;
  }
  return false;
}

bool Explainer::Report(size_t at, const Code& code, std::string message,
                       std::string help, diag::Fix fix) {
  if (TouchesBadToken(at)) return true;
  if (++reported_ > kErrorLimit) {
    sink_.Report(kTooManyErrors, Place(at),
                 Cat("more than ", kErrorLimit,
                     " syntax errors; the rest of this file was not read"));
    return false;
  }
  Span place = Place(at);
  // HCL marks a block in a block on one line with its type.
  if (dialect_ == Dialect::kHcl && &code == &kBrokenOneLineBlock &&
      tokens_[at - 1].kind == TokenKind::kIdentifier) {
    place.begin = tokens_[at - 1].begin;
  }
  auto& diagnostic = sink_.Report(code, place, std::move(message));
  if (!help.empty()) diagnostic.Help(std::move(help));
  if (!fix.edits.empty()) diagnostic.fixes.push_back(std::move(fix));
  return true;
}

bool Explainer::ExplainJunk(size_t at) {
  return Report(at, kNotAnItem,
                Cat("expected an attribute or a block, found ", Found(at)));
}

bool Explainer::Explain(const Stop& stop) {
  switch (stop.rule) {
    case Rule::kItem:
      // Before the value or block, or behind it.
      return stop.at == stop.item + 1 ? ExplainHeader(stop) : ExplainLine(stop);
    case Rule::kBlock:
      return stop.in_block ? ExplainOneLine(stop) : ExplainHeader(stop);
    case Rule::kOneLine:
      return ExplainOneLine(stop);
    default:
      return ExplainExpression(stop);
  }
}

bool Explainer::ExplainExpression(const Stop& stop) {
  switch (stop.rule) {
    case Rule::kList:
    case Rule::kObject:
      return IsLoop(stop) ? ExplainFor(stop) : ExplainBracket(stop);
    case Rule::kCall:
    case Rule::kParentheses:
    case Rule::kObjectItem:
      return ExplainBracket(stop);
    case Rule::kForIntroduction:
      return ExplainFor(stop);
    case Rule::kConditional:
      return Report(
          stop.at, kBrokenConditional,
          Cat("expected `:` in this conditional, found ", Found(stop.at)),
          "a conditional is written `condition ? value : other value`");
    case Rule::kTemplateString:
      return Report(stop.at, kBrokenInterpolation,
                    Cat("expected `}` at the end of this interpolation, found ",
                        Found(stop.at)),
                    "for the characters `${` themselves write `$${`");
    case Rule::kSuffix:
      return ExplainSuffix(stop);
    default:
      return ExplainValue(stop);
  }
}

bool Explainer::IsLoop(const Stop& stop) const {
  return tokens_[stop.begin + 1].kind == TokenKind::kFor;
}

bool Explainer::ExplainBracket(const Stop& stop) {
  const bool begins = stop.at == stop.begin + 1;
  if (begins && tokens_[stop.at].kind == TokenKind::kComma) {
    return ExplainValue(stop);
  }
  switch (stop.rule) {
    case Rule::kList:
      return Report(
          stop.at, kBrokenList,
          Cat("expected `,` or `]` in this list, found ", Found(stop.at)));
    case Rule::kCall:
      return Report(
          stop.at, kBrokenList,
          Cat("expected `,` or `)` in this call, found ", Found(stop.at)));
    case Rule::kParentheses:
      return Report(stop.at, kBrokenList,
                    Cat("expected `)`, found ", Found(stop.at)));
    case Rule::kObjectItem:
      return Report(stop.at, kBrokenObject,
                    Cat("expected `=` after a key of this object, found ",
                        Found(stop.at)));
    default:
      return Report(stop.at, kBrokenObject,
                    Cat("expected `,`, the end of the line or `}` in this "
                        "object, found ",
                        Found(stop.at)));
  }
}

bool Explainer::Holds(const Stop& stop, TokenKind kind) const {
  const uint16_t level = tokens_[stop.at - 1].level;
  for (size_t i = stop.begin; i < stop.at; ++i) {
    if (tokens_[i].kind == kind && tokens_[i].level <= level) return true;
  }
  return false;
}

bool Explainer::ExplainFor(const Stop& stop) {
  std::string_view expected;
  if (stop.rule == Rule::kForIntroduction) {
    const TokenKind last = tokens_[stop.at - 1].kind;
    const bool name = last == TokenKind::kFor || last == TokenKind::kComma;
    if (name && !Holds(stop, TokenKind::kIn)) {
      expected = "a name";
    } else {
      expected = Holds(stop, TokenKind::kIn) ? "`:`" : "`in`";
    }
  } else if (stop.rule == Rule::kObject) {
    expected = Holds(stop, TokenKind::kArrow) ? "`if` or `}`" : "`=>`";
  } else {
    expected = "`if` or `]`";
  }
  return Report(
      stop.at, kBrokenFor,
      Cat("expected ", expected, " in this for expression, found ",
          Found(stop.at)),
      "a for expression is written `[for v in list : value]` or `{for k, v in "
      "map : key => value}`, with `if condition` at the end or without");
}

bool Explainer::ExplainSuffix(const Stop& stop) {
  if (tokens_[stop.begin].kind == TokenKind::kDot) {
    return Report(stop.at, kNoValue,
                  Cat("expected a name after `.`, found ", Found(stop.at)));
  }
  if (stop.at == stop.begin + 1) {
    return Report(stop.at, kNoValue,
                  Cat("expected an index, found ", Found(stop.at)),
                  "for every element write `[*]`");
  }
  return Report(stop.at, kBrokenList,
                Cat("expected `]` after this index, found ", Found(stop.at)));
}

bool Explainer::ExplainValue(const Stop& stop) {
  const Token& last = tokens_[stop.at - 1];
  const Token& found = tokens_[stop.at];
  if (stop.at == stop.item + 2 && last.kind == TokenKind::kEqual) {
    return Report(stop.at, kNoValue,
                  Cat("expected a value for `", TextOf(stop.item), "`, found ",
                      Found(stop.at)));
  }
  const std::string message = Cat("expected a value after ", Found(stop.at - 1),
                                  ", found ", Found(stop.at));
  const bool stray = last.kind == TokenKind::kComma ||
                     last.kind == TokenKind::kLeftBracket ||
                     last.kind == TokenKind::kLeftBrace ||
                     last.kind == TokenKind::kLeftParenthesis;
  if (stray && found.kind == TokenKind::kComma) {
    return Report(stop.at, kNoValue, message, "",
                  {"remove this comma",
                   {{{file_, found.begin, found.end}, ""}},
                   diag::Certainty::kPossible});
  }
  return Report(stop.at, kNoValue, message);
}

bool Explainer::ExplainHeader(const Stop& stop) {
  const std::string_view name = TextOf(stop.item);
  const Token& label = tokens_[stop.item + 1];
  if (stop.at == stop.item + 2 &&
      tokens_[stop.at].kind == TokenKind::kNewline &&
      tokens_[stop.at + 1].kind != TokenKind::kLeftBrace) {
    // One value behind a name.
    return Report(
        stop.item + 1, kBrokenHeader,
        Cat("expected `=` between `", name, "` and ", Found(stop.item + 1)), "",
        {"insert `=`",
         {{{file_, label.begin, label.begin}, "= "}},
         diag::Certainty::kPossible});
  }
  std::string help;
  if (tokens_[stop.at].kind == TokenKind::kColon) {
    help = Cat("an attribute is written `", name, " = value`");
  }
  return Report(
      stop.at, kBrokenHeader,
      Cat("expected `=` or a block after `", name, "`, found ", Found(stop.at)),
      std::move(help));
}

bool Explainer::ExplainLine(const Stop& stop) {
  const TokenKind kind = tokens_[stop.at].kind;
  std::string help = "each attribute stands on a line of its own";
  if (kind == TokenKind::kRightBrace) {
    help =
        "the closing brace of a block of several lines stands on a line of its "
        "own";
  } else if (kind == TokenKind::kIdentifier || kind == TokenKind::kColon) {
    help = "text stands in double quotes";
  }
  return Report(stop.at, kLineNotOver,
                Cat("expected the end of the line after `", TextOf(stop.item),
                    "`, found ", Found(stop.at)),
                std::move(help));
}

bool Explainer::ExplainOneLine(const Stop& stop) {
  const TokenKind kind = tokens_[stop.at].kind;
  std::string_view what = "holds at most one attribute";
  if (stop.rule == Rule::kOneLine) {
    const bool block = kind == TokenKind::kLeftBrace ||
                       kind == TokenKind::kString ||
                       kind == TokenKind::kIdentifier;
    if (!block) return ExplainHeader(stop);
    what = "holds no other block";
  } else if (kind == TokenKind::kNewline) {
    what = "has its closing brace on the same line";
  }
  return Report(stop.at, kBrokenOneLineBlock,
                Cat("a block on one line ", what, "; found ", Found(stop.at)),
                "put the contents of the block on lines of their own");
}

}  // namespace pol::syntax
