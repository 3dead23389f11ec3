#include "compiler/selinux/fcontext_rules.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/automata/regex.h"
#include "compiler/selinux/common_form.h"
#include "compiler/selinux/equivalences.h"
#include "compiler/selinux/fcontext_order.h"
#include "compiler/selinux/fcontext_records.h"

namespace pol::selinux {
namespace {

using values::FileKind;

// What some release takes for a metacharacter.
constexpr std::string_view kEveryMeta = ".^$?*+|[({])}\\";

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

FcontextRule OfFile(const ir::File& file,
                    const filecontexts::Substitutions& equivalences) {
  std::string path = equivalences.Apply(file.path).value_or(file.path);
  std::string expression = Escaped(path);
  absl::StatusOr<automata::RegularSet> matches =
      automata::CompileRegex(expression);
  return {file.path,    std::move(expression), FileKind::kFile,
          file.context, file.origin,           /*of_file=*/true,
          path,         std::move(matches)};
}

void AddFcontext(const ir::Fcontext& fcontext,
                 std::vector<FcontextRule>* rules) {
  FcontextRule rule{fcontext.path,    fcontext.path,         fcontext.kind,
                    fcontext.context, fcontext.origin,       /*of_file=*/false,
                    std::nullopt,     automata::RegularSet()};
  absl::StatusOr<std::vector<std::string>> forms = CommonForm(fcontext.path);
  if (!forms.ok()) {
    rule.matches = forms.status();
    rules->push_back(std::move(rule));
    return;
  }
  for (const std::string& form : *forms) {
    if (forms->size() > 1) rule.path = form;
    rule.expression = form;
    rule.literal = LiteralPath(form);
    rule.matches = automata::CompileRegex(form);
    rules->push_back(rule);
  }
}

// Literal paths are looked for before expressions.
int Rank(const FcontextRule& rule) {
  return rule.of_file ? 2 : rule.literal ? 1 : 0;
}

}  // namespace

std::vector<FcontextRule> FcontextRules(const ir::RuleSet& rules) {
  std::vector<FcontextRule> all;
  const filecontexts::Substitutions equivalences = Equivalences(rules);
  for (const ir::File& file : rules.files) {
    if (file.context) all.push_back(OfFile(file, equivalences));
  }
  for (const ir::Fcontext& fcontext : rules.fcontexts)
    AddFcontext(fcontext, &all);
  all = WidestFirst(std::move(all));
  std::reverse(all.begin(), all.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return Rank(a) > Rank(b);
  });
  return all;
}

std::string_view StemDirectory(std::string_view expression) {
  std::string_view stem = expression.substr(0, LiteralStem(expression));
  size_t slash = stem.rfind('/');
  return slash == stem.npos ? std::string_view() : stem.substr(0, slash);
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

FileLabels::FileLabels(const ir::RuleSet& rules)
    : rules_(FcontextRules(rules)), equivalences_(Equivalences(rules)) {}

absl::StatusOr<const FcontextRule*> FileLabels::For(std::string_view path,
                                                    FileKind kind) const {
  const std::optional<std::string> equal = equivalences_.Apply(path);
  return LabelFor(rules_, equal ? std::string_view(*equal) : path, kind);
}

}  // namespace pol::selinux
