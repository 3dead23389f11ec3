#include "compiler/syntax/parse.h"

#include <antlr4-runtime.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <memory>
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

size_t AntlrType(TokenKind kind) {
  static constexpr size_t kTypes[] = {
      static_cast<size_t>(-1),  // antlr4::Token::EOF
      PolParser::NEWLINE,      PolParser::IDENTIFIER, PolParser::INTEGER,
      PolParser::DECIMAL,      PolParser::STRING,     PolParser::RAW_STRING,
      PolParser::HEREDOC,      PolParser::FOR,        PolParser::EQUAL,
      PolParser::LBRACE,       PolParser::RBRACE,     PolParser::LBRACKET,
      PolParser::RBRACKET,     PolParser::LPAREN,     PolParser::RPAREN,
      PolParser::COMMA,        PolParser::COLON,      PolParser::DOT,
      PolParser::ELLIPSIS,     PolParser::ARROW,      PolParser::QUESTION,
      PolParser::BANG,         PolParser::MINUS,      PolParser::STAR,
      PolParser::OPERATOR,     PolParser::ERROR};
  static_assert(std::size(kTypes) ==
                static_cast<size_t>(TokenKind::kError) + 1);
  return kTypes[static_cast<size_t>(kind)];
}

// What ANTLR sees of a Token.
class StreamToken final : public antlr4::Token {
 public:
  StreamToken(const syntax::Token& token, size_t index)
      : token_(token), type_(AntlrType(token.kind)), index_(index) {}

  const syntax::Token& token() const { return token_; }

  std::string getText() const override { return ""; }
  size_t getType() const override { return type_; }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() const override { return 0; }
  size_t getChannel() const override { return DEFAULT_CHANNEL; }
  size_t getTokenIndex() const override { return index_; }
  size_t getStartIndex() const override { return token_.begin; }
  size_t getStopIndex() const override { return token_.end; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }
  std::string toString() const override { return ""; }

 private:
  syntax::Token token_;
  size_t type_;
  size_t index_;
};

// All tokens at once: no copy per token, no channel, no text.
class Stream final : public antlr4::TokenStream {
 public:
  explicit Stream(const std::vector<syntax::Token>& tokens) {
    tokens_.reserve(tokens.size());
    for (const syntax::Token& token : tokens) {
      tokens_.emplace_back(token, tokens_.size());
    }
  }

  const syntax::Token& current() const { return tokens_[at_].token(); }
  const syntax::Token& Next() const {
    return tokens_[std::min(at_ + 1, tokens_.size() - 1)].token();
  }
  const syntax::Token& at(size_t index) const { return tokens_[index].token(); }

  antlr4::Token* LT(ssize_t k) override {
    const ssize_t index = static_cast<ssize_t>(at_) + (k > 0 ? k - 1 : k);
    if (index < 0) return nullptr;
    return &tokens_[std::min(static_cast<size_t>(index), tokens_.size() - 1)];
  }
  size_t LA(ssize_t k) override {
    if (k == 1) return tokens_[at_].getType();
    const antlr4::Token* token = LT(k);
    return token == nullptr ? static_cast<size_t>(-1) : token->getType();
  }
  void consume() override {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  size_t index() const { return at_; }
  void seek(size_t index) override {
    at_ = std::min(index, tokens_.size() - 1);
  }
  size_t size() override { return tokens_.size(); }
  std::string getSourceName() const override { return ""; }
  antlr4::Token* get(size_t index) const override {
    return const_cast<StreamToken*>(&tokens_[index]);
  }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getText(const antlr4::misc::Interval&) override { return ""; }
  std::string getText() override { return ""; }
  std::string getText(antlr4::RuleContext*) override { return ""; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return ""; }

 private:
  std::vector<StreamToken> tokens_;
  size_t at_ = 0;
};

// Thrown when the file has had enough errors.
struct Enough {};

// Both count the rules in the order of the grammar.
Rule RuleOf(const antlr4::ParserRuleContext* context) {
  static_assert(PolParser::RuleConfiguration == size_t{0} &&
                PolParser::RuleTerm == static_cast<size_t>(Rule::kTerm) &&
                PolParser::RuleForCondition ==
                    static_cast<size_t>(Rule::kForCondition));
  return static_cast<Rule>(context->getRuleIndex());
}

// Says what is wrong, once for an item, and goes on behind it.
class Recovery final : public antlr4::ANTLRErrorStrategy {
 public:
  Recovery(Explainer& explainer, Stream& stream, std::vector<bool>& broken)
      : explainer_(explainer), stream_(stream), broken_(broken) {}

