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
  if (missing && at > 0) {
    return {file_, tokens_[at - 1].end, tokens_[at - 1].end};
  }
  return {file_, token.begin, token.end};
}

bool Explainer::TouchesBadToken(size_t at) const {
  for (size_t i = at + 1; i-- > 0;) {
    if (tokens_[i].bad) return true;
    if (i < at && tokens_[i].kind == TokenKind::kNewline) break;
  }
  for (size_t i = at; i < tokens_.size(); ++i) {
    if (tokens_[i].bad) return true;
    if (tokens_[i].kind == TokenKind::kNewline) break;
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
  auto& diagnostic = sink_.Report(code, Place(at), std::move(message));
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
    case Rule::kAssignment:
      return ExplainOneLine(stop);
    case Rule::kBlock:
      return stop.in_block ? ExplainOneLine(stop) : ExplainHeader(stop);
    case Rule::kList:
    case Rule::kElements:
      return Report(
          stop.at, kBrokenList,
          Cat("expected `,` or `]` in this list, found ", Found(stop.at)));
    case Rule::kCall:
    case Rule::kParentheses:
      return Report(stop.at, kBrokenList,
                    Cat("expected `)`, found ", Found(stop.at)));
    case Rule::kObject:
    case Rule::kObjectItems:
    case Rule::kSeparator:
      return Report(stop.at, kBrokenObject,
                    Cat("expected `,`, the end of the line or `}` in this "
                        "object, found ",
                        Found(stop.at)));
    case Rule::kObjectItem:
      return Report(stop.at, kBrokenObject,
                    Cat("expected `=` after a key of this object, found ",
                        Found(stop.at)));
    case Rule::kForIntroduction:
    case Rule::kForCondition:
      return Report(stop.at, kFor, "for expressions are not part of edition 1");
    case Rule::kConditional:
      return Report(stop.at, kConditional,
                    "conditionals are not part of edition 1");
    case Rule::kSuffix:
      return Report(stop.at, kNoValue,
                    Cat("expected a name or an index, found ", Found(stop.at)));
    default:
      return ExplainValue(stop);
  }
}

bool Explainer::ExplainValue(const Stop& stop) {
  return Report(stop.at, kNoValue,
                Cat("expected a value for `", TextOf(stop.item), "`, found ",
                    Found(stop.at)));
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
  if (stop.rule == Rule::kAssignment) {
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
