#include "compiler/sema/reader.h"

#include <utility>
#include <variant>

#include "absl/strings/str_join.h"
#include "compiler/diag/nearest.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/support/view.h"

namespace pol::sema {

using diag::Cat;
using diag::Certainty;
using syntax::Attribute;
using syntax::Expression;

namespace {

std::string_view TypeName(const Expression& expression) {
  struct Name {
    std::string_view operator()(const syntax::Invalid&) { return "nothing"; }
    std::string_view operator()(const syntax::Null&) { return "null"; }
    std::string_view operator()(bool) { return "true or false"; }
    std::string_view operator()(int64_t) { return "a number"; }
    std::string_view operator()(const syntax::Decimal&) {
      return "a number with a fraction";
    }
    std::string_view operator()(const std::string&) { return "a string"; }
    std::string_view operator()(const syntax::Traversal&) {
      return "a reference";
    }
    std::string_view operator()(const syntax::List&) { return "a list"; }
    std::string_view operator()(const syntax::Object&) { return "an object"; }
    std::string_view operator()(const syntax::Template&) {
      return "a template";
    }
    std::string_view operator()(const syntax::Operation&) {
      return "an operation";
    }
    std::string_view operator()(const syntax::Call&) { return "a call"; }
    std::string_view operator()(const syntax::Index&) { return "an index"; }
    std::string_view operator()(const syntax::Splat&) { return "a splat"; }
    std::string_view operator()(const syntax::Element&) { return "an element"; }
    std::string_view operator()(const syntax::For&) {
      return "a for expression";
    }
  };
  return std::visit(Name{}, expression.value);
}

}  // namespace

void ReportLater(const Code& code, Span span, std::string_view what,
                 diag::Sink& sink) {
  sink.Report(code, span,
              Cat("the enforcement of ", what,
                  " is not part of edition 1; refused rather than ignored"))
      .Mark("has no effect yet");
}

diag::Diagnostic& Reader::Report(const Code& code, const Value& value,
                                 std::string message) {
  auto& diagnostic = sink_.Report(code, value.value->span, std::move(message));
  if (value.use != value.value->span) diagnostic.Also(value.use, "used here");
  return diagnostic;
}

void Reader::ReportType(const Value& value, std::string_view expected) {
  Report(kWrongType, value,
         Cat("expected ", expected, ", found ", TypeName(*value.value)));
}

void Reader::ReportBad(const Code& code, const Value& value,
                       const absl::Status& status) {
  Report(code, value, std::string(status.message()));
}

std::optional<Value> Reader::Resolve(const Expression& expression) {
  const Expression* value = scope_.Resolve(expression);
  if (value == nullptr) return std::nullopt;
  return Value{value, expression.span};
}

std::optional<std::string> Reader::Text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.value->value)) {
    return *text;
  }
  ReportType(value, "a string");
  return std::nullopt;
}

std::optional<bool> Reader::Bool(const Attribute& attribute) {
  const std::optional<Value> value = Resolve(attribute.value);
  if (!value.has_value()) return std::nullopt;
  if (const auto* known = std::get_if<bool>(&value->value->value)) {
    return *known;
  }
  ReportType(*value, "true or false");
  return std::nullopt;
}

std::optional<int64_t> Reader::Integer(const Attribute& attribute) {
  const std::optional<Value> value = Resolve(attribute.value);
  if (!value.has_value()) return std::nullopt;
  if (const auto* known = std::get_if<int64_t>(&value->value->value)) {
    return *known;
  }
  ReportType(*value, "a number");
  return std::nullopt;
}

Reader::Values Reader::OneOrMany(const Attribute& attribute) {
  const std::optional<Value> whole = Resolve(attribute.value);
  if (!whole.has_value()) return {{}, false};
  const auto* list = std::get_if<syntax::List>(&whole->value->value);
  if (list == nullptr) return {{*whole}, true};
  if (list->elements.empty()) {
    Report(kEmptyList, *whole,
           Cat("`", attribute.name, "` needs at least one element"));
    return {{}, false};
  }
  Values values;
  for (const Expression& element : list->elements) {
    const std::optional<Value> value = Resolve(element);
    values.complete &= value.has_value();
    if (value.has_value()) values.known.push_back(*value);
  }
  return values;
}

void Reader::ReportUnknownWord(const Attribute& attribute, const Value& value,
                               std::string_view text,
                               const std::vector<std::string_view>& known) {
  auto& diagnostic = Report(kUnknownWord, value,
                            Cat("`", text, "` is no `", attribute.name, "`"));
  std::vector<absl::string_view> words;
  for (std::string_view word : known) words.push_back(support::ToAbsl(word));
  diagnostic.Note(Cat("known: ", absl::StrJoin(words, ", ")));
  if (const auto nearest = diag::Nearest(text, known)) {
    diagnostic.Suggest(Cat("did you mean `", *nearest, "`?"),
                       {{value.value->span, Cat("\"", *nearest, "\"")}},
                       Certainty::kPossible);
  }
}

std::optional<IdentityRef> Reader::OneIdentity(const Value& value,
                                               bool only_identities) {
  if (const auto* traversal =
          std::get_if<syntax::Traversal>(&value.value->value)) {
    return Reference(*traversal, value, only_identities);
  }
  const auto* text = std::get_if<std::string>(&value.value->value);
  if (text == nullptr) {
    ReportType(value, "an identity");
    return std::nullopt;
  }
  if (text->find('*') != text->npos) {
    ReportLater(kNetworkLater, value.value->span, "identity patterns (`*`)",
                sink_);
    return std::nullopt;
  }
  const auto id = values::SpiffeId::Parse(*text);
  if (!id.ok()) {
    ReportBad(kBadSpiffeId, value, id.status());
    return std::nullopt;
  }
  return identities_.Mention(*id, value.value->span);
}

std::optional<IdentityRef> Reader::Reference(const syntax::Traversal& traversal,
                                             const Value& value,
                                             bool only_identities) {
  if (traversal.root == "identity_set") {
    ReportLater(kBlockLater, value.value->span, "`identity_set`", sink_);
    return std::nullopt;
  }
  const std::optional<Noun> noun = Scope::NounOf(traversal.root);
  const bool named =
      traversal.steps.size() == 1 &&
      std::holds_alternative<std::string>(traversal.steps[0].key);
  if (!noun.has_value() || !named ||
      (only_identities && *noun != Noun::kIdentity)) {
    auto& diagnostic =
        Report(kWrongReference, value, "this reference names no identity");
    diagnostic.Help(only_identities
                        ? "write `identity.name` or a SPIFFE ID in quotes"
                        : "write `identity.name`, `workload.name`, "
                          "`endpoint.name` or a SPIFFE ID in quotes");
    constexpr std::string_view kRoots[] = {"identity", "workload", "endpoint",
                                           "host", "local"};
    const auto nearest = diag::Nearest(traversal.root, kRoots);
    if (!noun.has_value() && nearest.has_value()) {
      diagnostic.Suggest(Cat("did you mean `", *nearest, "`?"),
                         {{traversal.root_span, std::string(*nearest)}},
                         Certainty::kPossible);
    }
    return std::nullopt;
  }
  if (!scope_.Has(*noun, traversal)) return std::nullopt;
  return identities_.Of(*noun, std::get<std::string>(traversal.steps[0].key));
}

}  // namespace pol::sema
