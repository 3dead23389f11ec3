#include <nlohmann/json.hpp>

#include "compiler/diag/render.h"

namespace pol::diag {
namespace {

using Json = nlohmann::ordered_json;
using support::SourceSet;

Json PointJson(const SourceSet& sources, support::FileId file,
               uint32_t offset) {
  const support::Position position = sources.file(file).Locate(offset);
  return {
      {"line", position.line}, {"column", position.column}, {"offset", offset}};
}

Json SpanJson(const SourceSet& sources, Span span) {
  return {{"file", sources.file(span.file).name()},
          {"start", PointJson(sources, span.file, span.begin)},
          {"end", PointJson(sources, span.file, span.end)}};
}

Json FixJson(const SourceSet& sources, const Fix& fix) {
  Json edits = Json::array();
  for (const Edit& edit : fix.edits) {
    edits.push_back({{"span", SpanJson(sources, edit.span)},
                     {"replacement", edit.replacement}});
  }
  return {{"title", fix.title},
          {"certainty",
           fix.certainty == Certainty::kCertain ? "certain" : "possible"},
          {"edits", std::move(edits)}};
}

Json DiagnosticJson(const SourceSet& sources, const Diagnostic& diagnostic) {
  Json labels = Json::array();
  for (const Label& label : diagnostic.labels) {
    labels.push_back(
        {{"span", SpanJson(sources, label.span)}, {"text", label.text}});
  }
  Json fixes = Json::array();
  for (const Fix& fix : diagnostic.fixes) {
    fixes.push_back(FixJson(sources, fix));
  }
  return {{"code", diagnostic.code->Name()},
          {"severity", ToString(diagnostic.severity())},
          {"message", diagnostic.message},
          {"span", SpanJson(sources, diagnostic.span)},
          {"mark", diagnostic.mark},
          {"labels", std::move(labels)},
          {"notes", diagnostic.notes},
          {"helps", diagnostic.helps},
          {"fixes", std::move(fixes)}};
}

}  // namespace

std::string RenderJson(absl::Span<const Diagnostic> diagnostics,
                       const SourceSet& sources) {
  Json list = Json::array();
  size_t errors = 0;
  size_t notes = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    list.push_back(DiagnosticJson(sources, diagnostic));
    if (diagnostic.severity() == Severity::kError) ++errors;
    if (diagnostic.severity() == Severity::kNote) ++notes;
  }
  const Json report = {{"format_version", "1.1"},
                       {"diagnostics", std::move(list)},
                       {"errors", errors},
                       {"warnings", diagnostics.size() - errors - notes},
                       {"notes", notes}};
  // A message may quote bytes that are not UTF-8; they become U+FFFD.
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pol::diag
