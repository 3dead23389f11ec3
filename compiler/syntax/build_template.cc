// Quoted strings and heredocs with interpolation.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "compiler/syntax/build_expression.h"

namespace pol::syntax {
namespace {

// What TemplatePiece does not hold.
struct Part {
  Span span;
  Expression value;  // of an interpolation
};

}  // namespace

ExpressionBuilder::Built ExpressionBuilder::Template(uint32_t node) {
  const bool quoted = reading_.text[First(node).begin] == '"';
  std::vector<TemplatePiece> pieces;
  std::vector<Part> parts;
  size_t height = 0;
  bool good = true;
  bool trim_next = false;
  uint32_t child = node + 1;
  for (uint32_t i = At(node).first + 1; i < At(node).last; ++i) {
    const Token& token = tree_.tokens[i];
    if (token.kind == TokenKind::kTemplateText) {
      const size_t first = pieces.size();
      if (quoted) {
        pieces.push_back({true, ""});
        good = DecodeText(reading_, TextKind::kQuoted, token.begin, token.end,
                          pieces.back().text) &&
               good;
      } else {
        AppendLines(reading_, token.begin, token.end, pieces);
      }
      if (trim_next) TrimLeft(pieces[first].text);
      trim_next = false;
      parts.resize(pieces.size(), {SpanOf(token), {}});
      continue;
    }
    // INTERPOLATION expression INTERPOLATION_END
    good = good && !token.bad;
    const bool trim = TextOf(token).size() == 3;
    if (trim && !pieces.empty() && pieces.back().literal) {
      TrimRight(pieces.back().text);
    }
    Built value = Value(child);
    height = std::max(height, value.height);
    i = At(child).last + 1;
    child = At(child).end;
    const Token& closing = tree_.tokens[i];
    trim_next = TextOf(closing).size() == 2;
    pieces.emplace_back();
    parts.push_back({support::Join(SpanOf(token), SpanOf(closing)),
                     std::move(value.expression)});
  }
  if (!quoted && reading_.text[First(node).begin + 2] == '-') {
    RemoveIndentation(pieces);
  }
  syntax::Template result;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].literal) {
      good = good && !std::holds_alternative<Invalid>(parts[i].value.value);
      result.parts.push_back(std::move(parts[i].value));
    } else if (i > 0 && pieces[i - 1].literal) {
      std::get<std::string>(result.parts.back().value) += pieces[i].text;
    } else {
      result.parts.push_back({parts[i].span, std::move(pieces[i].text)});
    }
  }
  if (!good) return {{SpanOf(node), Invalid{}}};
  return Parent({SpanOf(node), std::move(result)}, height);
}

}  // namespace pol::syntax
