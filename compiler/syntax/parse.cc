#include "compiler/syntax/parse.h"

#include <antlr4-runtime.h>

#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "PolParser.h"
#include "absl/strings/numbers.h"
#include "compiler/diag/cat.h"
#include "compiler/support/check.h"
#include "compiler/syntax/check_text.h"
#include "compiler/syntax/decode.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/layout.h"
#include "compiler/syntax/scan.h"
#include "compiler/syntax/token.h"

// The only file that sees ANTLR, and so the only one in which something may
// throw.

namespace pol::syntax {
namespace {

using grammar::PolParser;
using support::FileId;
using support::SourceSet;
using support::Span;

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

// Says what is wrong in our words, once for an item, and goes on behind it.
class Recovery final : public antlr4::ANTLRErrorStrategy {
 public:
  Recovery(FileId file, std::string_view text, Stream& stream, diag::Sink& sink)
      : file_(file),
        text_(text),
        stream_(stream),
        sink_(sink),
        broken_(stream.size(), false) {}

  // Whether the item that begins at this token was reported.
  bool IsBroken(size_t index) const { return broken_[index]; }

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
    const size_t rule = parser->getContext()->getRuleIndex();
    if (rule != PolParser::RuleBlock) throw error;
    // Something is wrong in a block's header or on its one line: its brace is
    // still there.
    reportError(parser, error);
    const bool one_line = !parser->getContext()->children.empty() &&
                          HasBrace(parser->getContext());
    if (!SkipTo(parser,
                one_line ? TokenKind::kRightBrace : TokenKind::kLeftBrace)) {
      throw error;
    }
    antlr4::Token* found = parser->getCurrentToken();
    parser->consume();
    recovering_ = false;
    return found;
  }

  void recover(antlr4::Parser* parser, std::exception_ptr) override {
    SkipItem(parser, ItemLevel(parser));
  }

  void reportError(antlr4::Parser* parser,
                   const antlr4::RecognitionException&) override {
    MarkBroken(parser);
    if (recovering_) return;
    recovering_ = true;
    Explain(parser->getContext());
  }

 private:
  using Context = antlr4::ParserRuleContext;

