#include "compiler/diag/diagnostic.h"

#include <utility>

namespace pol::diag {

Diagnostic& Diagnostic::Mark(std::string text) {
  mark = std::move(text);
  return *this;
}

Diagnostic& Diagnostic::Also(Span place, std::string text) {
  labels.push_back({place, std::move(text)});
  return *this;
}

Diagnostic& Diagnostic::Note(std::string text) {
  notes.push_back(std::move(text));
  return *this;
}

Diagnostic& Diagnostic::Help(std::string text) {
  helps.push_back(std::move(text));
  return *this;
}

Diagnostic& Diagnostic::Suggest(std::string title, std::vector<Edit> edits,
                                Certainty certainty) {
  fixes.push_back({std::move(title), std::move(edits), certainty});
  return *this;
}

}  // namespace pol::diag
