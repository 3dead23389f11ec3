#include "compiler/hcldec/run.h"

#include <deque>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/eval/evaluate.h"
#include "compiler/hcldec/decode.h"
#include "compiler/hcldec/print_json.h"
#include "compiler/hcldec/references.h"
#include "compiler/hcldec/spec.h"
#include "compiler/support/files.h"
#include "compiler/syntax/parse.h"

namespace pol::hcldec {
namespace {

// Both files of one run, and what is wrong with them.
class Session {
 public:
  absl::StatusOr<syntax::Ast> Read(const std::string& path) {
    POL_ASSIGN_OR_RETURN(std::string text,
                         support::ReadFile(path, syntax::kFileLimit));
    const support::FileId file = sources_.Add(path, std::move(text));
    if (path.ends_with(".json")) return ReadJson(file);
    return syntax::Parse(file, sources_, sink_, syntax::Dialect::kHcl);
  }

  bool failed() const { return sink_.HasErrors() || !problems_.empty(); }
  std::string Diagnostics() const {
    return DiagnosticsJson(problems_, sink_.Sorted(), sources_);
  }
  support::SourceSet& sources() { return sources_; }
  diag::Sink& sink() { return sink_; }
  std::vector<Problem>& problems() { return problems_; }

 private:
  // JSON is a list or object expression of HCL too; its top level is the body.
  syntax::Ast ReadJson(support::FileId file) {
    const std::string_view text = sources_.file(file).text();
    const support::FileId wrapped = sources_.Add(
        sources_.file(file).name(), diag::Cat("json = ", text, "\n"));
    syntax::Ast ast =
        syntax::Parse(wrapped, sources_, sink_, syntax::Dialect::kHcl);
    syntax::Ast out;
    out.file = file;
    if (ast.body.attributes.empty()) return out;
    json_.push_back(std::move(ast.body.attributes[0].value));
    const auto* object = std::get_if<syntax::Object>(&json_.back().value);
    if (object == nullptr) {
      problems_.push_back({{file, 0, 0}, "not a JSON object", ""});
      return out;
    }
    for (const syntax::ObjectItem& item : object->items) {
      const auto* name = std::get_if<std::string>(&item.key.value);
      if (name == nullptr) continue;
      out.body.attributes.push_back(
          {*name, item.key.span, item.value, item.value.span});
    }
    return out;
  }

  support::SourceSet sources_;
  diag::Sink sink_;
  std::vector<Problem> problems_;
  std::deque<syntax::Expression> json_;  // outlives the bodies made of it
};

// The names that the body uses, with their values.
std::vector<ReferenceUse> Uses(const syntax::Body& body, const SpecFile& spec) {
  SpecVariables variables(spec);
  eval::Budget budget;
  diag::Sink unheard;  // a name without a value is no mistake here
  std::vector<ReferenceUse> out;
  for (const auto* attribute : ReadAttributes(body, spec.root)) {
    for (ReferenceUse& use : References(attribute->value)) {
      use.value = eval::Evaluate({use.span, *use.traversal}, variables, budget,
                                 unheard, {.hcl = true});
      out.push_back(std::move(use));
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<Result> Run(const Arguments& arguments) {
  Session session;
  POL_ASSIGN_OR_RETURN(const syntax::Ast spec_ast,
                       session.Read(arguments.spec));
  const SpecFile spec = ReadSpec(spec_ast, session.problems(), session.sink());
  if (session.failed()) return Result{"", session.Diagnostics()};
  POL_ASSIGN_OR_RETURN(const syntax::Ast input, session.Read(arguments.input));
  if (session.failed()) return Result{"", session.Diagnostics()};
  if (arguments.references) {
    return Result{ReferencesJson(Uses(input.body, spec), session.sources()),
                  ""};
  }
  const auto size =
      static_cast<uint32_t>(session.sources().file(input.file).text().size());
  SpecVariables variables(spec);
  const eval::Value value =
      Decode(input.body, {input.file, size, size}, spec.root, variables,
             session.problems(), session.sink());
  if (session.failed()) return Result{"", session.Diagnostics()};
  return Result{ValueJson(value, {arguments.with_type, arguments.keep_nulls}),
                ""};
}

}  // namespace pol::hcldec
