#include "compiler/target/check_file_contexts.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "compiler/automata/regex.h"
#include "compiler/diag/cat.h"
#include "compiler/selinux/fcontext_records.h"
#include "compiler/selinux/fcontext_rules.h"
#include "compiler/selinux/normal_paths.h"
#include "compiler/target/diagnostics.h"
#include "compiler/target/label_oracle.h"

namespace pol::target {
namespace {

using diag::Cat;
using filecontexts::Source;
using selinux::FcontextRule;
using values::FileKind;

constexpr char kNone[] = "<<none>>";

// A rule of the target's.
struct Theirs {
  const filecontexts::Rule* rule = nullptr;
  std::optional<std::string> literal;
};

std::string ContextOf(const FcontextRule& rule) {
  return rule.context ? rule.context->ToString() : kNone;
}

std::string Where(const filecontexts::Rule& rule) {
  return Cat(filecontexts::FileName(rule.source), ":", rule.line);
}

// A kind of file to which both apply.
FileKind Common(FileKind a, FileKind b) {
  if (a != FileKind::kAny) return a;
  return b != FileKind::kAny ? b : FileKind::kFile;
}

// The rules as they will be written, behind what of `local` is not ours.
std::string LocalText(const std::vector<const filecontexts::Rule*>& local,
                      const ir::RuleSet& rules,
                      const std::vector<FcontextRule>& ours) {
  std::string text;
  for (const filecontexts::Rule* rule : local) {
    absl::StrAppend(&text, rule->regex, " ",
                    std::string(values::Flag(rule->kind)), " ", rule->context,
                    "\n");
  }
  absl::StrAppend(&text, selinux::Dump(selinux::FcontextRecords(rules)));
  for (const FcontextRule& rule : ours) {
    if (rule.of_file)
      absl::StrAppend(&text, rule.expression, " -- ", ContextOf(rule), "\n");
  }
  return text;
}

class FileContextCheck {
 public:
  FileContextCheck(const ir::RuleSet& rules,
                   const filecontexts::FileContexts& target, diag::Sink& sink)
      : ours_(selinux::FcontextRules(rules)), target_(target), sink_(sink) {
    std::set<std::pair<std::string, FileKind>> keys;
    for (const FcontextRule& rule : ours_)
      keys.emplace(rule.expression, rule.kind);
    for (const filecontexts::Rule& rule : target.rules()) {
      bool local = rule.source == Source::kLocal;
      if (local && keys.count({rule.regex, rule.kind}) != 0) continue;
      theirs_.push_back({&rule, selinux::LiteralPath(rule.regex)});
      if (local) local_.push_back(&rule);
    }
  }

  absl::Status Run(const ir::RuleSet& rules, filecontexts::Texts texts) {
    texts.local = LocalText(local_, rules, ours_);
    // A line that was not ended would become one with what follows.
    absl::StrAppend(&texts.subs, "\n");
    for (const ir::SelinuxEquivalence& one : rules.equivalences)
      absl::StrAppend(&texts.subs, one.path, " ", one.equal_to, "\n");
    absl::StatusOr<LabelOracle> oracle = LabelOracle::Open(texts);
    if (!oracle.ok()) return oracle.status();
    oracle_ = &*oracle;
    for (const FcontextRule& rule : ours_) {
      if (!rule.matches.ok() || rule.of_file) continue;
      const std::string start = rule.matches->Prefix();
      if (IsTurnedAway(rule, start)) continue;
      CheckLiterals(rule, start);
      CheckLocal(rule, start);
      CheckNone(rule, start);
    }
    return absl::OkStatus();
  }

  size_t unconfirmed() const { return unconfirmed_; }

 private:
  // Whether libselinux says `context`; counted when it does not.
  bool Confirmed(const std::string& path, FileKind kind,
                 std::string_view context) {
    if (oracle_->Lookup(path, kind) == context) return true;
    ++unconfirmed_;
    return false;
  }

  // Equivalences take every path of the rule to another place.
  bool IsTurnedAway(const FcontextRule& rule, const std::string& start) {
    if (start.size() < 2) return false;
    std::string canonical = target_.Canonical(start);
    if (canonical == start) return false;
    sink_
        .Report(kNeverAsked, rule.origin.span,
                Cat("`", rule.path, "` never matches: the target treats `",
                    start, "` as `", canonical, "`"))
        .Help("write the other path");
    return true;
  }

  // Whether the rules can have a path in common, by their beginnings.
  static bool MayMeet(std::string_view start, std::string_view stem) {
    size_t common = std::min(start.size(), stem.size());
    return start.substr(0, common) == stem.substr(0, common);
  }

