#include "compiler/diag/render_sarif.h"

#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "compiler/diag/cat.h"

namespace pol::diag {
namespace {

using Json = nlohmann::ordered_json;
using support::FileId;
using support::SourceSet;

constexpr char kSchema[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/"
    "sarif-schema-2.1.0.json";

// A path as a relative (or, with a `/` in front, absolute) URI reference.
// A colon is encoded too, lest what stands before it look like a scheme.
std::string Uri(std::string_view path) {
  std::string uri = path.substr(0, 1) == "/" ? "file://" : "";
  for (char c : path) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        std::string_view("-._~/").find(c) != std::string_view::npos) {
      uri += c;
    } else {
      absl::StrAppendFormat(&uri, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

// §3.11.5: braces enclose what is to be replaced.
std::string Escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '{' || c == '}') out += c;
  }
  return out;
}

Json Message(std::string_view text) { return {{"text", Escape(text)}}; }

// Everything that has to be said, one sentence a line.
std::string Words(const Diagnostic& diagnostic) {
  std::string words = diagnostic.message;
  if (!diagnostic.mark.empty()) words += ": " + diagnostic.mark;
  for (const std::string& note : diagnostic.notes) words += "\nnote: " + note;
  for (const std::string& help : diagnostic.helps) words += "\nhelp: " + help;
  return words;
}

class Log {
 public:
  Log(const SourceSet& sources, const SarifOptions& options)
      : sources_(sources), options_(options) {}

  std::string Render(absl::Span<const Diagnostic> diagnostics,
                     absl::FunctionRef<std::string(const Code&)> help) {
    Json rules = Rules(diagnostics, help);
    Json results = Json::array();
    for (const Diagnostic& diagnostic : diagnostics) {
      results.push_back(Result(diagnostic));
    }
    Json run = {
        {"tool",
         {{"driver",
           {{"name", "polc"},
            {"version", options_.version},
            {"rules", std::move(rules)}}}}},
        {"invocations", Json::array({Invocation()})},
        {"artifacts", Artifacts()},
        {"columnKind", "unicodeCodePoints"},
        {"results", std::move(results)},
    };
    const Json log = {{"$schema", kSchema},
                      {"version", "2.1.0"},
                      {"runs", Json::array({std::move(run)})}};
    // A message may quote bytes that are not UTF-8; they become U+FFFD.
    return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  Json Rules(absl::Span<const Diagnostic> diagnostics,
             absl::FunctionRef<std::string(const Code&)> help) {
    std::map<uint16_t, const Code*> codes;
    for (const Diagnostic& diagnostic : diagnostics) {
      codes[diagnostic.code->number] = diagnostic.code;
    }
    Json rules = Json::array();
    for (const auto& [number, code] : codes) {
      rule_index_[number] = rules.size();
      Json rule = {{"id", code->Name()},
                   {"shortDescription", Message(code->title)}};
      if (const std::string text = Escape(help(*code)); !text.empty()) {
        rule["help"] = {{"text", text}, {"markdown", text}};
      }
      rule["defaultConfiguration"] = {{"level", ToString(code->severity)}};
      rules.push_back(std::move(rule));
    }
    return rules;
  }

  Json Invocation() const {
    Json invocation = {{"executionSuccessful", true}};
    if (options_.left_out != 0) {
      invocation["toolExecutionNotifications"] = Json::array(
          {{{"level", "warning"},
            {"message",
             Message(Cat(options_.left_out, " more results are left out"))}}});
    }
    return invocation;
  }

  Json Artifacts() const {
    Json artifacts = Json::array();
    for (FileId file = 0; file < sources_.size(); ++file) {
      artifacts.push_back({{"location", {{"uri", FileUri(file)}}},
                           {"length", sources_.file(file).text().size()}});
    }
    return artifacts;
  }

  std::string FileUri(FileId file) const {
    std::string_view folder = options_.folder;
    while (folder.substr(0, 2) == "./") folder.remove_prefix(2);
    while (folder.size() > 1 && folder.back() == '/') folder.remove_suffix(1);
    if (folder == ".") folder = "";
    const std::string& name = sources_.file(file).name();
    return Uri(folder.empty() ? name : Cat(folder, "/", name));
  }

  Json ArtifactLocation(FileId file) const {
    return {{"uri", FileUri(file)}, {"index", file}};
  }

  Json Region(Span span) const {
    const support::SourceFile& file = sources_.file(span.file);
    const support::Position begin = file.Locate(span.begin);
    const support::Position end = file.Locate(span.end);
    return {{"startLine", begin.line},  {"startColumn", begin.column},
            {"endLine", end.line},      {"endColumn", end.column},
            {"byteOffset", span.begin}, {"byteLength", span.end - span.begin}};
  }

  Json PhysicalLocation(Span span) const {
    return {{"artifactLocation", ArtifactLocation(span.file)},
            {"region", Region(span)}};
  }

  Json FixJson(const Fix& fix) const {
    std::map<FileId, Json> changes;
    for (const Edit& edit : fix.edits) {
      Json& change = changes[edit.span.file];
      change["artifactLocation"] = ArtifactLocation(edit.span.file);
      change["replacements"].push_back(
          {{"deletedRegion", Region(edit.span)},
           {"insertedContent", {{"text", edit.replacement}}}});
    }
    Json list = Json::array();
    for (auto& [file, change] : changes) list.push_back(std::move(change));
    return {{"description", Message(fix.title)},
            {"artifactChanges", std::move(list)}};
  }

  Json Result(const Diagnostic& diagnostic) const {
    Json result = {
        {"ruleId", diagnostic.code->Name()},
        {"ruleIndex", rule_index_.at(diagnostic.code->number)},
        {"level", ToString(diagnostic.severity())},
        {"message", Message(Words(diagnostic))},
        {"locations", Json::array({{{"physicalLocation",
                                     PhysicalLocation(diagnostic.span)}}})}};
    for (const Label& label : diagnostic.labels) {
      const size_t id = result["relatedLocations"].size() + 1;
      result["relatedLocations"].push_back(
          {{"id", id},
           {"physicalLocation", PhysicalLocation(label.span)},
           {"message", Message(label.text)}});
    }
    for (const Fix& fix : diagnostic.fixes) {
      if (!fix.edits.empty()) result["fixes"].push_back(FixJson(fix));
    }
    return result;
  }

  const SourceSet& sources_;
  const SarifOptions& options_;
  std::map<uint16_t, size_t> rule_index_;
};

}  // namespace

std::string RenderSarif(absl::Span<const Diagnostic> diagnostics,
                        const SourceSet& sources, const SarifOptions& options,
                        absl::FunctionRef<std::string(const Code&)> help) {
  return Log(sources, options).Render(diagnostics, help);
}

}  // namespace pol::diag
