// Typed values out of attributes: constants put in, types checked, texts
// parsed.
//
// Every function reports what is wrong and then returns nothing. A value that
// came by way of a constant is reported where it stands, with the use as a
// label.
#ifndef POL_COMPILER_SEMA_READER_H_
#define POL_COMPILER_SEMA_READER_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/sink.h"
#include "compiler/sema/identities.h"
#include "compiler/sema/model.h"
#include "compiler/sema/schema.h"
#include "compiler/sema/scope.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

// One word that an attribute takes. `later` refuses a word whose meaning is not
// enforced yet.
template <typename T>
struct Word {
  std::string_view text;
  T meaning;
  const Code* later = nullptr;
};

// A value and the expression that led to it.
struct Value {
  const syntax::Expression* value;
  Span use;
};

// `what` belongs to the language, but not yet to what is enforced.
void ReportLater(const Code& code, Span span, std::string_view what,
                 diag::Sink& sink);

class Reader {
 public:
  Reader(Scope& scope, Identities& identities, diag::Sink& sink)
      : scope_(scope), identities_(identities), sink_(sink) {}

  diag::Sink& sink() { return sink_; }
  Identities& identities() { return identities_; }
  Scope& scope() { return scope_; }

  std::optional<Value> Resolve(const syntax::Expression& expression);

  std::optional<std::string> Text(const Value& value);
  std::optional<bool> Bool(const syntax::Attribute& attribute);
  std::optional<int64_t> Integer(const syntax::Attribute& attribute);

  // The elements of a list that are known, or the one value that is no list.
  struct Values {
    std::vector<Value> known;
    bool complete = true;  // false: something was reported
  };
  Values OneOrMany(const syntax::Attribute& attribute);

  // `parse` is absl::StatusOr<T>(std::string_view).
  template <typename Parse>
  auto Parsed(const Value& value, const Code& code, Parse parse)
      -> std::optional<typename decltype(parse(""))::value_type> {
    const std::optional<std::string> text = Text(value);
    if (!text.has_value()) return std::nullopt;
    auto parsed = parse(*text);
    if (parsed.ok()) return *std::move(parsed);
    ReportBad(code, value, parsed.status());
    return std::nullopt;
  }

  // A text that `check` (absl::Status(std::string_view)) has nothing against.
  template <typename Check>
  std::optional<std::string> Checked(const syntax::Attribute& attribute,
                                     const Code& code, Check check) {
    const std::optional<Value> value = Resolve(attribute.value);
    if (!value.has_value()) return std::nullopt;
    std::optional<std::string> text = Text(*value);
    if (!text.has_value()) return std::nullopt;
    const absl::Status status = check(*text);
    if (status.ok()) return text;
    ReportBad(code, *value, status);
    return std::nullopt;
  }

  template <typename T>
  std::optional<T> OneWord(const syntax::Attribute& attribute,
                           std::initializer_list<Word<T>> words) {
    const std::optional<Value> value = Resolve(attribute.value);
    if (!value.has_value()) return std::nullopt;
    const std::optional<std::string> text = Text(*value);
    if (!text.has_value()) return std::nullopt;
    std::vector<std::string_view> known;
    for (const Word<T>& word : words) {
      if (word.text != *text) {
        if (word.later == nullptr) known.push_back(word.text);
        continue;
      }
      if (word.later == nullptr) return word.meaning;
      ReportLater(*word.later, value->value->span,
                  diag::Cat("`", attribute.name, " = \"", *text, "\"`"), sink_);
      return std::nullopt;
    }
    ReportUnknownWord(attribute, *value, *text, known);
    return std::nullopt;
  }

  // A SPIFFE ID in place or a reference. `only_identities` leaves workload and
  // endpoint out.
  std::optional<IdentityRef> OneIdentity(const Value& value,
                                         bool only_identities);

  void ReportType(const Value& value, std::string_view expected);
  void ReportBad(const Code& code, const Value& value,
                 const absl::Status& status);
  diag::Diagnostic& Report(const Code& code, const Value& value,
                           std::string message);

 private:
  void ReportUnknownWord(const syntax::Attribute& attribute, const Value& value,
                         std::string_view text,
                         const std::vector<std::string_view>& known);
  std::optional<IdentityRef> Reference(const syntax::Traversal& traversal,
                                       const Value& value,
                                       bool only_identities);

  Scope& scope_;
  Identities& identities_;
  diag::Sink& sink_;
};

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_READER_H_
