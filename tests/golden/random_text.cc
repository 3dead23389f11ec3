#include "tests/golden/random_text.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace pol::golden {
namespace {

using Texts = std::vector<std::string>;

const Texts& Names() {
  static const auto& names = *new Texts{
      "a", "in", "for", "if", "name-with-dashes", "größe", "x_1", "名前"};
  return names;
}

const Texts& Literals() {
  static const auto& literals =
      *new Texts{"0",           "5432",     "1.5",     "2e3",
                 "true",        "null",     "\"\"",    "\"tcp\"",
                 "\"a  b\"",    "\"[{(\"",  "\"a#b\"", "\"ü 語\"",
                 "\"$${x} %\"", "\"\\\"\"", "\"//\"",  "`a  \\.[{` "};
  return literals;
}

const Texts& Operators() {
  static const auto& operators = *new Texts{
      "+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"};
  return operators;
}

class Writer {
 public:
  explicit Writer(Dice& dice)
      : dice_(dice), line_end_(dice.OneIn(8) ? "\r\n" : "\n") {}

  std::string Text() {
    if (dice_.OneIn(5)) BlankLines();
    Body(0);
    if (dice_.OneIn(6)) out_ += dice_.OneOf({"  ", "# end", "  /* end */"});
    return std::move(out_);
  }

  std::string OneLine() {
    Expression(2, false);
    return std::move(out_);
  }

 private:
  void Add(std::string_view text) { out_.append(text); }
  void Add(char c) { out_ += c; }

  // Between tokens that need nothing between them.
  void Blank() {
    if (dice_.OneIn(40)) {
      absl::StrAppend(&out_, "/* c", ++count_,
                      dice_.OneIn(4) ? "\n */" : " */");
    }
    switch (dice_.Below(6)) {
      case 0:
      case 1:
        return Add(' ');
      case 2:
        return Add("  ");
      case 3:
        if (dice_.OneIn(3)) Add('\t');
        return;
      default:
        return;
    }
  }
  void Gap() {
    Add(' ');
    Blank();
  }
  // Where brackets take the meaning from line ends, if they do.
  void Break(bool free) {
    Blank();
    if (!free || !dice_.OneIn(5)) return;
    EndLine();
    Blank();
  }
  void EndLine() {
    Blank();
    if (dice_.OneIn(6)) {
      absl::StrAppend(&out_, dice_.OneOf({"# c", "#c", "//c", " # ü"}),
                      ++count_, dice_.OneOf({"", "  ", " {", " }"}));
    }
    Add(line_end_);
    if (dice_.OneIn(8)) BlankLines();
  }
  void BlankLines() {
    Blank();
    Add(line_end_);
  }

  // Different from all others, and of different width.
  void NewName() {
    absl::StrAppend(&out_, std::string(dice_.Below(6), 'n'), "v", ++count_);
    if (dice_.OneIn(12)) Add("-é");
  }

  void Body(int depth) {
    for (size_t items = dice_.Below(6); items > 0; --items) {
      Blank();
      switch (dice_.Below(depth > 3 ? 5 : 8)) {
        case 0:
          EndLine();
          break;
        case 5:
        case 6:
          Block(depth);
          break;
        case 7:
          OneLineBlock();
          break;
        default:
          Attribute();
      }
    }
  }

  void Header() {
    NewName();
    Gap();
    for (size_t labels = dice_.Below(3); labels > 0; --labels) {
      Add(dice_.OneOf({"\"l\"", "label", "\"a b\"", "\"ü\""}));
      Gap();
    }
    Add('{');
  }

  void Block(int depth) {
    Header();
    EndLine();
    Body(depth + 1);
    Blank();
    Add('}');
    EndLine();
  }

  void OneLineBlock() {
    Header();
    Blank();
    if (!dice_.OneIn(3)) {
      NewName();
      Blank();
      Add('=');
      Blank();
      Expression(1, false);
      Blank();
    }
    Add('}');
    EndLine();
  }

  void Attribute() {
    NewName();
    Blank();
    Add('=');
    Blank();
    if (dice_.OneIn(12)) return Heredoc();
    Expression(3, false);
    EndLine();
  }

  void Heredoc() {
    absl::StrAppend(&out_, dice_.OneOf({"<<EOT", "<<-EOT"}), line_end_);
    for (size_t lines = dice_.Below(4); lines > 0; --lines) {
      Add(dice_.OneOf({"", "  a   b", "\tx = [", "# no comment", "ü }"}));
      if (dice_.OneIn(3)) Interpolation();
      Add(line_end_);
    }
    absl::StrAppend(&out_, dice_.OneOf({"", "    ", "\t"}), "EOT", line_end_);
    if (dice_.OneIn(8)) BlankLines();
  }

  // `free`: line ends mean nothing here.
  void Expression(int depth, bool free) {
    switch (dice_.Below(depth <= 0 ? 6 : 18)) {
      case 6:
      case 7:
        return Operation(depth, free);
      case 8:
        return Conditional(depth, free);
      case 9:
      case 10:
        return List(depth);
      case 11:
      case 12:
        return Object(depth);
      case 13:
        return For(depth);
      case 14:
        return Quoted();
      case 15:
        return Parentheses(depth);
      case 16:
        return Signed(depth, free);
      case 17:
        return Call(depth);
      case 4:
      case 5:
        return Traversal();
      default:
        Add(dice_.OneOf(Literals()));
    }
  }

