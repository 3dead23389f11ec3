#include "compiler/hcldec/print_json.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/eval/characters.h"
#include "compiler/eval/type.h"

namespace pol::hcldec {
namespace {

using Json = nlohmann::ordered_json;
using eval::Type;
using eval::Value;

// Go's encoding/json also escapes what could end a script element.
std::string Quoted(const std::string& text) {
  const std::string plain = nlohmann::json(text).dump();
  std::string out;
  for (size_t i = 0; i < plain.size(); ++i) {
    const std::string_view rest = std::string_view(plain).substr(i);
    if (rest[0] == '<') {
      out += "\\u003c";
    } else if (rest[0] == '>') {
      out += "\\u003e";
    } else if (rest[0] == '&') {
      out += "\\u0026";
    } else if (rest.starts_with("\xE2\x80\xA8") ||
               rest.starts_with("\xE2\x80\xA9")) {
      out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += rest[0];
    }
  }
  return out;
}

std::string TypeJson(const Type& type);

std::string Constructed(const char* name, const std::string& argument) {
  return std::string("[\"").append(name).append("\",").append(argument) + "]";
}

std::string TypeJson(const Type& type) {
  using enum Type::Kind;
  switch (type.kind()) {
    case kBool:
      return "\"bool\"";
    case kNumber:
      return "\"number\"";
    case kString:
      return "\"string\"";
    case kList:
      return Constructed("list", TypeJson(type.element()));
    case kSet:
      return Constructed("set", TypeJson(type.element()));
    case kMap:
      return Constructed("map", TypeJson(type.element()));
    case kTuple: {
      std::string out = "[";
      for (const Type& element : type.elements()) {
        if (out.size() > 1) out += ",";
        out += TypeJson(element);
      }
      return Constructed("tuple", out + "]");
    }
    case kObject: {
      std::string out = "{";
      for (const Type::Attribute& attribute : type.attributes()) {
        if (out.size() > 1) out += ",";
        out += Quoted(attribute.name) + ":" + TypeJson(attribute.type);
      }
      return Constructed("object", out + "}");
    }
    case kAny:
    case kReference:
      return "\"dynamic\"";
  }
  return "\"dynamic\"";
}

std::string ValueText(const Value& value, bool keep_nulls) {
  switch (value.kind()) {
    case eval::Kind::kBool:
      return value.as_bool() ? "true" : "false";
    case eval::Kind::kNumber:
      return value.as_number().ToString();
    case eval::Kind::kString:
      return Quoted(value.as_string());
    case eval::Kind::kTuple:
    case eval::Kind::kList:
    case eval::Kind::kSet: {
      std::string out = "[";
      for (const Value& element : value.elements()) {
        if (out.size() > 1) out += ",";
        out += ValueText(element, keep_nulls);
      }
      return out + "]";
    }
    case eval::Kind::kObject:
    case eval::Kind::kMap: {
      std::string out = "{";
      for (const eval::Item& item : value.items()) {
        if (item.value.is_null() && !keep_nulls) continue;
        if (out.size() > 1) out += ",";
        out += Quoted(item.key) + ":" + ValueText(item.value, keep_nulls);
      }
      return out + "}";
    }
    default:
      return "null";
  }
}

Json Place(const support::SourceFile& file, uint32_t offset) {
  const uint32_t line = file.Locate(offset).line;
  const uint32_t start = file.LineStart(line);
  const size_t characters =
      eval::CountCharacters(file.text().substr(start, offset - start));
  return {{"line", line}, {"column", characters + 1}, {"byte", offset}};
}

Json Range(const support::SourceSet& sources, Span span) {
  const support::SourceFile& file = sources.file(span.file);
  return {{"filename", file.name()},
          {"start", Place(file, span.begin)},
          {"end", Place(file, span.end)}};
}

Json Entry(const std::string& severity, const std::string& summary,
           const std::string& detail, Json subject) {
  Json out = {{"severity", severity}, {"summary", summary}};
  if (!detail.empty()) out["detail"] = detail;
  out["subject"] = std::move(subject);
  return out;
}

// The step with what is written around its name: `.name`, `["name"]`.
Span Around(const syntax::Traversal::Step& step) {
  Span out = step.span;
  if (out.begin > 0) --out.begin;
  if (!step.attribute) ++out.end;
  return out;
}

std::string Lines(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string ValueJson(const Value& value, ValueOptions options) {
  const std::string text = ValueText(value, options.keep_nulls);
  const Type type = TypeOf(value);
  if (!options.with_type || type.is_any()) return text + "\n";
  const std::string type_text = TypeJson(type);
  // What is stripped of nulls is written anew, its keys sorted.
  return options.keep_nulls
             ? diag::Cat("{\"value\":", text, ",\"type\":", type_text, "}\n")
             : diag::Cat("{\"type\":", type_text, ",\"value\":", text, "}\n");
}

std::string DiagnosticsJson(const std::vector<Problem>& problems,
                            const std::vector<diag::Diagnostic>& diagnostics,
                            const support::SourceSet& sources) {
  Json list = Json::array();
  for (const diag::Diagnostic& diagnostic : diagnostics) {
    list.push_back(Entry(std::string(ToString(diagnostic.severity())),
                         std::string(diagnostic.code->title),
                         diagnostic.message, Range(sources, diagnostic.span)));
  }
  for (const Problem& problem : problems) {
    list.push_back(Entry("error", problem.summary, problem.detail,
                         Range(sources, problem.span)));
  }
  return Lines({{"diagnostics", std::move(list)}});
}

std::string ReferencesJson(const std::vector<ReferenceUse>& references,
                           const support::SourceSet& sources) {
  Json list = Json::array();
  for (const ReferenceUse& use : references) {
    const std::string root(use.traversal->root);
    Json steps = Json::array();
    steps.push_back({{"kind", "root"},
                     {"name", root},
                     {"range", Range(sources, use.traversal->root_span)}});
    for (const syntax::Traversal::Step& step : use.traversal->steps) {
      const auto* name = std::get_if<std::string>(&step.key);
      Json one = {{"kind", step.attribute ? "attr" : "index"}};
      if (name == nullptr) {
        one["key"] = std::get<int64_t>(step.key);
      } else {
        one[step.attribute ? "name" : "key"] = *name;
      }
      one["range"] = Range(sources, Around(step));
      steps.push_back(std::move(one));
    }
    Json one = {{"root_name", root}};
    if (!use.value.is_tainted()) {
      one["value"] = Json::parse(ValueText(use.value, true));
    }
    one["steps"] = std::move(steps);
    one["range"] = Range(sources, use.span);
    list.push_back(std::move(one));
  }
  return Lines(list);
}

}  // namespace pol::hcldec
