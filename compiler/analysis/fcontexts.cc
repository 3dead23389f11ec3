#include "compiler/analysis/fcontexts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/analysis/diagnostics.h"
#include "compiler/automata/regex.h"
#include "compiler/automata/regular_set.h"
#include "compiler/diag/cat.h"
#include "compiler/selinux/common_form.h"
#include "compiler/selinux/equivalences.h"
#include "compiler/selinux/fcontext_records.h"
#include "compiler/selinux/fcontext_rules.h"
#include "compiler/selinux/normal_paths.h"
#include "compiler/support/view.h"

namespace pol::analysis {
namespace {

using automata::RegularSet;
using diag::Cat;
using selinux::FcontextRule;
using values::FileKind;

constexpr FileKind kKinds[] = {FileKind::kFile,      FileKind::kDirectory,
                               FileKind::kLink,      FileKind::kBlock,
                               FileKind::kCharacter, FileKind::kPipe,
                               FileKind::kSocket};
constexpr size_t kMaxNamed = 8;     // winners that one diagnostic names
constexpr size_t kMaxReduced = 64;  // winners among which the needed are sought

std::string ContextOf(const FcontextRule& rule) {
  return rule.context ? rule.context->ToString() : "<<none>>";
}

using Numbers = std::vector<size_t>;

class FcontextCheck {
 public:
  FcontextCheck(const ir::RuleSet& rules, diag::Sink& sink)
      : all_(rules),
        said_(rules.fcontexts),
        rules_(selinux::FcontextRules(rules)),
        idle_(rules_.size()),
        paths_(selinux::NormalPaths()),
        sink_(sink) {
    for (const FcontextRule& rule : rules_) {
      starts_.push_back(rule.matches.ok() ? rule.matches->Prefix() : "");
    }
  }

  void Run() {
    for (const ir::Fcontext& fcontext : said_) IsReadAlike(fcontext);
    for (size_t i = 0; i < rules_.size(); ++i) {
      if (rules_[i].of_file || !rules_[i].matches.ok()) continue;
      idle_[i] =
          IsNeverAsked(i) || Disagrees(i) || MatchesNoPath(i) || NeverWins(i);
    }
    for (size_t i = 0; i < rules_.size(); ++i) {
      for (size_t j = i + 1; j < rules_.size(); ++j) {
        CheckOrder(i, j);
        CheckNone(i, j);
      }
    }
  }

 private:
  // A path of all of `in` and none of `out`; unset when there is none.
  // An error when that is too much to find out.
  absl::StatusOr<std::optional<std::string>> FindPath(
      const Numbers& in, const Numbers& out) const {
    std::vector<const RegularSet*> inside = {&paths_};
    for (size_t i : in) inside.push_back(&*rules_[i].matches);
    std::vector<const RegularSet*> outside;
    for (size_t i : out) outside.push_back(&*rules_[i].matches);
    return automata::FindMember(inside, outside);
  }

  bool IsCovered(size_t rule, const Numbers& winners) const {
    auto path = FindPath({rule}, winners);
    return path.ok() && !*path;
  }

  // Whether the rules' paths begin so that they can have one in common.
  bool MayMeet(size_t a, size_t b) const {
    size_t common = std::min(starts_[a].size(), starts_[b].size());
    return starts_[a].compare(0, common, starts_[b], 0, common) == 0;
  }

  // Whether all releases read the expression in one way; else it is reported.
  void IsReadAlike(const ir::Fcontext& fcontext) {
    auto forms = selinux::CommonForm(fcontext.path);
    std::string text = Cat("`", fcontext.path, "`");
    if (absl::IsInvalidArgument(forms.status())) {
      sink_.Report(kFcontextNoExpression, fcontext.origin.span,
                   Cat(text, " is no path expression: ",
                       support::ToStd(forms.status().message())));
      return;
    }
    if (!forms.ok()) {
      sink_
          .Report(kFcontextReleases, fcontext.origin.span,
                  Cat(text, " does not mean the same everywhere: ",
                      support::ToStd(forms.status().message())))
          .Help("write a class of characters, as in `[0-9]`");
      return;
    }
    for (const std::string& form : *forms) {
      absl::Status status = automata::CompileRegex(form).status();
      if (status.ok()) continue;
      sink_
          .Report(kFcontextUnproven, fcontext.origin.span,
                  Cat("what `", form, "` matches is not known: ",
                      support::ToStd(status.message())))
          .Note(
              "among the other rules it stands where the length of its literal "
              "beginning puts it");
    }
  }