  Span At(const Token& token) const { return {file_, token.begin, token.end}; }
  std::string_view TextOf(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  static bool HasBrace(Context* context) {
    return context->getToken(PolParser::LBRACE, 0) != nullptr;
  }

  // The attribute or block that is being read; null between two.
  static Context* ItemOf(antlr4::Parser* parser) {
    for (antlr4::tree::ParseTree* at = parser->getContext(); at != nullptr;
         at = at->parent) {
      auto* context = static_cast<Context*>(at);
      const size_t rule = context->getRuleIndex();
      if (rule == PolParser::RuleItem || rule == PolParser::RuleOneLine) {
        return context;
      }
    }
    return nullptr;
  }

  uint16_t ItemLevel(antlr4::Parser* parser) const {
    Context* item = ItemOf(parser);
    return item == nullptr ? 0 : stream_.at(item->start->getTokenIndex()).level;
  }

  void MarkBroken(antlr4::Parser* parser) {
    Context* item = ItemOf(parser);
    if (item != nullptr) broken_[item->start->getTokenIndex()] = true;
  }

  // Up to the line end or closing bracket that ends an item at `level`.
  void SkipItem(antlr4::Parser* parser, uint16_t level) {
    while (true) {
      const Token& token = stream_.current();
      if (token.kind == TokenKind::kEnd || token.level < level) return;
      if (token.kind == TokenKind::kNewline && token.level == level) return;
      parser->consume();
    }
  }

  // To the next brace of the block whose header is at the level of the current
  // item.
  bool SkipTo(antlr4::Parser* parser, TokenKind brace) {
    const uint16_t level = ItemLevel(parser);
    while (true) {
      const Token& token = stream_.current();
      if (token.kind == brace && token.level == level) return true;
      if (token.kind == TokenKind::kEnd || token.level < level) return false;
      if (token.kind == TokenKind::kNewline && token.level == level) {
        return false;
      }
      parser->consume();
    }
  }

  void SkipJunk(antlr4::Parser* parser) {
    while (true) {
      const Token token = stream_.current();
      if (token.kind == TokenKind::kIdentifier ||
          token.kind == TokenKind::kRightBrace ||
          token.kind == TokenKind::kEnd) {
        return;
      }
      if (!recovering_) {
        recovering_ = true;
        Report(kNotAnItem, diag::Cat("expected an attribute or a block, found ",
                                     Found(token)));
      }
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
    recovering_ = true;
    MarkBroken(parser);
    ExplainHeader();
    if (SkipTo(parser, TokenKind::kLeftBrace)) recovering_ = false;
  }

  std::string Found(const Token& token) const {
    if (token.kind == TokenKind::kEnd) return "the end of the file";
    if (token.kind == TokenKind::kNewline) return "the end of the line";
    std::string_view text = TextOf(token);
    if (text.empty()) return "nothing";
    text = text.substr(0, text.find('\n'));
    constexpr size_t kShown = 40;
    if (text.size() <= kShown) return diag::Cat("`", text, "`");
    size_t cut = kShown;
    while ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    return diag::Cat("`", text.substr(0, cut), "…`");
  }

  // Where to point: at the token, or right behind the last one for what is
  // missing there.
  Span Place() const {
    const Token& token = stream_.current();
    if (token.kind != TokenKind::kNewline && token.kind != TokenKind::kEnd) {
      return At(token);
    }
    const uint32_t end =
        token.kind == TokenKind::kNewline ? token.begin : token.begin;
    // Before the blanks and the comment that end the line.
    const size_t index = const_cast<Stream&>(stream_).index();
    if (index == 0) return {file_, end, end};
    const Token& last = stream_.at(index - 1);
    return {file_, last.end, last.end};
  }

  void Report(const Code& code, std::string message, std::string mark = "",
              std::string help = "") {
    // What the scanner has said about a token of this line is the reason.
    if (TouchesBadToken()) return;
    if (++reported_ > kErrorLimit) {
      sink_.Report(kTooManyErrors, Place(),
                   diag::Cat("more than ", kErrorLimit,
                             " syntax errors; the rest of this file was not "
                             "read"));
      throw Enough{};
    }
    auto& diagnostic = sink_.Report(code, Place(), std::move(message));
    if (!mark.empty()) diagnostic.Mark(std::move(mark));
    if (!help.empty()) diagnostic.Help(std::move(help));
  }

  bool TouchesBadToken() const {
    const size_t index = const_cast<Stream&>(stream_).index();
    for (size_t i = index + 1; i-- > 0;) {
      const Token& token = stream_.at(i);
      if (token.bad) return true;
      if (i < index && token.kind == TokenKind::kNewline) break;
    }
    for (size_t i = index; i < const_cast<Stream&>(stream_).size(); ++i) {
      const Token& token = stream_.at(i);
      if (token.bad) return true;
      if (token.kind == TokenKind::kNewline) break;
    }
    return false;
  }

  std::string_view ItemName(Context* context) const {
    for (antlr4::tree::ParseTree* at = context; at != nullptr;
         at = at->parent) {
      auto* rule = static_cast<Context*>(at);
      if (rule->getRuleIndex() == PolParser::RuleItem ||
          rule->getRuleIndex() == PolParser::RuleOneLine) {
        return TextOf(stream_.at(rule->start->getTokenIndex()));
      }
    }
    return "";
  }

  void ExplainHeader() {
    const size_t index = const_cast<Stream&>(stream_).index();
    size_t first = index;
    while (first > 0 && stream_.at(first - 1).kind != TokenKind::kNewline &&
           stream_.at(first - 1).kind != TokenKind::kLeftBrace) {
      --first;
    }
    const std::string_view name = TextOf(stream_.at(first));
    std::string help;
    if (stream_.current().kind == TokenKind::kColon) {
      help = diag::Cat("an attribute is written `", name, " = value`");
    }
    Report(kBrokenHeader,
           diag::Cat("expected `=` or a block after `", name, "`, found ",
                     Found(stream_.current())),
           "", std::move(help));
  }

  void Explain(Context* context) {
    const std::string found = Found(stream_.current());
    switch (context->getRuleIndex()) {
      case PolParser::RuleItem:
        return ExplainLine(context);
      case PolParser::RuleAssignment:
        return ExplainOneLine(context);
      case PolParser::RuleBlock:
        return HasBrace(context) ? ExplainOneLine(context) : ExplainHeader();
      case PolParser::RuleList:
      case PolParser::RuleElements:
        return Report(kBrokenList, diag::Cat("expected `,` or `]` in this "
                                             "list, found ",
                                             found));
      case PolParser::RuleCall:
      case PolParser::RuleParentheses:
        return Report(kBrokenList, diag::Cat("expected `)`, found ", found));
      case PolParser::RuleObject:
      case PolParser::RuleObjectItems:
      case PolParser::RuleSeparator:
        return Report(kBrokenObject,
                      diag::Cat("expected `,`, the end of the line or `}` in "
                                "this object, found ",
                                found));
      case PolParser::RuleObjectItem:
        return Report(kBrokenObject,
                      diag::Cat("expected `=` after a key of this object, "
                                "found ",
                                found));
      case PolParser::RuleForIntroduction:
      case PolParser::RuleForCondition:
        return Report(kFor, "for expressions are not part of edition 1");
      case PolParser::RuleConditional:
        return Report(kConditional, "conditionals are not part of edition 1");
      case PolParser::RuleSuffix:
        return Report(kNoValue,
                      diag::Cat("expected a name or an index, found ", found));
      default:
        return Report(
            kNoValue, diag::Cat("expected a value, found ", found),
            ItemName(context).empty()
                ? ""
                : diag::Cat("`", ItemName(context), "` needs a value"));
    }
  }

  void ExplainLine(Context* context) {
    const TokenKind kind = stream_.current().kind;
    std::string help = "each attribute stands on a line of its own";
    if (kind == TokenKind::kRightBrace) {
      help =
          "the closing brace of a block of several lines stands on a line of "
          "its own";
    } else if (kind == TokenKind::kIdentifier || kind == TokenKind::kMinus) {
      help = "text stands in double quotes";
    }
    Report(kLineNotOver,
           diag::Cat("expected the end of the line after `", ItemName(context),
                     "`, found ", Found(stream_.current())),
           "", std::move(help));
  }

  void ExplainOneLine(Context* context) {
    std::string_view what = "holds at most one attribute";
    const TokenKind kind = stream_.current().kind;
    if (kind == TokenKind::kNewline) {
      what = "has its closing brace on the same line";
    } else if (context->getRuleIndex() == PolParser::RuleAssignment) {
      const bool block = kind == TokenKind::kLeftBrace ||
                         kind == TokenKind::kString ||
                         kind == TokenKind::kIdentifier;
      if (!block) return ExplainHeader();
      what = "holds no other block";
    }
    Report(kBrokenOneLineBlock,
           diag::Cat("a block on one line ", what, "; found ",
                     Found(stream_.current())),
           "", "put the contents of the block on lines of their own");
  }

  const FileId file_;
  const std::string_view text_;
  Stream& stream_;
  diag::Sink& sink_;
  std::vector<bool> broken_;
  bool recovering_ = false;
  size_t reported_ = 0;
};

// ANTLR's tree to ours.
class Builder {
 public:
  Builder(FileId file, std::string_view text, const Stream& stream,
          const Recovery& recovery, diag::Sink& sink)
      : file_(file),
        text_(text),
        stream_(stream),
        recovery_(recovery),
        sink_(sink) {}

  void FillBody(PolParser::BodyContext* context, Body& body) {
    if (context == nullptr) return;
    for (antlr4::tree::ParseTree* child : context->children) {
      if (auto* item = dynamic_cast<PolParser::ItemContext*>(child)) {
        Fill(item->start, item->assignment(), item->block(), body);
      }
    }
  }

 private:
  const Token& TokenAt(const antlr4::Token* token) const {
    return static_cast<const StreamToken*>(token)->token();
  }
  Span At(const Token& token) const { return {file_, token.begin, token.end}; }
  std::string_view TextOf(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }
  Span SpanOf(antlr4::ParserRuleContext* context) const {
    const uint32_t begin = TokenAt(context->start).begin;
    const uint32_t end = context->stop == nullptr ? TokenAt(context->start).end
                                                  : TokenAt(context->stop).end;
    return {file_, begin, std::max(begin, end)};
  }

  void Fill(antlr4::Token* start, PolParser::AssignmentContext* assignment,
            PolParser::BlockContext* block, Body& body) {
    const Token& name = TokenAt(start);
    if (block != nullptr) {
      FillBlock(name, block, body);
      return;
    }
    // A broken item that is not a block is an attribute without a value.
    Attribute attribute;
    attribute.name = TextOf(name);
    attribute.name_span = At(name);
    attribute.value.span = attribute.name_span;
    if (assignment != nullptr && !recovery_.IsBroken(start->getTokenIndex())) {
      attribute.value = Build(assignment->expression());
    }
    attribute.span = support::Join(attribute.name_span, attribute.value.span);
    body.attributes.push_back(std::move(attribute));
  }

  void FillBlock(const Token& name, PolParser::BlockContext* context,
                 Body& body) {
    Block block;
    block.type = TextOf(name);
    block.type_span = At(name);
    block.header_span = block.type_span;
    for (PolParser::LabelContext* label : context->label()) {
      const Token& token = TokenAt(label->start);
      std::optional<std::string> text(TextOf(token));
      if (token.kind == TokenKind::kString) {
        text = DecodeString(file_, text_, token, sink_);
      }
      block.labels.push_back({text.value_or(""), At(token), !text.has_value()});
      block.header_span = support::Join(block.header_span, At(token));
    }
    block.span = support::Join(block.type_span, SpanOf(context));
    FillBody(context->body(), block.body);
    if (PolParser::OneLineContext* line = context->oneLine()) {
      Fill(line->start, line->assignment(), nullptr, block.body);
    }
    body.blocks.push_back(std::move(block));
  }

  // What edition 1 does not evaluate is understood, named once and left out.
  Expression Refuse(const Code& code, Span span, std::string_view what) {
    sink_.Report(code, span, diag::Cat(what, " are not part of edition 1"))
        .Mark("not evaluated");
    return {span, Invalid{}};
  }

  Expression Build(PolParser::ExpressionContext* context) {
    const Span span = SpanOf(context);
    if (context->conditional() != nullptr) {
      return Refuse(kConditional, span, "conditionals");
    }
    if (context->children.size() == 1) {
      return BuildTerm(
          static_cast<PolParser::TermContext*>(context->children[0]));
    }
    // A sign before a number is part of it.
    const std::vector<PolParser::PrefixContext*> prefixes = context->prefix();
    if (context->children.size() == 2 && prefixes.size() == 1 &&
        prefixes[0]->MINUS() != nullptr) {
      PolParser::TermContext* term = context->term(0);
      const Token& number = TokenAt(term->start);
      if (term->start == term->stop && number.kind == TokenKind::kInteger) {
        return BuildInteger(number, span, true);
      }
      if (term->start == term->stop && number.kind == TokenKind::kDecimal) {
        return {span, Decimal{text_.substr(span.begin, span.end - span.begin)}};
      }
    }
    return Refuse(kOperator, span, "operators");
  }

  Expression BuildTerm(PolParser::TermContext* context) {
    const Span span = SpanOf(context);
    const Token& first = TokenAt(context->start);
    if (PolParser::NameContext* name = context->name()) {
      if (name->call() != nullptr) {
        return Refuse(kCall, span, "function calls");
      }
      return BuildName(context, first, span);
    }
    if (context->children.size() > 1) {
      return Refuse(kComputedIndex, span, "indexes into computed values");
    }
    switch (first.kind) {
      case TokenKind::kInteger:
        return BuildInteger(first, span, false);
      case TokenKind::kDecimal:
        if (first.bad) return {span, Invalid{}};
        return {span, Decimal{TextOf(first)}};
      case TokenKind::kString:
      case TokenKind::kRawString:
      case TokenKind::kHeredoc: {
        std::optional<std::string> value =
            DecodeString(file_, text_, first, sink_);
        if (!value.has_value()) return {span, Invalid{}};
        return {span, *std::move(value)};
      }
      case TokenKind::kLeftBracket:
        return BuildList(context->list(), span);
      case TokenKind::kLeftBrace:
        return BuildObject(context->object(), span);
      default:
        return Build(context->parentheses()->expression());
    }
  }

  Expression BuildInteger(const Token& token, Span span, bool negative) {
    if (token.bad) return {span, Invalid{}};
    int64_t value = 0;
    const std::string text = diag::Cat(negative ? "-" : "", TextOf(token));
    if (!absl::SimpleAtoi(text, &value)) {
      sink_.Report(kNumberRange, span,
                   diag::Cat("`", text, "` does not fit in 64 bits"));
      return {span, Invalid{}};
    }
    return {span, value};
  }

  Expression BuildName(PolParser::TermContext* context, const Token& first,
                       Span span) {
    const std::string_view root = TextOf(first);
    Traversal traversal{root, At(first), {}};
    for (PolParser::SuffixContext* suffix : context->suffix()) {
      if (suffix->STAR() != nullptr) return Refuse(kSplat, span, "splats");
      if (!AddStep(suffix, traversal)) return {span, Invalid{}};
    }
    if (traversal.steps.empty()) {
      if (root == "true") return {span, true};
      if (root == "false") return {span, false};
      if (root == "null") return {span, Null{}};
    }
    return {span, std::move(traversal)};
  }

  bool AddStep(PolParser::SuffixContext* suffix, Traversal& traversal) {
    Traversal::Step step;
    if (PolParser::ExpressionContext* index = suffix->expression()) {
      Expression key = Build(index);
      step.span = key.span;
      if (std::holds_alternative<Invalid>(key.value)) return false;
      if (auto* number = std::get_if<int64_t>(&key.value)) {
        step.key = *number;
      } else if (auto* text = std::get_if<std::string>(&key.value)) {
        step.key = std::move(*text);
      } else {
        Refuse(kComputedIndex, key.span, "computed indexes");
        return false;
      }
    } else {
      const Token& name = TokenAt(suffix->stop);
      step.span = At(name);
      int64_t number = 0;
      if (name.kind != TokenKind::kInteger) {
        step.key = std::string(TextOf(name));
      } else if (absl::SimpleAtoi(support::ToAbsl(TextOf(name)), &number)) {
        step.key = number;
      } else {
        if (!name.bad) {
          sink_.Report(
              kNumberRange, At(name),
              diag::Cat("`", TextOf(name), "` does not fit in 64 bits"));
        }
        return false;
      }
    }
    traversal.steps.push_back(std::move(step));
    return true;
  }

  Expression BuildList(PolParser::ListContext* context, Span span) {
    if (context->forIntroduction() != nullptr) {
      return Refuse(kFor, span, "for expressions");
    }
    List list;
    if (PolParser::ElementsContext* elements = context->elements()) {
      for (PolParser::ExpressionContext* element : elements->expression()) {
        list.elements.push_back(Build(element));
      }
    }
    return {span, std::move(list)};
  }

  Expression BuildObject(PolParser::ObjectContext* context, Span span) {
    if (context->forIntroduction() != nullptr) {
      return Refuse(kFor, span, "for expressions");
    }
    Object object;
    if (PolParser::ObjectItemsContext* items = context->objectItems()) {
      for (PolParser::ObjectItemContext* item : items->objectItem()) {
        if (std::optional<ObjectItem> built = BuildItem(item)) {
          object.items.push_back(*std::move(built));
        }
      }
    }
    return {span, std::move(object)};
  }

  // A bare name as a key is the name itself, as in HCL.
  std::optional<ObjectItem> BuildItem(PolParser::ObjectItemContext* context) {
    PolParser::ExpressionContext* key = context->expression(0);
    const Token& first = TokenAt(key->start);
    ObjectItem item;
    item.key_span = SpanOf(key);
    item.value = Build(context->expression(1));
    if (first.kind == TokenKind::kIdentifier && key->start == key->stop) {
      item.key = std::string(TextOf(first));
      return item;
    }
    Expression built = Build(key);
    if (auto* text = std::get_if<std::string>(&built.value)) {
      item.key = std::move(*text);
      return item;
    }
    if (auto* number = std::get_if<int64_t>(&built.value)) {
      item.key = std::to_string(*number);
      return item;
    }
    if (!std::holds_alternative<Invalid>(built.value)) {
      Refuse(kComputedIndex, item.key_span, "computed keys");
    }
    return std::nullopt;
  }

  const FileId file_;
  const std::string_view text_;
  const Stream& stream_;
  const Recovery& recovery_;
  diag::Sink& sink_;
};

// One reading of the tokens.
class Reading {
 public:
  Reading(FileId file, std::string_view text, const std::vector<Token>& tokens,
          diag::Sink& sink)
      : stream_(tokens),
        recovery_(std::make_shared<Recovery>(file, text, stream_, sink)),
        builder_(file, text, stream_, *recovery_, sink),
        parser_(&stream_) {
    parser_.removeErrorListeners();
    // Prediction stays at ANTLR's default: SLL first, and LL where that
    // conflicts.
    parser_.setErrorHandler(recovery_);
  }

  void Fill(Body& body) {
    PolParser::ConfigurationContext* tree = nullptr;
    try {
      tree = parser_.configuration();
    } catch (const Enough&) {
      return;
    }
    builder_.FillBody(tree->body(), body);
  }

 private:
  Stream stream_;
  std::shared_ptr<Recovery> recovery_;
  Builder builder_;
  PolParser parser_;
};

}  // namespace

Ast Parse(FileId file, const SourceSet& sources, diag::Sink& sink) {
  Ast ast;
  ast.file = file;
  if (!CheckText(file, sources, sink)) return ast;
  const std::string_view text = sources.file(file).text();
  const std::vector<Token> tokens =
      LayOut(file, text, Scan(file, text, sink), sink);
  std::string failure;
  try {
    Reading(file, text, tokens, sink).Fill(ast.body);
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
    failure = "an exception without a name";
  }
  // Recovery handles everything that a text can cause.
  POL_CHECK(failure.empty()) << "the parser threw: " << failure;
  return ast;
}

}  // namespace pol::syntax