  // A literal path of the target wins over an expression of ours.
  void CheckLiterals(const FcontextRule& rule, const std::string& start) {
    if (rule.literal) return;
    const Theirs* first = nullptr;
    size_t more = 0;
    for (const Theirs& one : theirs_) {
      if (!one.literal || !absl::StartsWith(*one.literal, start) ||
          one.rule->context == ContextOf(rule) ||
          !values::AppliesTo(rule.kind, one.rule->kind) ||
          !rule.matches->Contains(*one.literal)) {
        continue;
      }
      FileKind kind = Common(rule.kind, one.rule->kind);
      if (SaidByOurLiteral(*one.literal, kind) ||
          !Confirmed(*one.literal, kind, one.rule->context)) {
        continue;
      }
      if (first == nullptr) {
        first = &one;
      } else {
        ++more;
      }
    }
    if (first == nullptr) return;
    auto& diagnostic =
        sink_.Report(kLiteralOfTarget, rule.origin.span,
                     Cat("the target labels `", *first->literal, "` as `",
                         first->rule->context, "`, not `", rule.path, "`"));
    diagnostic.Note(Cat("a literal path wins over every expression: ",
                        Where(*first->rule)));
    if (more > 0) {
      diagnostic.Note(Cat(more,
                          more == 1 ? " more path that it matches is"
                                    : " more paths that it matches are",
                          " labelled so"));
    }
    diagnostic.Help("add a rule for that path alone if it shall be yours");
  }

  bool SaidByOurLiteral(const std::string& path, FileKind kind) const {
    return std::any_of(ours_.begin(), ours_.end(), [&](const auto& rule) {
      return rule.literal == path && values::AppliesTo(rule.kind, kind);
    });
  }

  // Paths that local rules of the administrator labelled until now.
  void CheckLocal(const FcontextRule& rule, const std::string& start) {
    for (const Theirs& one : theirs_) {
      if (one.rule->source != Source::kLocal ||
          one.rule->context == ContextOf(rule) || one.literal ||
          !values::AppliesTo(rule.kind, one.rule->kind)) {
        continue;
      }
      std::optional<std::string> path = Shared(rule, start, *one.rule);
      if (!path ||
          !Confirmed(*path, Common(rule.kind, one.rule->kind), ContextOf(rule)))
        continue;
      sink_
          .Report(kTakesFromLocal, rule.origin.span,
                  Cat("`", rule.path, "` takes `", *path,
                      "` from a local rule of the target"))
          .Note(Cat("`", one.rule->regex, "` labels it `", one.rule->context,
                    "`: ", Where(*one.rule)));
    }
  }

  // Since libselinux 3.8 a deeper <<none>> wins over what is read later.
  void CheckNone(const FcontextRule& rule, const std::string& start) {
    if (rule.literal || !rule.context) return;
    std::string_view above = selinux::StemDirectory(rule.expression);
    for (const Theirs& one : theirs_) {
      if (!one.rule->leaves_label() || one.literal ||
          selinux::StemDirectory(one.rule->regex).size() <= above.size() ||
          !values::AppliesTo(rule.kind, one.rule->kind)) {
        continue;
      }
      std::optional<std::string> path = Shared(rule, start, *one.rule);
      if (!path ||
          !Confirmed(*path, Common(rule.kind, one.rule->kind), ContextOf(rule)))
        continue;
      sink_
          .Report(kDeepNone, rule.origin.span,
                  Cat("releases of libselinux disagree whether `", rule.path,
                      "` labels `", *path, "`"))
          .Note(Cat("since 3.8 `", one.rule->regex,
                    "` with `<<none>>` wins: ", Where(*one.rule)));
      return;
    }
  }

  // A path that both match; nothing as well when that is too much to know.
  std::optional<std::string> Shared(const FcontextRule& rule,
                                    const std::string& start,
                                    const filecontexts::Rule& other) const {
    size_t stem = selinux::StemDirectory(other.regex).size();
    if (!MayMeet(start, std::string_view(other.regex).substr(0, stem)))
      return std::nullopt;
    absl::StatusOr<automata::RegularSet> theirs =
        automata::CompileRegex(other.regex);
    if (!theirs.ok()) return std::nullopt;
    auto path = automata::FindMember({&paths_, &*rule.matches, &*theirs}, {});
    return path.ok() ? *path : std::nullopt;
  }

  const std::vector<FcontextRule> ours_;
  const filecontexts::FileContexts& target_;
  std::vector<Theirs> theirs_;
  std::vector<const filecontexts::Rule*> local_;
  const LabelOracle* oracle_ = nullptr;
  const automata::RegularSet paths_ = selinux::NormalPaths();
  size_t unconfirmed_ = 0;
  diag::Sink& sink_;
};

}  // namespace

absl::StatusOr<size_t> CheckFileContexts(const ir::RuleSet& rules,
                                         const filecontexts::Texts& texts,
                                         diag::Sink& sink) {
  if (rules.fcontexts.empty()) return 0;
  POL_ASSIGN_OR_RETURN(filecontexts::FileContexts target,
                       filecontexts::FileContexts::Parse(texts));
  FileContextCheck check(rules, target, sink);
  POL_RETURN_IF_ERROR(check.Run(rules, texts));
  return check.unconfirmed();
}

}  // namespace pol::target
