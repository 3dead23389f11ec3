#include "compiler/filecontexts/file_contexts.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "compiler/support/files.h"
#include "compiler/support/view.h"

namespace pol::filecontexts {
namespace {

using support::ToAbsl;
using support::ToStd;
using values::FileKind;

constexpr size_t kMaxText = 64u << 20;
// libselinux 3.8 refuses longer ones.
constexpr size_t kMaxWord = UINT16_MAX - 1;

// The first three words of a line; libselinux reads no more.
std::vector<absl::string_view> Words(absl::string_view line) {
  std::vector<absl::string_view> words;
  while (words.size() < 3) {
    line = absl::StripLeadingAsciiWhitespace(line);
    if (line.empty()) break;
    const auto end =
        std::find_if(line.begin(), line.end(), absl::ascii_isspace);
    words.push_back(line.substr(0, static_cast<size_t>(end - line.begin())));
    line.remove_prefix(words.back().size());
  }
  return words;
}

std::optional<FileKind> KindOf(absl::string_view flag) {
  for (size_t kind = 1; kind < kKinds; ++kind) {
    if (ToAbsl(values::Flag(static_cast<FileKind>(kind))) == flag)
      return static_cast<FileKind>(kind);
  }
  return std::nullopt;
}

absl::Status CheckWord(absl::string_view word) {
  if (!std::all_of(word.begin(), word.end(), absl::ascii_isascii))
    return absl::InvalidArgumentError("a byte that is not ASCII");
  if (word.size() > kMaxWord)
    return absl::UnimplementedError(
        "so long a word, which releases of libselinux read differently");
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadIfThere(const std::string& path) {
  absl::StatusOr<std::string> text = support::ReadFile(path, kMaxText);
  if (absl::IsNotFound(text.status())) return "";
  return text;
}

}  // namespace

std::string_view FileName(Source source) {
  switch (source) {
    case Source::kBase:
      return "file_contexts";
    case Source::kHomedirs:
      return "file_contexts.homedirs";
    case Source::kLocal:
      return "file_contexts.local";
  }
  return "";
}

absl::StatusOr<Texts> ReadTexts(const std::string& base) {
  Texts texts;
  POL_ASSIGN_OR_RETURN(texts.base, support::ReadFile(base, kMaxText));
  POL_ASSIGN_OR_RETURN(texts.homedirs, ReadIfThere(base + ".homedirs"));
  POL_ASSIGN_OR_RETURN(texts.local, ReadIfThere(base + ".local"));
  POL_ASSIGN_OR_RETURN(texts.subs, ReadIfThere(base + ".subs"));
  POL_ASSIGN_OR_RETURN(texts.subs_dist, ReadIfThere(base + ".subs_dist"));
  return texts;
}

absl::StatusOr<FileContexts> FileContexts::Load(const std::string& base) {
  POL_ASSIGN_OR_RETURN(Texts texts, ReadTexts(base));
  return Parse(texts);
}

absl::StatusOr<FileContexts> FileContexts::Parse(const Texts& texts) {
  FileContexts contexts;
  auto equivalences =
      [](const std::string& text,
         std::string_view name) -> absl::StatusOr<Substitutions> {
    absl::StatusOr<Substitutions> parsed = Substitutions::Parse(text);
    if (!parsed.ok()) return support::Annotate(parsed.status(), name);
    return parsed;
  };
  POL_ASSIGN_OR_RETURN(contexts.subs_,
                       equivalences(texts.subs, "file_contexts.subs"));
  POL_ASSIGN_OR_RETURN(
      contexts.subs_dist_,
      equivalences(texts.subs_dist, "file_contexts.subs_dist"));
  POL_RETURN_IF_ERROR(contexts.AddFile(texts.base, Source::kBase));
  POL_RETURN_IF_ERROR(contexts.AddFile(texts.homedirs, Source::kHomedirs));
  POL_RETURN_IF_ERROR(contexts.AddFile(texts.local, Source::kLocal));
  contexts.Finish();
  return contexts;
}

absl::Status FileContexts::AddFile(std::string_view text, Source source) {
  uint32_t number = 0;
  for (absl::string_view line : absl::StrSplit(ToAbsl(text), '\n')) {
    ++number;
    absl::Status added = AddLine(ToStd(line), source, number);
    if (!added.ok()) {
      return support::Annotate(
          added, absl::StrCat(ToAbsl(FileName(source)), ":", number));
    }
  }
  return absl::OkStatus();
}

absl::Status FileContexts::AddLine(std::string_view line, Source source,
                                   uint32_t number) {
  if (line.find('\0') != std::string_view::npos)
    return absl::UnimplementedError("a NUL byte");
  const std::vector<absl::string_view> words = Words(ToAbsl(line));
  if (words.empty() || words[0][0] == '#') return absl::OkStatus();
  for (absl::string_view word : words) POL_RETURN_IF_ERROR(CheckWord(word));
  if (words.size() == 1)
    return absl::InvalidArgumentError("the context is missing");
  Rule rule;
  rule.regex = std::string(words[0]);
  rule.context = std::string(words.back());
  rule.source = source;
  rule.line = number;
  if (words.size() == 3) {
    const std::optional<FileKind> kind = KindOf(words[1]);
    if (!kind) {
      return absl::InvalidArgumentError(
          absl::StrCat("`", words[1], "` is not a kind of file"));
    }
    rule.kind = *kind;
  }
  const auto index = static_cast<uint32_t>(rules_.size());
  const Expression expression = ReadExpression(rule.regex);
  Traits traits = {expression.as, expression.maybe_literal, expression.may_fail,
                   static_cast<int8_t>(expression.depth)};
  if (expression.as == Expression::As::kLiteral) {
    literal_rules_[expression.literal].push_back(index);
  } else if (!positions_.Add(expression.paths, index)) {
    traits.as = Expression::As::kUnknown;
    // Small enough: it is as long as the expression at most.
    positions_.Add(AllBelow(CertainStart(expression.paths)), index);
  }
  has_doubtful_literals_ |= traits.maybe_literal;
  rules_.push_back(std::move(rule));
  traits_.push_back(traits);
  return absl::OkStatus();
}

void FileContexts::Finish() {
  positions_.Finish();
  for (const auto& [path, rules] : literal_rules_) {
    Verdicts& verdicts = literals_[path];
    for (size_t kind = 0; kind < kKinds; ++kind)
      verdicts[kind] = JudgeLiterals(rules, static_cast<FileKind>(kind));
    folders_of_literals_.insert(path.substr(0, path.rfind('/') + 1));
  }
  literal_rules_.clear();
}

// Of the rules for one path, libselinux takes the last one; since 3.8 the
// first one of the last file.
Verdict FileContexts::JudgeLiterals(const std::vector<uint32_t>& rules,
                                    FileKind kind) const {
  Verdict verdict;
  for (uint32_t rule : rules) {
    if (!values::AppliesTo(rules_[rule].kind, kind)) continue;
    const bool competes = verdict.known != Verdict::Known::kNoRule &&
                          rules_[verdict.rule].source == rules_[rule].source &&
                          rules_[verdict.rule].context != rules_[rule].context;
    const bool doubt = verdict.known == Verdict::Known::kUnknown &&
                       rules_[verdict.rule].source == rules_[rule].source;
    verdict = {
        competes || doubt ? Verdict::Known::kUnknown : Verdict::Known::kRule,
        rule};
  }
  return verdict;
}

Verdicts FileContexts::Judge(absl::Span<const uint32_t> matching) const {
  Verdicts verdicts;
  for (size_t kind = 0; kind < kKinds; ++kind)
    verdicts[kind] = JudgeKind(matching, static_cast<FileKind>(kind));
  return verdicts;
}

uint32_t FileContexts::Doubtful(absl::Span<const uint32_t> matching) const {
  uint32_t kinds = 0;
  for (uint32_t rule : matching) {
    if (!traits_[rule].maybe_literal) continue;
    for (size_t kind = 0; kind < kKinds; ++kind) {
      if (values::AppliesTo(rules_[rule].kind, static_cast<FileKind>(kind)))
        kinds |= 1u << kind;
    }
  }
  return kinds;
}

Verdict FileContexts::JudgeKind(absl::Span<const uint32_t> matching,
                                FileKind kind) const {
  Verdict verdict;
  for (uint32_t rule : matching) {
    if (!values::AppliesTo(rules_[rule].kind, kind)) continue;
    if (verdict.known == Verdict::Known::kNoRule)
      verdict = {Verdict::Known::kRule, rule};
    // Up to 3.7 it beats what comes after it.
    if (traits_[rule].maybe_literal) return {Verdict::Known::kUnknown, rule};
  }
  if (verdict.known == Verdict::Known::kNoRule) return verdict;
  if (traits_[verdict.rule].as == Expression::As::kUnknown ||
      NewReleasesDiffer(matching, kind, verdict.rule)) {
    verdict.known = Verdict::Known::kUnknown;
  }
  return verdict;
}

// libselinux 3.8 looks into the deepest folder of its tree first. Further up
// it looks for a later rule than it has; but when it meets <<none>>, it stops.
bool FileContexts::NewReleasesDiffer(absl::Span<const uint32_t> matching,
                                     FileKind kind, uint32_t winner) const {
  std::optional<uint32_t> found;
  for (int depth = 3; depth > traits_[winner].depth; --depth) {
    for (uint32_t rule : matching) {
      const Traits& traits = traits_[rule];
      if (traits.depth != depth || (found && rule < *found) ||
          !values::AppliesTo(rules_[rule].kind, kind)) {
        continue;
      }
      if (traits.may_fail) return true;
      const bool leaves = rules_[rule].leaves_label();
      if (leaves && !rules_[winner].leaves_label()) return true;
      if (traits.as == Expression::As::kUnknown) continue;
      found = rule;
      break;
    }
  }
  return false;
}

std::string FileContexts::Canonical(std::string_view path) const {
  std::optional<std::string> own = subs_.Apply(path);
  std::optional<std::string> dist = subs_dist_.Apply(own ? *own : path);
  if (dist) return *std::move(dist);
  return own ? *std::move(own) : std::string(path);
}

const Verdicts* FileContexts::Literal(std::string_view path) const {
  auto found = literals_.find(ToAbsl(path));
  return found == literals_.end() ? nullptr : &found->second;
}

bool FileContexts::HasLiteralsIn(std::string_view folder) const {
  return folders_of_literals_.contains(ToAbsl(folder));
}

}  // namespace pol::filecontexts