  // A rule that wins over a deeper `<<none>>`: since libselinux 3.8 the
  // `<<none>>` is found first. `winner` comes first.
  void CheckNone(size_t winner, size_t loser) {
    const FcontextRule& first = rules_[winner];
    const FcontextRule& second = rules_[loser];
    if (first.literal || !first.context || second.context || idle_[winner] ||
        !first.matches.ok() || !second.matches.ok() ||
        !MayMeet(winner, loser) ||
        !values::AppliesTo(first.kind, second.kind)) {
      return;
    }
    std::string_view above = selinux::StemDirectory(first.expression);
    std::string_view below = selinux::StemDirectory(second.expression);
    if (below.size() <= above.size()) return;
    auto path = FindPath({winner, loser}, {});
    if (!path.ok() || !*path) return;
    sink_
        .Report(kFcontextNone, first.origin.span,
                Cat("releases of libselinux disagree whether `", first.path,
                    "` labels `", **path, "`"))
        .Also(second.origin.span,
              "libselinux 3.8 and newer find this `<<none>>` first, because "
              "more of it is literal")
        .Help(Cat("begin the expression with `", below, "/`"));
  }

  // A `file` block and an `fcontext` for its path alone.
  bool Disagrees(size_t number) {
    const FcontextRule& rule = rules_[number];
    if (!rule.literal || !values::AppliesTo(rule.kind, FileKind::kFile)) {
      return false;
    }
    for (size_t i = 0; i < number; ++i) {
      const FcontextRule& file = rules_[i];
      if (!file.of_file || file.literal != rule.literal ||
          file.context == rule.context) {
        continue;
      }
      sink_
          .Report(kFileDisagrees, rule.origin.span,
                  Cat("`", rule.path, "` is labelled `", ContextOf(rule),
                      "` here and `", ContextOf(file), "` by a `file` block"))
          .Also(file.origin.span, "the `file` block")
          .Help("say it in one place; the `file` block would win");
      return true;
    }
    return false;
  }

  // Whether an equivalence turns every path of the rule into another one.
  bool IsNeverAsked(size_t number) {
    const FcontextRule& rule = rules_[number];
    const ir::SelinuxEquivalence* turns =
        selinux::EquivalenceOf(all_, starts_[number]);
    if (turns == nullptr) return false;
    sink_
        .Report(
            kFcontextTurnedAway, rule.origin.span,
            Cat("`", rule.path, "` never matches: what is at or below `",
                turns->path, "` is labelled as below `", turns->equal_to, "`"))
        .Also(turns->origin.span, "the equivalence")
        .Help("write the rule for the other folder");
    return true;
  }

  bool MatchesNoPath(size_t number) {
    if (!IsCovered(number, {})) return false;
    const FcontextRule& rule = rules_[number];
    auto& diagnostic = sink_.Report(kFcontextNoPath, rule.origin.span,
                                    Cat("no path can match `", rule.path, "`"));
    if (std::optional<std::string> text = rule.matches->Example()) {
      diagnostic.Note(Cat("`", *text,
                          "`, which matches, is no path: paths have no `//`, "
                          "`.` or `..` and do not end in `/`"));
    }
    return true;
  }

