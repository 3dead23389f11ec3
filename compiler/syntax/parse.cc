#include "compiler/syntax/parse.h"

#include <antlr4-runtime.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "PolParser.h"
#include "compiler/support/check.h"
#include "compiler/syntax/build_ast.h"
#include "compiler/syntax/check_text.h"
#include "compiler/syntax/explain.h"
#include "compiler/syntax/layout.h"
#include "compiler/syntax/scan.h"
#include "compiler/syntax/token.h"
#include "compiler/syntax/tree.h"

// The only file that sees ANTLR, and so the only one in which something may
// throw.

namespace pol::syntax {
namespace {

using grammar::PolParser;
using support::FileId;
using support::SourceSet;

// Both count tokens and rules in one order.
static_assert(static_cast<size_t>(PolParser::NEWLINE) ==
                  static_cast<size_t>(TokenKind::kNewline) &&
              static_cast<size_t>(PolParser::IN) ==
                  static_cast<size_t>(TokenKind::kIn) &&
              static_cast<size_t>(PolParser::DOT) ==
                  static_cast<size_t>(TokenKind::kDot) &&
              static_cast<size_t>(PolParser::TEMPLATE_TEXT) ==
                  static_cast<size_t>(TokenKind::kTemplateText) &&
              static_cast<size_t>(PolParser::ERROR) ==
                  static_cast<size_t>(TokenKind::kError));
static_assert(static_cast<size_t>(PolParser::RuleConfiguration) == 0 &&
              static_cast<size_t>(PolParser::RuleTerm) ==
                  static_cast<size_t>(Rule::kTerm) &&
              static_cast<size_t>(PolParser::RuleForCondition) ==
                  static_cast<size_t>(Rule::kForCondition));

// Thrown when the file has had enough errors.
struct Enough {};

std::vector<int8_t> TypesOf(const std::vector<Token>& tokens) {
  std::vector<int8_t> types(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) {
    types[i] = tokens[i].kind == TokenKind::kEnd
                   ? int8_t{-1}
                   : static_cast<int8_t>(tokens[i].kind);
  }
  return types;
}

// Writes down the tree; says what is wrong, once for an element of a bracket or
// an item of a body, and goes on behind it.
class Reader final : public PolParser {
 public:
  Reader(Explainer& explainer, Tree& tree, const std::vector<int8_t>& types)
      : PolParser(nullptr), explainer_(explainer), tree_(tree) {
    SetTypes(types);
    for (const Rule rule :
         {Rule::kBody, Rule::kItem, Rule::kList, Rule::kObject, Rule::kCall}) {
      WatchChoices(static_cast<size_t>(rule));
    }
  }

 private:
  void Enter(size_t rule) override {
    open_.push_back(static_cast<uint32_t>(tree_.nodes.size()));
    const auto first = static_cast<uint32_t>(at());
    tree_.nodes.push_back({static_cast<Rule>(rule), first, first, 0});
  }

  void Exit() override {
    Node& node = tree_.nodes[open_.back()];
    open_.pop_back();
    node.end = static_cast<uint32_t>(tree_.nodes.size());
    if (at() > 0) node.last = static_cast<uint32_t>(at() - 1);
  }

  // Where a body, an item or a bracket makes its choice, what cannot be chosen
  // is skipped here, so that the rest is read.
  void Choose() override {
    switch (rule()) {
      case Rule::kBody:
        return SkipJunk();
      case Rule::kItem:
        return CheckHeader();
      default:
        return CheckElement();
    }
  }

  void Explain() override {
    const size_t item = ItemOf();
    tree_.broken[item] = true;
    if (recovering()) return;
    set_recovering(true);
    if (!explainer_.Explain(
            {rule(), frames().back().first, item, at(), InBlock()})) {
      throw Enough{};
    }
  }

  void RepairMatch(size_t type) override {
    if (rule() == Rule::kBlock) return RepairBlock();
    // The layout has balanced the brackets: the closing one is there.
    const bool closer =
        (type == PolParser::RPAREN || type == PolParser::RBRACKET ||
         type == PolParser::RBRACE || type == PolParser::INTERPOLATION_END) &&
        rule() != Rule::kConfiguration;
    if (!closer) throw RecognitionException{};
    Explain();
    const uint16_t level = tree_.tokens[frames().back().first].level;
    while (current().level > level) Advance();
    Advance();
    set_recovering(false);
  }

