#include "compiler/syntax/dump.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/support/view.h"

namespace pol::syntax {
namespace {

std::string Quoted(std::string_view text) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(support::ToAbsl(text)), "\"");
}

std::string Text(const Expression& expression);

struct ValueText {
  std::string operator()(const Invalid&) const { return "<invalid>"; }
  std::string operator()(const Null&) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return absl::StrCat(value); }
  std::string operator()(const Decimal& value) const {
    return std::string(value.text);
  }
  std::string operator()(const std::string& value) const {
    return Quoted(value);
  }
  std::string operator()(const Traversal& value) const {
    std::string out(value.root);
    for (const Traversal::Step& step : value.steps) {
      if (const auto* name = std::get_if<std::string>(&step.key)) {
        absl::StrAppend(&out, ".", *name);
      } else {
        absl::StrAppend(&out, "[", std::get<int64_t>(step.key), "]");
      }
    }
    return out;
  }
  std::string operator()(const List& value) const {
    return absl::StrCat(
        "[",
        absl::StrJoin(value.elements, ", ",
                      [](std::string* out, const Expression& element) {
                        out->append(Text(element));
                      }),
        "]");
  }
  std::string operator()(const Object& value) const {
    return absl::StrCat(
        "{",
        absl::StrJoin(value.items, ", ",
                      [](std::string* out, const ObjectItem& item) {
                        absl::StrAppend(out, Quoted(item.key), " = ",
                                        Text(item.value));
                      }),
        "}");
  }
};

std::string Text(const Expression& expression) {
  return std::visit(ValueText(), expression.value);
}

void Append(const Body& body, int level, std::string& out) {
  std::string indent(2 * static_cast<size_t>(level), ' ');
  for (const Attribute& attribute : body.attributes) {
    absl::StrAppend(&out, indent, support::ToAbsl(attribute.name), " = ",
                    Text(attribute.value), "\n");
  }
  for (const Block& block : body.blocks) {
    absl::StrAppend(&out, indent, support::ToAbsl(block.type));
    for (const Label& label : block.labels)
      absl::StrAppend(&out, " ", Quoted(label.text));
    absl::StrAppend(&out, "\n");
    Append(block.body, level + 1, out);
  }
}

}  // namespace

std::string Dump(const Ast& ast) {
  std::string out;
  Append(ast.body, 0, out);
  return out;
}

}  // namespace pol::syntax