  void reset(antlr4::Parser*) override { recovering_ = false; }
  bool inErrorRecoveryMode(antlr4::Parser*) override { return recovering_; }
  void reportMatch(antlr4::Parser*) override { recovering_ = false; }

  // Called before every choice; where a body or an item makes its choice, what
  // cannot be chosen is skipped here, so that the rest of the body is read.
  void sync(antlr4::Parser* parser) override {
    switch (parser->getContext()->getRuleIndex()) {
      case PolParser::RuleBody:
        return SkipJunk(parser);
      case PolParser::RuleItem:
        return CheckHeader(parser);
      default:
        return;
    }
  }

  antlr4::Token* recoverInline(antlr4::Parser* parser) override {
    antlr4::InputMismatchException error(parser);
    if (RuleOf(parser->getContext()) != Rule::kBlock) throw error;
    // Something is wrong in a block's header or on its one line: its brace is
    // still there.
    const TokenKind brace =
        InBlock(parser) ? TokenKind::kRightBrace : TokenKind::kLeftBrace;
    reportError(parser, error);
    if (!SkipTo(parser, brace)) throw error;
    antlr4::Token* found = parser->getCurrentToken();
    parser->consume();
    recovering_ = false;
    return found;
  }

  // Called by every rule that an error goes through. Rules inside an item are
  // left as a whole: they would take the line end behind it for their own.
  void recover(antlr4::Parser* parser, std::exception_ptr error) override {
    const Rule rule = RuleOf(parser->getContext());
    const bool outermost = rule == Rule::kItem || rule == Rule::kOneLine ||
                           rule == Rule::kBody || rule == Rule::kConfiguration;
    if (!outermost) std::rethrow_exception(error);
    SkipItem(parser, ItemLevel(parser));
    // An item that was left has no chance to take the end of its line.
    if (rule == Rule::kItem && stream_.current().kind == TokenKind::kNewline) {
      parser->consume();
      recovering_ = false;
    }
  }

  void reportError(antlr4::Parser* parser,
                   const antlr4::RecognitionException&) override {
    Report(parser);
  }

 private:
  using Context = antlr4::ParserRuleContext;

  // First token of the attribute or block that is being read.
  static size_t ItemOf(antlr4::Parser* parser) {
    for (antlr4::tree::ParseTree* at = parser->getContext(); at != nullptr;
         at = at->parent) {
      auto* context = static_cast<Context*>(at);
      const Rule rule = RuleOf(context);
      if (rule == Rule::kItem || rule == Rule::kOneLine) {
        return context->start->getTokenIndex();
      }
    }
    return 0;
  }

  uint16_t ItemLevel(antlr4::Parser* parser) const {
    return stream_.at(ItemOf(parser)).level;
  }

  // Whether the brace of the current item's block has been read.
  bool InBlock(antlr4::Parser* parser) const {
    const size_t item = ItemOf(parser);
    for (size_t i = item; i < stream_.index(); ++i) {
      if (stream_.at(i).kind == TokenKind::kLeftBrace) return true;
    }
    return false;
  }

  void Report(antlr4::Parser* parser) {
    const size_t item = ItemOf(parser);
    broken_[item] = true;
    if (recovering_) return;
    recovering_ = true;
    if (!explainer_.Explain({RuleOf(parser->getContext()), item,
                             stream_.index(), InBlock(parser)})) {
      throw Enough{};
    }
  }

  // Up to the line end or closing bracket that ends an item at `level`.
  void SkipItem(antlr4::Parser* parser, uint16_t level) {
    while (!EndsItem(stream_.current(), level)) parser->consume();
  }

  static bool EndsItem(const Token& token, uint16_t level) {
    return token.kind == TokenKind::kEnd || token.level < level ||
           (token.kind == TokenKind::kNewline && token.level == level);
  }

