#include "compiler/selinux/fcontext_rules.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/automata/regex.h"
#include "compiler/selinux/fcontext_records.h"

namespace pol::selinux {
namespace {

using values::FileKind;

// What some release takes for a metacharacter.
constexpr std::string_view kEveryMeta = ".^$?*+|[({])}\\";

absl::Status ReadDifferently(std::string_view what) {
  return absl::UnimplementedError(absl::StrCat(
      "releases of libselinux read ", support::ToAbsl(what), " differently"));
}

// Before the first metacharacter, where libselinux compares bytes, releases
// differ in which escapes they undo.
absl::Status CheckStem(std::string_view expression) {
  std::string_view stem = expression.substr(0, LiteralStem(expression));
  for (size_t i = 0; i < stem.size(); ++i) {
    if (stem[i] == '\\') {
      ++i;
      if (i < stem.size() && kEveryMeta.find(stem[i]) != kEveryMeta.npos) {
        continue;
      }
      return ReadDifferently(absl::StrCat("`\\", std::string(stem.substr(i, 1)),
                                          "` before the first metacharacter"));
    }
    if (kEveryMeta.find(stem[i]) != kEveryMeta.npos) {
      return ReadDifferently(
          absl::StrCat("a lone `", std::string(stem.substr(i, 1)), "`"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<automata::RegularSet> MatchesOf(std::string_view expression) {
  POL_RETURN_IF_ERROR(CheckStem(expression));
  return automata::CompileRegex(expression);
}

// What a path that an unknown expression matches begins with at least.
std::string_view CertainStart(std::string_view expression) {
  if (expression.find('|') != expression.npos) return {};
  size_t end =
      std::min(expression.find_first_of(kEveryMeta), expression.size());
  bool optional =
      end < expression.size() && end > 0 &&
      std::string_view("?*{").find(expression[end]) != std::string_view::npos;
  return expression.substr(0, optional ? end - 1 : end);
}

std::string Escaped(std::string_view path) {
  std::string expression;
  for (char c : path) {
    if (kEveryMeta.find(c) != kEveryMeta.npos) expression += '\\';
    expression += c;
  }
  return expression;
}

FcontextRule OfFile(const ir::File& file) {
  return {file.path,
          FileKind::kFile,
          file.context,
          file.origin,
          true,
          file.path,
          automata::CompileRegex(Escaped(file.path))};
}

FcontextRule OfFcontext(const ir::Fcontext& fcontext) {
  return {fcontext.path,           fcontext.kind, fcontext.context,
          fcontext.origin,         false,         LiteralPath(fcontext.path),
          MatchesOf(fcontext.path)};
}

// What wins comes first: by what it is, then as fcontext_records.h says,
// backwards.
bool WinsOver(const FcontextRule& a, const FcontextRule& b) {
  auto rank = [](const FcontextRule& rule) {
    return std::tuple(rule.of_file, rule.literal.has_value(),
                      LiteralStem(rule.path), std::string_view(rule.path),
                      values::Flag(rule.kind));
  };
  return rank(a) > rank(b);
}

}  // namespace

std::vector<FcontextRule> FcontextRules(const ir::RuleSet& rules) {
  std::vector<FcontextRule> all;
  for (const ir::File& file : rules.files) {
    if (file.context) all.push_back(OfFile(file));
  }
  for (const ir::Fcontext& fcontext : rules.fcontexts) {
    all.push_back(OfFcontext(fcontext));
  }
  std::stable_sort(all.begin(), all.end(), WinsOver);
  return all;
}

absl::StatusOr<const FcontextRule*> LabelFor(
    const std::vector<FcontextRule>& rules, std::string_view path,
    FileKind kind) {
  for (const FcontextRule& rule : rules) {
    if (!values::AppliesTo(rule.kind, kind)) continue;
    if (!rule.matches.ok()) {
      std::string_view start = CertainStart(rule.path);
      if (path.substr(0, start.size()) != start) continue;
      return support::Annotate(rule.matches.status(),
                               absl::StrCat("`", rule.path, "`"));
    }
    if (rule.literal ? *rule.literal == path : rule.matches->Contains(path)) {
      return &rule;
    }
  }
  return nullptr;
}

}  // namespace pol::selinux