  void Operation(int depth, bool free) {
    Expression(depth - 1, free);
    // A name may end in a dash.
    Add(' ');
    Break(free);
    Add(dice_.OneOf(Operators()));
    Break(free);
    Expression(depth - 1, free);
  }

  void Signed(int depth, bool free) {
    Add(dice_.OneOf({"-", "!"}));
    Blank();
    Expression(depth - 1, free);
  }

  void Conditional(int depth, bool free) {
    Expression(depth - 1, free);
    Break(free);
    Add('?');
    Break(free);
    Expression(depth - 1, free);
    Break(free);
    Add(':');
    Break(free);
    Expression(depth - 1, free);
  }

  void Parentheses(int depth) {
    Add('(');
    Break(true);
    Expression(depth - 1, true);
    Break(true);
    Add(')');
  }

  void Items(int depth) {
    const size_t items = dice_.Below(4);
    for (size_t i = 0; i < items; ++i) {
      Break(true);
      Expression(depth - 1, true);
      Break(true);
      if (i + 1 < items || dice_.OneIn(3)) Add(',');
    }
    Break(true);
  }

  void List(int depth) {
    Add('[');
    Items(depth);
    Add(']');
  }

  void Call(int depth) {
    Add(dice_.OneOf({"f", "max", "to-upper"}));
    Blank();
    Add('(');
    Break(true);
    if (!dice_.OneIn(4)) {
      Expression(depth - 1, true);
      Break(true);
      if (dice_.OneIn(3)) {
        Add("...");
      } else if (dice_.OneIn(3)) {
        Add(',');
        Break(true);
        Expression(depth - 1, true);
        Break(true);
      }
    }
    Add(')');
    if (dice_.OneIn(3)) Step();
  }

  void Object(int depth) {
    Add('{');
    const bool lines = dice_.OneIn(2);
    const size_t items = dice_.Below(4);
    if (lines) EndLine();
    for (size_t i = 0; i < items; ++i) {
      Blank();
      ObjectKey();
      Blank();
      Add(dice_.OneOf({"=", ":"}));
      Blank();
      Expression(depth - 1, false);
      Blank();
      if (i + 1 < items && !(lines && dice_.OneIn(2))) Add(',');
      if (lines) EndLine();
    }
    Blank();
    Add('}');
  }

  void ObjectKey() {
    if (dice_.OneIn(6)) return Parentheses(1);
    if (dice_.OneIn(6)) return Quoted();
    NewName();
  }

  void For(int depth) {
    const bool object = dice_.OneIn(2);
    Add(object ? '{' : '[');
    Break(true);
    Add("for");
    Gap();
    Add("k");
    if (dice_.OneIn(2)) {
      Blank();
      Add(',');
      Blank();
      Add("v");
    }
    Gap();
    Add("in");
    Gap();
    Expression(depth - 1, true);
    Break(true);
    Add(':');
    Break(true);
    Expression(depth - 1, true);
    if (object) {
      Break(true);
      Add("=>");
      Break(true);
      Expression(depth - 1, true);
      if (dice_.OneIn(4)) Add(" ...");
    }
    if (dice_.OneIn(3)) {
      Gap();
      Add("if");
      Gap();
      Expression(depth - 1, true);
    }
    Break(true);
    Add(object ? '}' : ']');
  }

  void Quoted() {
    Add('"');
    for (size_t parts = dice_.Below(3) + 1; parts > 0; --parts) {
      Add(dice_.OneOf({"", "a  b", "#", "{", "\\n", "ü", "$${"}));
      if (dice_.OneIn(2)) Interpolation();
    }
    Add('"');
  }

  void Interpolation() {
    Add(dice_.OneIn(5) ? "${~" : "${");
    Blank();
    if (dice_.OneIn(5)) {
      Object(1);
    } else {
      Expression(1, false);
    }
    Blank();
    Add(dice_.OneIn(5) ? "~}" : "}");
  }

  void Traversal() {
    Add(dice_.OneOf(Names()));
    while (!dice_.OneIn(2)) Step();
  }

  void Step() {
    Blank();
    switch (dice_.Below(6)) {
      case 0:
        return Add(dice_.OneOf({"[*]", "[ * ]", ".*", ". * "}));
      case 1:
        Add('[');
        Blank();
        Add(dice_.OneOf({"0", "\"k\"", "x", "-1"}));
        Blank();
        return Add(']');
      case 2:
        Add('.');
        Blank();
        return Add(dice_.OneOf({"0", "17"}));
      default:
        Add('.');
        Blank();
        return Add(dice_.OneOf(Names()));
    }
  }

  Dice& dice_;
  const std::string line_end_;
  std::string out_;
  int count_ = 0;
};

}  // namespace

std::string RandomText(Dice& dice) { return Writer(dice).Text(); }

std::string RandomExpression(Dice& dice) { return Writer(dice).OneLine(); }

}  // namespace pol::golden
