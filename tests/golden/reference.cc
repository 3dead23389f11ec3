#include "tests/golden/reference.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_replace.h"
#include "compiler/diag/cat.h"
#include "compiler/eval/functions.h"
#include "compiler/sema/schema.h"
#include "compiler/support/view.h"

namespace pol::golden {
namespace {

using diag::Cat;
using sema::AttributeRule;
using sema::BlockRule;

// A cell of a table; `|` would end it, in code too.
std::string Cell(std::string_view text) {
  return absl::StrReplaceAll(support::ToAbsl(text), {{"|", "\\|"}});
}

// Code may hold the quotes that it stands in.
std::string Code(std::string_view text) {
  const std::string cell = Cell(text);
  return text.find('`') == text.npos ? Cat("`", cell, "`")
                                     : Cat("`` ", cell, " ``");
}

std::string Header(const BlockRule& rule) {
  switch (rule.labels) {
    case sema::Labels::kNone:
      return Cat("`", rule.type, "`");
    case sema::Labels::kOne:
      return Cat("`", rule.type, " \"", rule.type == "file" ? "PATH" : "NAME",
                 "\"`");
    case sema::Labels::kAtMostOne:
      return Cat("`", rule.type, "` or `", rule.type, " \"NAME\"`");
  }
  return "";
}

std::string ValueOf(const AttributeRule& attribute) {
  std::string value(attribute.type);
  if (!attribute.words.empty()) {
    value.clear();
    for (std::string_view word : attribute.words) {
      value += Cat(value.empty() ? "" : ", ", "`\"", word, "\"`");
    }
  }
  return attribute.required ? value + "; required" : value;
}

void AddBlock(const BlockRule& rule, std::string_view outer, std::string& out) {
  out += Cat("### ", Header(rule));
  if (!outer.empty()) out += Cat(" in `", outer, "`");
  out += Cat("\n\n", rule.doc);
  if (rule.once) out += " At most one.";
  if (rule.any_attribute && !rule.attributes.empty()) {
    out += " Every other attribute is a variable of the module.";
  }
  out += "\n\n";
  if (!rule.attributes.empty()) {
    out += "| attribute | value | meaning |\n|---|---|---|\n";
    for (const AttributeRule& attribute : rule.attributes) {
      out += Cat("| `", attribute.name, "` | ", Cell(ValueOf(attribute)), " | ",
                 Cell(attribute.doc), " |\n");
    }
    out += "\n";
  }
  const std::string here =
      outer.empty() ? std::string(rule.type) : Cat(rule.type, "` in `", outer);
  for (const BlockRule& inner : rule.blocks) {
    AddBlock(inner, here, out);
  }
}

}  // namespace

std::string BlocksReference() {
  std::string out;
  for (const BlockRule& rule : sema::FileRules()) AddBlock(rule, "", out);
  return out;
}

std::string FunctionsReference() {
  using eval::Category;
  std::string out;
  for (Category category :
       {Category::kText, Category::kRegex, Category::kCollection,
        Category::kNumber, Category::kConversion, Category::kEncoding,
        Category::kNetwork}) {
    out += Cat("### Functions: ", eval::ToString(category), "\n\n",
               "| function | what it gives | example | result |\n",
               "|---|---|---|---|\n");
    for (const eval::Function& function : eval::Functions()) {
      if (function.category != category) continue;
      out +=
          Cat("| ", Code(function.signature), " | ", Cell(function.doc), " | ",
              Code(function.example), " | ", Code(function.result), " |\n");
    }
    out += "\n";
  }
  return out;
}

}  // namespace pol::golden