  // Something is wrong in a block's header or on its one line: its brace is
  // still there.
  void RepairBlock() {
    const TokenKind brace =
        InBlock() ? TokenKind::kRightBrace : TokenKind::kLeftBrace;
    Explain();
    if (!SkipTo(brace)) throw RecognitionException{};
    Advance();
    set_recovering(false);
  }

  void Recover(std::exception_ptr error) override {
    switch (rule()) {
      case Rule::kItem:
      case Rule::kOneLine:
      case Rule::kBody:
      case Rule::kConfiguration:
        return RecoverItem();
      case Rule::kExpression:
        if (!IsElement()) break;
        return SkipElement(outer());
      case Rule::kObjectItem:
        return SkipElement(outer());
      case Rule::kList:
      case Rule::kObject:
      case Rule::kCall:
      case Rule::kSuffix:
        if (!OpensBracket()) break;
        return SkipBracket();
      default:
        break;
    }
    // Rules inside an item are left as a whole: they would take the line end
    // behind it for their own.
    std::rethrow_exception(error);
  }

  void RecoverItem() {
    SkipItem(tree_.tokens[ItemOf()].level);
    // An item that was left has no chance to take the end of its line.
    if (rule() == Rule::kItem && current().kind == TokenKind::kNewline) {
      Advance();
      set_recovering(false);
    }
  }

  Rule rule() const { return static_cast<Rule>(frames().back().rule); }
  const Frame& outer() const { return frames()[frames().size() - 2]; }
  const Token& current() const { return tree_.tokens[at()]; }
  const Token& next() const {
    return tree_.tokens[std::min(at() + 1, tree_.tokens.size() - 1)];
  }

  bool HoldsLoop(const Frame& bracket) const {
    return tree_.tokens[bracket.first + 1].kind == TokenKind::kFor;
  }

  // Whether the expression stands alone between the commas or brackets of the
  // rule around it.
  bool IsElement() const {
    switch (static_cast<Rule>(outer().rule)) {
      case Rule::kList:
        return !HoldsLoop(outer());
      case Rule::kCall:
      case Rule::kParentheses:
      case Rule::kSuffix:
      case Rule::kTemplateString:
        return true;
      default:
        return false;
    }
  }

  // To what ends an element of `bracket`: its closing token, or the comma or
  // line end where there may be several.
  void SkipElement(const Frame& bracket) {
    const uint16_t level = tree_.tokens[bracket.first].level;
    const auto rule = static_cast<Rule>(bracket.rule);
    const bool several =
        rule == Rule::kList || rule == Rule::kCall || rule == Rule::kObject;
    auto ends = [&](const Token& token) {
      return token.level <= level || (several && token.level == level + 1 &&
                                      (token.kind == TokenKind::kComma ||
                                       token.kind == TokenKind::kNewline));
    };
    while (!ends(current())) Advance();
    set_recovering(false);
  }

  bool OpensBracket() const {
    const TokenKind kind = tree_.tokens[frames().back().first].kind;
    return kind == TokenKind::kLeftBracket || kind == TokenKind::kLeftBrace ||
           kind == TokenKind::kLeftParenthesis;
  }

  void SkipBracket() {
    const uint16_t level = tree_.tokens[frames().back().first].level;
    while (current().level > level) Advance();
    Advance();
    set_recovering(false);
  }

  // In a list, an object or a call.
  void CheckElement() {
    const Frame& bracket = frames().back();
    if (HoldsLoop(bracket)) return;
    const Token& opening = tree_.tokens[bracket.first];
    const TokenKind kind = current().kind;
    const bool closing = current().level == opening.level;
    if (at() == bracket.first + 1) {
      if (kind != TokenKind::kComma) return;
      Explain();
      while (current().kind == TokenKind::kComma ||
             current().kind == TokenKind::kNewline) {
        Advance();
      }
      return set_recovering(false);
    }
    const bool fits =
        closing || kind == TokenKind::kComma ||
        (rule() == Rule::kObject && kind == TokenKind::kNewline) ||
        (rule() == Rule::kCall && kind == TokenKind::kEllipsis);
    if (fits) return;
    Explain();
    SkipElement(bracket);
  }

