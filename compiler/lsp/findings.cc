#include "compiler/lsp/findings.h"

#include <string>
#include <utility>

#include "compiler/diag/cat.h"

namespace pol::lsp {
namespace {

using diag::Diagnostic;
using diag::Fix;

// DiagnosticSeverity of the protocol.
int SeverityOf(const Diagnostic& diagnostic) {
  constexpr int kError = 1;
  constexpr int kWarning = 2;
  constexpr int kInformation = 3;
  switch (diagnostic.severity()) {
    case diag::Severity::kError:
      return kError;
    case diag::Severity::kWarning:
      return kWarning;
    default:
      return kInformation;
  }
}

// All of its words: a client shows one text.
std::string MessageOf(const Diagnostic& diagnostic) {
  std::string text = diagnostic.message;
  if (!diagnostic.mark.empty()) text += diag::Cat("\n", diagnostic.mark);
  for (const std::string& note : diagnostic.notes) {
    text += diag::Cat("\nnote: ", note);
  }
  for (const std::string& help : diagnostic.helps) {
    text += diag::Cat("\nhelp: ", help);
  }
  return text;
}

Json EditOf(const Snapshot& snapshot, const Fix& fix, bool versioned) {
  std::vector<std::pair<Span, std::string>> replacements;
  for (const diag::Edit& edit : fix.edits) {
    replacements.emplace_back(edit.span, edit.replacement);
  }
  return snapshot.WorkspaceEdit(replacements, versioned);
}

Json ToJson(const Snapshot& snapshot, const Diagnostic& diagnostic,
            FindingOptions options) {
  Json json = {{"range", snapshot.RangeOf(diagnostic.span)},
               {"severity", SeverityOf(diagnostic)},
               {"code", diagnostic.code->Name()},
               {"source", "polc"},
               {"message", MessageOf(diagnostic)}};
  if (options.related && !diagnostic.labels.empty()) {
    Json related = Json::array();
    for (const diag::Label& label : diagnostic.labels) {
      if (snapshot.file(label.span.file).uri.empty()) continue;
      related.push_back({{"location", snapshot.LocationOf(label.span)},
                         {"message", label.text}});
    }
    json["relatedInformation"] = std::move(related);
  }
  if (options.data && !diagnostic.fixes.empty()) {
    Json fixes = Json::array();
    for (const Fix& fix : diagnostic.fixes) {
      fixes.push_back({{"title", fix.title},
                       {"certain", fix.certainty == diag::Certainty::kCertain},
                       {"edit", EditOf(snapshot, fix, options.versioned)}});
    }
    json["data"] = {{"fixes", std::move(fixes)}};
  }
  return json;
}

bool Touches(Span a, Span b) {
  return a.file == b.file && a.begin <= b.end && b.begin <= a.end;
}

}  // namespace

std::vector<Json> FindingsOf(const Snapshot& snapshot, FindingOptions options) {
  std::vector<Json> all(snapshot.files(), Json::array());
  for (const Diagnostic& diagnostic : snapshot.compilation().diagnostics) {
    all[diagnostic.span.file].push_back(ToJson(snapshot, diagnostic, options));
  }
  return all;
}

Json ActionsAt(const Snapshot& snapshot, Span place, FindingOptions options) {
  Json actions = Json::array();
  for (const Diagnostic& diagnostic : snapshot.compilation().diagnostics) {
    if (!Touches(diagnostic.span, place)) continue;
    for (const Fix& fix : diagnostic.fixes) {
      actions.push_back(
          {{"title", fix.title},
           {"kind", "quickfix"},
           {"isPreferred", fix.certainty == diag::Certainty::kCertain},
           {"diagnostics",
            Json::array({ToJson(snapshot, diagnostic, options)})},
           {"edit", EditOf(snapshot, fix, options.versioned)}});
    }
  }
  return actions;
}

}  // namespace pol::lsp
