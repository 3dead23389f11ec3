#include "compiler/syntax/dump.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/view.h"

namespace pol::syntax {
namespace {

std::string Quoted(std::string_view text) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(support::ToAbsl(text)), "\"");
}

// In the form of the language, with all parentheses that operators could have.
class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  void Print(const Expression& expression) {
    std::visit(*this, expression.value);
  }

  void operator()(const Invalid&) { out_ += "<invalid>"; }
  void operator()(const Null&) { out_ += "null"; }
  void operator()(bool value) { out_ += value ? "true" : "false"; }
  void operator()(int64_t value) { absl::StrAppend(&out_, value); }
  void operator()(const Decimal& value) { out_ += value.text; }
  void operator()(const std::string& value) { out_ += Quoted(value); }
  void operator()(const Element&) { out_ += "_"; }

  void operator()(const Traversal& value) {
    out_ += value.root;
    for (const Traversal::Step& step : value.steps) {
      const auto* name = std::get_if<std::string>(&step.key);
      if (name == nullptr) {
        absl::StrAppend(&out_, "[", std::get<int64_t>(step.key), "]");
      } else if (step.attribute) {
        absl::StrAppend(&out_, ".", *name);
      } else {
        absl::StrAppend(&out_, "[", Quoted(*name), "]");
      }
    }
  }

  void operator()(const List& value) {
    out_ += "[";
    PrintAll(value.elements);
    out_ += "]";
  }

  void operator()(const Object& value) {
    out_ += "{";
    for (const ObjectItem& item : value.items) {
      if (&item != value.items.data()) out_ += ", ";
      const bool computed = std::holds_alternative<Traversal>(item.key.value);
      if (computed) out_ += "(";
      Print(item.key);
      if (computed) out_ += ")";
      out_ += " = ";
      Print(item.value);
    }
    out_ += "}";
  }

  void operator()(const Template& value) {
    out_ += "\"";
    for (const Expression& part : value.parts) {
      if (const auto* text = std::get_if<std::string>(&part.value)) {
        const std::string quoted = Quoted(*text);
        out_.append(quoted, 1, quoted.size() - 2);
      } else {
        out_ += "${";
        Print(part);
        out_ += "}";
      }
    }
    out_ += "\"";
  }

  void operator()(const Operation& value) {
    if (IsSignedDecimal(value)) {
      out_ += "-";
      return Print(value.operands[0]);
    }
    static constexpr std::string_view kSigns[] = {
        "-",  "!", "*",  "/",  "%",  "+",  "-",  "<",
        "<=", ">", ">=", "==", "!=", "&&", "||", "?"};
    const std::string_view sign = kSigns[static_cast<size_t>(value.op)];
    out_ += "(";
    if (value.operands.size() == 1) {
      out_ += sign;
      Print(value.operands[0]);
    } else {
      Print(value.operands[0]);
      absl::StrAppend(&out_, " ", support::ToAbsl(sign), " ");
      Print(value.operands[1]);
    }
    if (value.operands.size() == 3) {
      out_ += " : ";
      Print(value.operands[2]);
    }
    out_ += ")";
  }

  // `- 1.5` is printed as `-1.5` is, which is a Decimal as a whole.
  static bool IsSignedDecimal(const Operation& value) {
    if (value.op != Operator::kNegate) return false;
    const auto* number = std::get_if<Decimal>(&value.operands[0].value);
    return number != nullptr && number->text.front() != '-';
  }

  void operator()(const Call& value) {
    absl::StrAppend(&out_, support::ToAbsl(value.name), "(");
    PrintAll(value.arguments);
    out_ += value.expand ? "...)" : ")";
  }

  void operator()(const Index& value) {
    Print(value.operands[0]);
    if (value.attribute) {
      out_ += ".";
      out_ += std::get<std::string>(value.operands[1].value);
      return;
    }
    out_ += "[";
    Print(value.operands[1]);
    out_ += "]";
  }

  void operator()(const Splat& value) {
    out_ += value.full ? "splat(" : "attributes(";
    Print(value.operands[0]);
    out_ += ", ";
    Print(value.operands[1]);
    out_ += ")";
  }

  void operator()(const For& value) {
    out_ += value.object ? "{for " : "[for ";
    if (!value.key_name.empty()) {
      absl::StrAppend(&out_, support::ToAbsl(value.key_name), ", ");
    }
    absl::StrAppend(&out_, support::ToAbsl(value.value_name), " in ");
    Print(value.collection());
    out_ += " : ";
    if (value.object) {
      Print(value.key());
      out_ += " => ";
    }
    Print(value.result());
    if (value.group) out_ += "...";
    if (value.condition() != nullptr) {
      out_ += " if ";
      Print(*value.condition());
    }
    out_ += value.object ? "}" : "]";
  }

 private:
  void PrintAll(const std::vector<Expression>& expressions) {
    for (const Expression& expression : expressions) {
      if (&expression != expressions.data()) out_ += ", ";
      Print(expression);
    }
  }

  std::string& out_;
};

void Append(const Body& body, int level, std::string& out) {
  std::string indent(2 * static_cast<size_t>(level), ' ');
  for (const Attribute& attribute : body.attributes) {
    absl::StrAppend(&out, indent, support::ToAbsl(attribute.name), " = ");
    Printer(out).Print(attribute.value);
    out += "\n";
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