  // To the next brace of the block whose header is at the level of the current
  // item.
  bool SkipTo(antlr4::Parser* parser, TokenKind brace) {
    const uint16_t level = ItemLevel(parser);
    auto is_brace = [&] {
      return stream_.current().kind == brace &&
             stream_.current().level == level;
    };
    while (!is_brace()) {
      // A brace on the next line belongs to this header: nothing else begins
      // with one.
      const bool header = brace == TokenKind::kLeftBrace &&
                          stream_.current().kind == TokenKind::kNewline &&
                          stream_.Next().kind == brace;
      if (!header && EndsItem(stream_.current(), level)) return false;
      parser->consume();
    }
    return true;
  }

  void SkipJunk(antlr4::Parser* parser) {
    while (true) {
      const Token token = stream_.current();
      if (token.kind == TokenKind::kIdentifier ||
          token.kind == TokenKind::kRightBrace ||
          token.kind == TokenKind::kEnd) {
        return;
      }
      if (!explainer_.ExplainJunk(stream_.index())) throw Enough{};
      recovering_ = true;
      SkipItem(parser, token.level);
      if (stream_.current().kind == TokenKind::kNewline) parser->consume();
      recovering_ = false;
    }
  }

  void CheckHeader(antlr4::Parser* parser) {
    const TokenKind kind = stream_.current().kind;
    if (recovering_ || kind == TokenKind::kEqual ||
        kind == TokenKind::kIdentifier || kind == TokenKind::kString ||
        kind == TokenKind::kLeftBrace) {
      return;
    }
    Report(parser);
    if (SkipTo(parser, TokenKind::kLeftBrace)) recovering_ = false;
  }

  Explainer& explainer_;
  Stream& stream_;
  std::vector<bool>& broken_;
  bool recovering_ = false;
};

// Writes down which rules are entered and left.
class TreeWriter final : public antlr4::tree::ParseTreeListener {
 public:
  explicit TreeWriter(std::vector<Node>& nodes) : nodes_(nodes) {}

  void enterEveryRule(antlr4::ParserRuleContext* context) override {
    open_.push_back(static_cast<uint32_t>(nodes_.size()));
    const auto first = static_cast<uint32_t>(context->start->getTokenIndex());
    nodes_.push_back({RuleOf(context), first, first, 0});
  }
  void exitEveryRule(antlr4::ParserRuleContext* context) override {
    Node& node = nodes_[open_.back()];
    open_.pop_back();
    node.end = static_cast<uint32_t>(nodes_.size());
    if (context->stop != nullptr) {
      node.last = static_cast<uint32_t>(context->stop->getTokenIndex());
    }
  }
  void visitTerminal(antlr4::tree::TerminalNode*) override {}
  void visitErrorNode(antlr4::tree::ErrorNode*) override {}

 private:
  std::vector<Node>& nodes_;
  std::vector<uint32_t> open_;
};

void ReadTokens(Explainer& explainer, Tree& tree) {
  Stream stream(tree.tokens);
  TreeWriter writer(tree.nodes);
  PolParser parser(&stream);
  parser.removeErrorListeners();
  parser.setBuildParseTree(false);
  parser.addParseListener(&writer);
  // Prediction stays at ANTLR's default: SLL first, and LL where that
  // conflicts.
  parser.setErrorHandler(
      std::make_shared<Recovery>(explainer, stream, tree.broken));
  try {
    parser.configuration();
  } catch (const Enough&) {
    // What was read up to here is in the tree.
  }
}

}  // namespace

Ast Parse(FileId file, const SourceSet& sources, diag::Sink& sink) {
  Ast ast;
  ast.file = file;
  if (!CheckText(file, sources, sink)) return ast;
  const std::string_view text = sources.file(file).text();
  Tree tree;
  tree.tokens = LayOut(file, text, Scan(file, text, sink), sink);
  tree.broken.resize(tree.tokens.size());
  Explainer explainer(file, text, tree.tokens, sink);
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
  ast.body = BuildBody(file, text, tree, sink);
  return ast;
}

}  // namespace pol::syntax
