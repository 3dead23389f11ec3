// What the generated parser runs on instead of antlr4::Parser's own machinery.
//
// The grammar is decided by one token of look-ahead, so of ANTLR's runtime only
// the shape of the generated functions is needed: no tree of contexts, no
// simulator, no token objects. The functions name what they call without
// saying where it is from; the members here hide those of antlr4::Parser, are
// not virtual, and allocate nothing per rule or token.
#ifndef POL_GRAMMAR_QUICK_PARSER_H_
#define POL_GRAMMAR_QUICK_PARSER_H_

#include <antlr4-runtime.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <new>
#include <utility>
#include <vector>

namespace pol::grammar {

// The base of the generated contexts. Their accessors are never called: the
// tree is what the hooks of QuickParser write down.
class QuickContext {
 public:
  QuickContext(antlr4::ParserRuleContext*, size_t) {}
  virtual ~QuickContext() = default;
  virtual size_t getRuleIndex() const = 0;

  std::exception_ptr exception;

 protected:
  antlr4::tree::TerminalNode* getToken(size_t, size_t) { return nullptr; }
  std::vector<antlr4::tree::TerminalNode*> getTokens(size_t) { return {}; }
  template <typename Context>
  Context* getRuleContext(size_t) {
    return nullptr;
  }
  template <typename Context>
  std::vector<Context*> getRuleContexts() {
    return {};
  }
};

class QuickParser : public antlr4::Parser {
 public:
  explicit QuickParser(antlr4::TokenStream*) : antlr4::Parser(nullptr) {}

  // A rule that is being read.
  struct Frame {
    size_t rule;
    size_t first;  // token
  };

  // The types of all tokens, in the order of the text, EOF (as -1) last. They
  // outlive the parser.
  void SetTypes(const std::vector<int8_t>& types) { input_.types = &types; }

 protected:
  // Called in every rule that is entered and left, whichever way.
  virtual void Enter(size_t rule) = 0;
  virtual void Exit() = 0;
  // Called before a choice in the rules that WatchChoices() has named.
  virtual void Choose() = 0;
  // The token does not fit; called once, before whatever handles it.
  virtual void Explain() = 0;
  // What must come does not. Either moves behind it and returns, or throws
  // RecognitionException.
  virtual void RepairMatch(size_t type) = 0;
  // Called in a rule that an error has left; goes on behind it or rethrows.
  virtual void Recover(std::exception_ptr error) = 0;

  void WatchChoices(size_t rule) { watched_ |= uint64_t{1} << rule; }

  size_t at() const { return input_.at; }
  void Advance() {
    if (input_.at + 1 < input_.types->size()) ++input_.at;
  }
  // From the outermost to the one that is being read.
  const std::vector<Frame>& frames() const { return frames_; }
  bool recovering() const { return recovering_; }
  void set_recovering(bool recovering) { recovering_ = recovering; }

  // From here on: names that the generated code uses.

  struct RecognitionException {};
  struct NoViableAltException : RecognitionException {
    explicit NoViableAltException(QuickParser*) {}
  };

  struct Input {
    size_t LA(ptrdiff_t) const {
      return static_cast<size_t>(static_cast<ptrdiff_t>((*types)[at]));
    }
    const std::vector<int8_t>* types = nullptr;
    size_t at = 0;
  };

  struct Handler {
    void sync(QuickParser* parser) {
      if (parser->watched_ >> parser->frames_.back().rule & 1) {
        parser->Choose();
      }
    }
    void reportError(QuickParser* parser, const RecognitionException&) {
      parser->Explain();
    }
    void recover(QuickParser* parser, std::exception_ptr error) {
      parser->Recover(std::move(error));
    }
    void recoverInline(QuickParser* parser) { parser->RepairMatch(0); }
    void reportMatch(QuickParser* parser) { parser->recovering_ = false; }
  };

  // Contexts on a stack of their own; exitRule() takes the top one away.
  class Contexts {
   public:
    template <typename Context>
    Context* createInstance(QuickContext*, size_t) {
      static_assert(sizeof(Context) <= sizeof(Slot));
      if (used_ == slots_.size()) slots_.emplace_back();
      return new (&slots_[used_++]) Context(nullptr, 0);
    }
    void Pop() {
      --used_;
      std::launder(reinterpret_cast<QuickContext*>(&slots_[used_]))
          ->~QuickContext();
    }

   private:
    struct alignas(QuickContext) Slot {
      std::byte bytes[sizeof(QuickContext)];
    };
    std::deque<Slot> slots_;
    size_t used_ = 0;
  };

  template <typename Action>
  class [[nodiscard]] AtEnd {
   public:
    explicit AtEnd(Action action) : action_(std::move(action)) {}
    AtEnd(const AtEnd&) = delete;
    AtEnd& operator=(const AtEnd&) = delete;
    ~AtEnd() { action_(); }

   private:
    Action action_;
  };
  template <typename Action>
  AtEnd<Action> finally(Action action) {
    return AtEnd<Action>(std::move(action));
  }

  void enterRule(QuickContext*, size_t, size_t rule) {
    frames_.push_back({rule, input_.at});
    Enter(rule);
  }
  void exitRule() {
    Exit();
    frames_.pop_back();
    _tracker.Pop();
  }
  void enterOuterAlt(QuickContext*, size_t) {}
  void setState(size_t) {}
  size_t getState() const { return 0; }

  // Templates, so that they hide functions of the same type and are no
  // overrides of them.
  template <typename Type>
  void match(Type token_type) {
    const auto type = static_cast<size_t>(token_type);
    if (input_.LA(1) != type) return RepairMatch(type);
    recovering_ = false;
    Advance();
  }
  template <int = 0>
  void consume() {
    Advance();
  }

  Input input_;
  Handler handler_;
  Input* const _input = &input_;
  Handler* const _errHandler = &handler_;
  Contexts _tracker;
  static constexpr QuickContext* _ctx = nullptr;

 private:
  std::vector<Frame> frames_;
  uint64_t watched_ = 0;
  bool recovering_ = false;
};

}  // namespace pol::grammar

#endif  // POL_GRAMMAR_QUICK_PARSER_H_
