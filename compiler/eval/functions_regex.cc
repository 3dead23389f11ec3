#include <re2/re2.h>

#include <cctype>
#include <optional>
#include <utility>

#include "compiler/eval/call.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/print.h"
#include "compiler/eval/regex.h"

namespace pol::eval {
namespace {

constexpr int kGroupLimit = 100;

RE2::Options Quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(4 << 20);
  return options;
}

// One pattern over one text, match after match.
class Matcher {
 public:
  // `argument` holds the pattern, for messages.
  Matcher(Call& call, size_t argument, const std::string& pattern,
          const std::string& text)
      : call_(call), pattern_(pattern, Quiet()), text_(text) {
    if (!pattern_.ok()) {
      call.Error(argument,
                 diag::Cat("not a regular expression: ", pattern_.error()));
      return;
    }
    if (pattern_.NumberOfCapturingGroups() > kGroupLimit) {
      call.Error(argument, diag::Cat("more than ", kGroupLimit, " groups"));
      return;
    }
    const auto groups = static_cast<size_t>(pattern_.NumberOfCapturingGroups());
    if (!pattern_.NamedCapturingGroups().empty() &&
        pattern_.NamedCapturingGroups().size() != groups) {
      call.Error(argument, "some groups have a name and some have none");
      return;
    }
    groups_.resize(groups + 1);
    good_ = true;
  }

  bool good() const { return good_; }
  const RE2& pattern() const { return pattern_; }
  const re2::StringPiece& group(size_t i) const { return groups_[i]; }
  size_t groups() const { return groups_.size(); }

  // Whether there is a match at or after the last one's end.
  bool Next() {
    if (at_ > text_.size()) return false;
    // What a search costs at most, so that a large text and a large pattern
    // together do not take all day.
    const uint64_t cost = 1 + (text_.size() - at_) / 1024 *
                                  static_cast<uint64_t>(pattern_.ProgramSize());
    if (!call_.MayTakeSteps(cost)) {
      good_ = false;
      return false;
    }
    if (!pattern_.Match(text_, at_, text_.size(), RE2::UNANCHORED,
                        groups_.data(), static_cast<int>(groups_.size()))) {
      return false;
    }
    const size_t begin = Offset(groups_[0]);
    at_ = begin + groups_[0].size();
    if (groups_[0].empty()) at_ = begin + CharacterAt(begin);
    return true;
  }

  size_t Offset(const re2::StringPiece& piece) const {
    return static_cast<size_t>(piece.data() - text_.data());
  }

  // The match as a value: a text, a list of groups or an object of them.
  Value Result() {
    if (groups_.size() == 1) return Group(0);
    if (pattern_.NamedCapturingGroups().empty()) {
      std::vector<Value> out;
      for (size_t i = 1; i < groups_.size(); ++i) out.push_back(Group(i));
      return call_.List(std::move(out));
    }
    std::vector<Item> out;
    for (const auto& [name, index] : pattern_.NamedCapturingGroups()) {
      out.push_back({name, call_.span(), Group(static_cast<size_t>(index))});
    }
    return call_.Object(std::move(out));
  }

 private:
  Value Group(size_t i) {
    if (groups_[i].data() == nullptr) return call_.Null();
    return call_.Text(groups_[i].as_string());
  }

  size_t CharacterAt(size_t at) const {
    size_t length = 1;
    while (at + length < text_.size() && (text_[at + length] & 0xC0) == 0x80) {
      ++length;
    }
    return length;
  }

