#include "tests/golden/mutant.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/golden/random_text.h"

namespace pol::golden {
namespace {

class Mutation {
 public:
  Mutation(std::string& text, Dice& dice) : text_(text), dice_(dice) {}

  void Apply() {
    if (text_.empty()) return;
    switch (dice_.Below(12)) {
      case 0:
      case 1:
      case 2:
        return ChangeBlanks();
      case 3:
        return AddComment();
      case 4:
        return EndLineSomewhere();
      case 5:
        return JoinLines();
      case 6:
      case 7:
        return WrapValue();
      case 8:
        return ReplaceValue();
      case 9:
        return SwapLines();
      case 10:
        return SwapBytes();
      default:
        return ChangeAll();
    }
  }

 private:
  // Where one of `marks` stands, or npos; from somewhere on, so that each has
  // its chance.
  size_t Find(std::string_view marks) {
    const size_t from = dice_.Below(text_.size());
    const size_t at = text_.find_first_of(marks, from);
    return at != text_.npos ? at : text_.find_first_of(marks);
  }

  void ChangeBlanks() {
    const size_t at = Find(" =[](){},:.?!-+*/<>\n");
    if (at == text_.npos) return;
    if (text_[at] == ' ' && dice_.OneIn(2)) {
      text_.erase(at, 1);
    } else {
      text_.insert(at + dice_.Below(2), dice_.OneOf({" ", "   ", "\t"}));
    }
  }

  void AddComment() {
    const size_t at = Find(" \n");
    if (at == text_.npos) return;
    if (text_[at] == '\n') {
      text_.insert(at, dice_.OneOf({"# m", "//m", "  # m }", "/* m */"}));
    } else {
      text_.insert(at, dice_.OneOf({"/* m */", "/**/", "/* m\n */", "# m\n"}));
    }
  }

  void EndLineSomewhere() {
    const size_t at = Find(" ,[](){}\n");
    if (at != text_.npos) {
      text_.insert(at + dice_.Below(2), dice_.OneOf({"\n", "\r\n", "\n\n"}));
    }
  }

  void JoinLines() {
    const size_t at = Find("\n");
    if (at != text_.npos) text_.replace(at, 1, dice_.OneOf({"", " "}));
  }

  // From behind an `=` to the end of its line.
  bool FindValue(size_t& begin, size_t& end) {
    begin = Find("=");
    if (begin == text_.npos) return false;
    ++begin;
    end = text_.find_first_of("#\n", begin);
    if (end == text_.npos) end = text_.size();
    return true;
  }

  void WrapValue() {
    static const auto& kWraps =
        *new std::vector<std::pair<std::string, std::string>>{
            {"[", "]"},       {"[\n", ",\n]"},
            {"{ w = ", " }"}, {"{\nw = ", "\n}"},
            {"(", ")"},       {"(\n", "\n)"},
            {"f( ", " )"},    {"[for w in ", " : w]"},
            {"\"${", "}\""},  {"true ? ", " : 1"},
            {"- ", ""},       {"[[", "], {\n}]"}};
    size_t begin = 0;
    size_t end = 0;
    if (!FindValue(begin, end)) return;
    const auto& [before, after] = kWraps[dice_.Below(kWraps.size())];
    text_.insert(end, after);
    text_.insert(begin, before);
  }

  void ReplaceValue() {
    size_t begin = 0;
    size_t end = 0;
    if (!FindValue(begin, end)) return;
    text_.replace(begin, end - begin, RandomExpression(dice_));
  }

  void SwapLines() {
    const size_t first = Find("\n");
    if (first == text_.npos) return;
    const size_t middle = text_.find('\n', first + 1);
    if (middle == text_.npos) return;
    const size_t last = text_.find('\n', middle + 1);
    if (last == text_.npos) return;
    const std::string line = text_.substr(first, middle - first);
    text_.erase(first, middle - first);
    text_.insert(last - (middle - first), line);
  }

  void SwapBytes() {
    const size_t at = Find("=[](){},:.?!-+*/<>\" ");
    if (at != text_.npos && at + 1 < text_.size()) {
      std::swap(text_[at], text_[at + 1]);
    }
  }

  void ChangeAll() {
    switch (dice_.Below(5)) {
      case 0:
        text_ = absl::StrCat("m \"m\"{\n", text_, "\n}");
        return;
      case 1:
        text_ = absl::StrReplaceAll(text_, {{"\r\n", "\n"}, {"\n", "\r\n"}});
        return;
      case 2:
        text_ = absl::StrReplaceAll(text_, {{"  ", ""}});
        return;
      case 3:
        text_ = absl::StrReplaceAll(text_, {{" = ", "="}, {", ", ","}});
        return;
      default:
        text_ += RandomText(dice_);
    }
  }

  std::string& text_;
  Dice& dice_;
};

}  // namespace

std::string Mutant(std::string text, Dice& dice) {
  for (size_t changes = dice.Below(4) + 1; changes > 0; --changes) {
    Mutation(text, dice).Apply();
  }
  return text;
}

}  // namespace pol::golden