  // First token of the attribute or block that is being read.
  size_t ItemOf() const {
    for (size_t i = frames().size(); i-- > 0;) {
      const auto rule = static_cast<Rule>(frames()[i].rule);
      if (rule == Rule::kItem || rule == Rule::kOneLine) {
        return frames()[i].first;
      }
    }
    return 0;
  }

  // Whether the brace of the current item's block has been read.
  bool InBlock() const {
    for (size_t i = ItemOf(); i < at(); ++i) {
      if (tree_.tokens[i].kind == TokenKind::kLeftBrace) return true;
    }
    return false;
  }

  // Up to the line end or closing bracket that ends an item at `level`.
  void SkipItem(uint16_t level) {
    while (!EndsItem(current(), level)) Advance();
  }

  static bool EndsItem(const Token& token, uint16_t level) {
    return token.kind == TokenKind::kEnd || token.level < level ||
           (token.kind == TokenKind::kNewline && token.level == level);
  }

  // To the next brace of the block whose header is at the level of the current
  // item.
  bool SkipTo(TokenKind brace) {
    const uint16_t level = tree_.tokens[ItemOf()].level;
    while (current().kind != brace || current().level != level) {
      // A brace on the next line belongs to this header: nothing else begins
      // with one.
      const bool header = brace == TokenKind::kLeftBrace &&
                          current().kind == TokenKind::kNewline &&
                          next().kind == brace;
      if (!header && EndsItem(current(), level)) return false;
      Advance();
    }
    return true;
  }

  void SkipJunk() {
    while (true) {
      const Token token = current();
      if (token.kind == TokenKind::kIdentifier ||
          token.kind == TokenKind::kRightBrace ||
          token.kind == TokenKind::kEnd) {
        return;
      }
      if (!explainer_.ExplainJunk(at())) throw Enough{};
      set_recovering(true);
      SkipItem(token.level);
      if (current().kind == TokenKind::kNewline) Advance();
      set_recovering(false);
    }
  }

  void CheckHeader() {
    const TokenKind kind = current().kind;
    if (recovering() || kind == TokenKind::kEqual ||
        kind == TokenKind::kIdentifier || kind == TokenKind::kString ||
        kind == TokenKind::kLeftBrace) {
      return;
    }
    Explain();
    if (SkipTo(TokenKind::kLeftBrace)) set_recovering(false);
  }

  Explainer& explainer_;
  Tree& tree_;
  std::vector<uint32_t> open_;
};

void ReadTokens(Explainer& explainer, Tree& tree) {
  const std::vector<int8_t> types = TypesOf(tree.tokens);
  // A policy has about as many rules as tokens.
  tree.nodes.reserve(tree.tokens.size());
  Reader reader(explainer, tree, types);
  try {
    reader.configuration();
  } catch (const Enough&) {
    // What was read up to here is in the tree.
  }
}

}  // namespace

Ast Parse(FileId file, const SourceSet& sources, diag::Sink& sink,
          Dialect dialect) {
  Ast ast;
  ast.file = file;
  if (!CheckText(file, sources, sink, dialect)) return ast;
  const std::string_view text = sources.file(file).text();
  Tree tree;
  tree.tokens = LayOut(
      file, text, Scan(file, text, sink, {.hidden = dialect == Dialect::kHcl}),
      sink);
  tree.broken.resize(tree.tokens.size());
  Explainer explainer(file, text, tree.tokens, sink, dialect);
  std::string failure;
  try {
    ReadTokens(explainer, tree);
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
    failure = "an exception without a name";
  }
  // Recovery handles everything that a text can cause.
  POL_CHECK(failure.empty()) << "the parser threw: " << failure;
  ast.body = BuildBody({file, text, sink, dialect}, tree);
  return ast;
}

}  // namespace pol::syntax
