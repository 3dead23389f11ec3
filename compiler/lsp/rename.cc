#include "compiler/lsp/rename.h"

#include "absl/strings/ascii.h"
#include "compiler/diag/cat.h"
#include "compiler/diag/render.h"
#include "compiler/eval/functions.h"

namespace pol::lsp {
namespace {

using diag::Cat;

bool IsName(std::string_view text) {
  if (text.empty()) return false;
  const auto first = static_cast<unsigned char>(text[0]);
  if (!absl::ascii_isalpha(first) && first != '_' && first < 0x80) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_isalnum(byte) && c != '_' && c != '-' && byte < 0x80) {
      return false;
    }
  }
  return true;
}

const diag::Diagnostic* SyntaxError(const Snapshot& snapshot) {
  constexpr uint16_t kBehindSyntax = 2000;
  for (const auto& diagnostic : snapshot.compilation().diagnostics) {
    if (diagnostic.code->number < kBehindSyntax &&
        diagnostic.severity() == diag::Severity::kError) {
      return &diagnostic;
    }
  }
  return nullptr;
}

}  // namespace

const Mention* Renamable(const Snapshot& snapshot, support::FileId file,
                         uint32_t offset) {
  const Mention* mention = snapshot.symbols().At(file, offset);
  if (mention == nullptr || mention->symbol.noun == Noun::kBound) {
    return nullptr;
  }
  // What an output is called is for other folders to say, too.
  if (mention->symbol.noun == Noun::kOutput) return nullptr;
  return snapshot.symbols().Declaration(mention->symbol) == nullptr ? nullptr
                                                                    : mention;
}

Span NameIn(const Snapshot& snapshot, const Mention& mention) {
  Span span = mention.span;
  const std::string_view text = snapshot.sources().Text(span);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '`')) {
    ++span.begin;
    --span.end;
  }
  return span;
}

absl::StatusOr<std::vector<std::pair<Span, std::string>>> Rename(
    const Snapshot& snapshot, const Mention& mention, std::string_view name) {
  if (!IsName(name)) {
    return absl::InvalidArgumentError(
        Cat("`", name,
            "` is no name: letters, digits, `_` and `-`, not beginning with a "
            "digit or `-`"));
  }
  if (const diag::Diagnostic* error = SyntaxError(snapshot)) {
    return absl::FailedPreconditionError(
        Cat(diag::Place(snapshot.sources(), error->span),
            " has a syntax error, which may hide places that have the name"));
  }
  Symbol renamed = mention.symbol;
  renamed.name = name;
  if (renamed == mention.symbol) {
    return std::vector<std::pair<Span, std::string>>();
  }
  const Mention* taken = snapshot.symbols().Declaration(renamed);
  if (taken != nullptr) {
    return absl::FailedPreconditionError(
        Cat("there is a ", ToString(renamed.noun), " `", name, "` already, at ",
            diag::Place(snapshot.sources(), taken->span)));
  }
  if (renamed.noun == Noun::kFunction &&
      eval::FindFunction(renamed.name) != nullptr) {
    return absl::FailedPreconditionError(
        Cat("`", name, "` is a function of the language"));
  }
  std::vector<std::pair<Span, std::string>> replacements;
  for (const Mention* place : snapshot.symbols().Of(mention.symbol)) {
    replacements.emplace_back(NameIn(snapshot, *place), std::string(name));
  }
  return replacements;
}

}  // namespace pol::lsp
