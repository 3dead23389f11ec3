// Typed values out of the attributes of one block: expressions evaluated, types
// checked, texts parsed.
//
// Every function reports what is wrong, remembers it (good()), and then returns
// nothing. A value that came by way of a name is reported where it stands, with
// the use as a label.
#ifndef POL_COMPILER_SEMA_BLOCK_READER_H_
#define POL_COMPILER_SEMA_BLOCK_READER_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/sink.h"
#include "compiler/eval/budget.h"
#include "compiler/eval/value.h"
#include "compiler/sema/names.h"
#include "compiler/sema/peers.h"
#include "compiler/sema/schema.h"
#include "compiler/sema/scope.h"
#include "compiler/support/status.h"
#include "compiler/syntax/ast.h"
#include "compiler/values/port_range.h"

namespace pol::sema {

// What reading a block of one instance needs.
struct Context {
  Names& names;
  Scope& scope;
  PeerTable& peers;
  Model& model;
  eval::Budget& budget;
  diag::Sink& sink;

  InstanceNumber instance() const { return scope.instance(); }
};

// A value and the attribute that led to it.
struct Given {
  eval::Value value;
  const syntax::Attribute* attribute = nullptr;

  Span span() const { return value.span(); }
};

// One word that an attribute takes.
template <typename T>
struct Word {
  std::string_view text;
  T meaning;
};

class BlockReader {
 public:
  // Checks the block's header and names against the rule.
  BlockReader(const syntax::Block& block, const BlockRule& rule,
              Context& context);

  const syntax::Block& block() const { return block_; }
  Context& context() { return context_; }
  diag::Sink& sink() { return context_.sink; }
  bool good() const { return good_; }
  void Fail() { good_ = false; }

  // The label's text with the module's path in front; the label's span, or the
  // header's without one.
  std::string Name() const;
  Span LabelSpan() const;

  // Written, and not as `null`.
  const syntax::Attribute* Find(std::string_view name) const {
    return fields_.Find(name);
  }
  const syntax::Block* FindBlock(std::string_view type) const {
    return fields_.FindBlock(type);
  }

  // Nothing when it is absent, null or wrong.
  std::optional<Given> Get(std::string_view name);
  std::optional<std::string> Text(std::string_view name);
  std::optional<bool> Bool(std::string_view name);
  // The elements of a list, or the one value that is no list. `empty` says
  // whether a list may be.
  enum class Empty { kRefused, kTaken };
  std::vector<Given> Many(std::string_view name, Empty empty = Empty::kRefused);

  std::optional<std::string> TextOf(const Given& given);

  // `parse` is absl::StatusOr<T>(std::string_view).
  template <typename Parse>
  auto Parsed(const Given& given, const Code& code, Parse parse)
      -> std::optional<typename decltype(parse(""))::value_type> {
    const std::optional<std::string> text = TextOf(given);
    if (!text.has_value()) return std::nullopt;
    auto parsed = parse(*text);
    if (parsed.ok()) return *std::move(parsed);
    ReportBad(code, given, parsed.status());
    return std::nullopt;
  }
  template <typename Parse>
  auto Parsed(std::string_view name, const Code& code, Parse parse)
      -> std::optional<typename decltype(parse(""))::value_type> {
    const std::optional<Given> given = Get(name);
    if (!given.has_value()) return std::nullopt;
    return Parsed(*given, code, parse);
  }

  // A text that `check` (absl::Status(std::string_view)) has nothing against.
  template <typename Check>
  std::optional<std::string> Checked(std::string_view name, const Code& code,
                                     Check check) {
    const std::optional<Given> given = Get(name);
    if (!given.has_value()) return std::nullopt;
    std::optional<std::string> text = TextOf(*given);
    if (!text.has_value()) return std::nullopt;
    const absl::Status status = check(*text);
    if (status.ok()) return text;
    ReportBad(code, *given, status);
    return std::nullopt;
  }

  // Sets `field` when the attribute is there.
  template <typename T>
  void Set(T& field, std::string_view name,
           std::initializer_list<Word<T>> words) {
    const std::optional<Given> given = Get(name);
    if (!given.has_value()) return;
    const std::optional<std::string> text = TextOf(*given);
    if (!text.has_value()) return;
    std::vector<std::string_view> known;
    for (const Word<T>& word : words) {
      known.push_back(word.text);
      if (word.text == *text) {
        field = word.meaning;
        return;
      }
    }
    ReportUnknownWord(*given, *text, known);
  }
  void SetText(std::string& field, std::string_view name) {
    field = Text(name).value_or(field);
  }

  // Of `protocol`: one of the words that the block takes.
  void SetProtocol(values::Protocol& field);

  // The one of two forms that is there. Both are an error, and so is neither
  // when `needed` (the help) is not empty.
  const syntax::Attribute* Either(std::string_view long_form,
                                  std::string_view short_form,
                                  std::string_view needed);

  // Of `port` or `ports`, in the order written; nothing for an empty list.
  std::vector<values::PortRange> Ports(const syntax::Attribute& attribute);
  // Of a protocol without ports they can be "any" only.
  void CheckPorts(values::Protocol protocol,
                  const std::vector<values::PortRange>& ports,
                  const syntax::Attribute& attribute);

  diag::Diagnostic& Report(const Code& code, const Given& given,
                           std::string message);
  void ReportType(const Given& given, std::string_view expected);
  void ReportBad(const Code& code, const Given& given,
                 const absl::Status& status);
  void ReportUnknownWord(const Given& given, std::string_view text,
                         const std::vector<std::string_view>& known);
  // "did you mean" for a text that stands in quotes.
  static void Suggest(diag::Diagnostic& diagnostic, const Given& given,
                      std::string_view text,
                      const std::vector<std::string_view>& known);

 private:
  std::optional<Given> Evaluate(const syntax::Attribute& attribute);
  std::optional<values::PortRange> Port(const Given& given);

  const syntax::Block& block_;
  Context& context_;
  Fields fields_;
  bool good_ = true;
};

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_BLOCK_READER_H_