  Call& call_;
  RE2 pattern_;
  const std::string& text_;
  std::vector<re2::StringPiece> groups_;
  size_t at_ = 0;
  bool good_ = false;
};

Value Regex(Call& call) {
  Matcher matcher(call, 0, call.String(0), call.String(1));
  if (!matcher.good()) return call.Invalid();
  if (matcher.Next()) return matcher.Result();
  if (!matcher.good()) return call.Invalid();
  return call.Error(1,
                    diag::Cat("the pattern does not match ", Excerpt(call[1])),
                    "regexall gives an empty list then, can(regex(…)) false");
}

Value RegexAll(Call& call) {
  Matcher matcher(call, 0, call.String(0), call.String(1));
  std::vector<Value> out;
  while (matcher.good() && matcher.Next()) {
    out.push_back(matcher.Result());
    if (out.back().is_invalid()) return call.Invalid();
  }
  if (!matcher.good()) return call.Invalid();
  return call.List(std::move(out));
}

// A replacement, taken apart once.
struct Piece {
  std::string text;
  std::optional<size_t> group;
};

// Nothing when a group is named that the pattern does not have; `unknown` then
// says which.
std::optional<std::vector<Piece>> Pieces(const std::string& replacement,
                                         const RE2& pattern,
                                         std::string& unknown) {
  const auto name_char = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  std::vector<Piece> out(1);
  for (size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '$' || i + 1 == replacement.size()) {
      out.back().text += replacement[i];
      continue;
    }
    if (replacement[i + 1] == '$') {
      out.back().text += replacement[++i];
      continue;
    }
    const bool braced = replacement[i + 1] == '{';
    const size_t begin = i + (braced ? 2 : 1);
    size_t end = begin;
    while (end < replacement.size() && name_char(replacement[end])) ++end;
    const std::string name = replacement.substr(begin, end - begin);
    if (name.empty() ||
        (braced && (end == replacement.size() || replacement[end] != '}'))) {
      out.back().text += '$';
      continue;
    }
    size_t group = 0;
    const auto named = pattern.NamedCapturingGroups().find(name);
    if (named != pattern.NamedCapturingGroups().end()) {
      group = static_cast<size_t>(named->second);
    } else if (name.size() < 4 &&
               name.find_first_not_of("0123456789") == std::string::npos) {
      group = std::stoul(name);
    } else {
      group = kGroupLimit + 1;
    }
    if (group > static_cast<size_t>(pattern.NumberOfCapturingGroups())) {
      unknown = name;
      return std::nullopt;
    }
    out.push_back({"", group});
    out.push_back({});
    i = braced ? end : end - 1;
  }
  return out;
}

}  // namespace

Value ReplaceRegex(Call& call, const std::string& pattern) {
  const std::string& text = call.String(0);
  Matcher matcher(call, 1, pattern, text);
  if (!matcher.good()) return call.Invalid();
  std::string unknown;
  const std::optional<std::vector<Piece>> pieces =
      Pieces(call.String(2), matcher.pattern(), unknown);
  if (!pieces.has_value()) {
    return call.Error(2, diag::Cat("the pattern has no group `", unknown, "`"),
                      "a `$` that stands for itself is written $$");
  }
  std::string out;
  size_t done = 0;
  while (matcher.Next()) {
    const size_t begin = matcher.Offset(matcher.group(0));
    out.append(text, done, begin - done);
    for (const Piece& piece : *pieces) {
      out += piece.text;
      if (!piece.group.has_value()) continue;
      const re2::StringPiece& group = matcher.group(*piece.group);
      if (group.data() != nullptr) out.append(group.data(), group.size());
    }
    done = begin + matcher.group(0).size();
    if (out.size() > call.budget().limits().string) break;
  }
  if (!matcher.good()) return call.Invalid();
  out.append(text, done);
  return call.Text(std::move(out));
}

namespace {

using enum Category;

constexpr Parameters kTwo = {{"pattern", Takes::kString},
                             {"text", Takes::kString}};

constexpr Function kFunctions[] = {
    {"regex", kRegex, "regex(pattern, text)",
     "The first match of a regular expression (RE2): a text, a list of its "
     "groups, or an object of its named groups; an error when there is none.",
     R"(regex("^(\\w+)-(\\d+)$", "db-7"))", R"(["db", "7"])", kTwo, 2, false,
     Regex},
    {"regexall", kRegex, "regexall(pattern, text)",
     "Every match of a regular expression (RE2), each as regex gives it.",
     R"(regexall("[0-9]+", "10.87.0.1"))", R"(["10", "87", "0", "1"])", kTwo, 2,
     false, RegexAll},
};

}  // namespace

absl::Span<const Function> RegexFunctions() { return kFunctions; }

}  // namespace pol::eval