  bool NeverWins(size_t number) {
    std::optional<Numbers> winners = Winners(number);
    if (!winners) return false;
    const FcontextRule& rule = rules_[number];
    auto& diagnostic = sink_.Report(
        kFcontextNeverWins, rule.origin.span,
        Cat("`", rule.path,
            "` can never win: another rule wins at every path that it "
            "matches"));
    for (size_t i = 0; i < winners->size() && i < kMaxNamed; ++i) {
      size_t winner = (*winners)[i];
      auto path = FindPath({number, winner}, {});
      if (!path.ok() || !*path) continue;
      diagnostic.Also(
          rules_[winner].origin.span,
          Cat("`", rules_[winner].path, "` wins at `", **path, "`"));
    }
    if (winners->size() > kMaxNamed) {
      diagnostic.Note(
          Cat(winners->size() - kMaxNamed, " more rules are needed for it"));
    }
    return true;
  }

  // Rules that win over this one at every path and for every kind of file that
  // it matches; unset when there are none.
  std::optional<Numbers> Winners(size_t number) const {
    Numbers any;
    Numbers all;
    for (size_t i = 0; i < number; ++i) {
      if (!rules_[i].matches.ok() || !MayMeet(i, number) ||
          !values::AppliesTo(rules_[i].kind, rules_[number].kind)) {
        continue;
      }
      all.push_back(i);
      if (rules_[i].kind == FileKind::kAny) any.push_back(i);
    }
    if (IsCovered(number, any)) return Needed(number, any);
    Numbers winners;
    for (FileKind kind : kKinds) {
      if (!values::AppliesTo(rules_[number].kind, kind)) continue;
      Numbers of_kind;
      for (size_t i : all) {
        if (values::AppliesTo(rules_[i].kind, kind)) of_kind.push_back(i);
      }
      if (!IsCovered(number, of_kind)) return std::nullopt;
      Numbers needed = Needed(number, of_kind);
      winners.insert(winners.end(), needed.begin(), needed.end());
    }
    std::sort(winners.begin(), winners.end());
    winners.erase(std::unique(winners.begin(), winners.end()), winners.end());
    return winners;
  }

  // Of rules that cover this one, some that do and of which each is needed.
  Numbers Needed(size_t number, Numbers winners) const {
    if (winners.size() > kMaxReduced) return winners;
    for (size_t i = winners.size(); i-- > 0;) {
      Numbers fewer = winners;
      fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(i));
      if (IsCovered(number, fewer)) winners = std::move(fewer);
    }
    return winners;
  }

  // Rules with equally long literal starts are sorted by their text, which says
  // nothing about which is meant to win. `winner` comes first.
  void CheckOrder(size_t winner, size_t loser) {
    const FcontextRule& first = rules_[winner];
    const FcontextRule& second = rules_[loser];
    if (first.literal || second.literal || idle_[winner] || idle_[loser] ||
        first.context == second.context || !first.matches.ok() ||
        !second.matches.ok() || !MayMeet(winner, loser) ||
        !values::AppliesTo(first.kind, second.kind) ||
        selinux::LiteralStem(first.expression) !=
            selinux::LiteralStem(second.expression)) {
      return;
    }
    // The narrower one wins, as it should.
    if ((second.kind == FileKind::kAny || first.kind == second.kind) &&
        IsCovered(winner, {loser})) {
      return;
    }
    auto path = FindPath({winner, loser}, {});
    if (!path.ok() || !*path) return;
    sink_
        .Report(kFcontextOrder, second.origin.span,
                Cat("`", second.path, "` and `", first.path, "` label `",
                    **path, "` differently, and neither is the narrower one"))
        .Also(first.origin.span,
              Cat("this one wins there, with `", ContextOf(first),
                  "`, as its text comes later in the alphabet"))
        .Help(
            "let one begin with more literal text, or add a rule for what "
            "both match");
  }

  const ir::RuleSet& all_;
  const std::vector<ir::Fcontext>& said_;
  std::vector<FcontextRule> rules_;  // the one that wins first
  std::vector<std::string> starts_;  // of all paths of a rule
  std::vector<bool> idle_;           // reported; of no further interest
  RegularSet paths_;
  diag::Sink& sink_;
};

}  // namespace

void CheckFcontexts(const ir::RuleSet& rules, diag::Sink& sink) {
  FcontextCheck(rules, sink).Run();
}

}  // namespace pol::analysis
