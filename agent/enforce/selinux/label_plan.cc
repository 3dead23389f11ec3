#include "agent/enforce/selinux/label_plan.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "agent/enforce/selinux/path_regex.h"
#include "compiler/bundle/origin.h"
#include "compiler/values/file_context.h"

namespace pol::enforce {
namespace {

using bundle::v1::FileRecord;
using kernel::kSelinuxXattr;
using Label = std::optional<std::string>;

bool Labelled(const FileRecord& record) { return !record.context().empty(); }

absl::Status AddWanted(kernel::FileSystem& files, const FileRecord& record,
                       Gone gone, XattrWrites* writes) {
  absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file =
      files.Open(record.path());
  if (absl::IsNotFound(file.status()) && gone == Gone::kPassOver)
    return absl::OkStatus();
  if (!file.ok()) return file.status();
  if ((*file)->info().kind != values::FileKind::kFile) {
    return absl::InvalidArgumentError(
        absl::StrCat(record.path(),
                     " is not a regular file; an fcontext "
                     "block labels other kinds"));
  }
  POL_ASSIGN_OR_RETURN(Label now, (*file)->GetXattr(kSelinuxXattr));
  if (now && LabelText(*now) == record.context()) return absl::OkStatus();
  (*writes)[record.path()] = {(*file)->info(), now,
                              LabelBytes(record.context()),
                              bundle::Text(record.origin()), /*named=*/true};
  return absl::OkStatus();
}

absl::Status AddUnlabelled(kernel::FileSystem& files, const FileRecord& record,
                           XattrWrites* writes) {
  absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file =
      files.Open(record.path());
  // Whatever stands there now is not the file that we labelled.
  if (!file.ok()) return absl::OkStatus();
  POL_ASSIGN_OR_RETURN(Label now, (*file)->GetXattr(kSelinuxXattr));
  if (!now || LabelText(*now) != record.context()) return absl::OkStatus();
  (*writes)[record.path()] = {(*file)->info(), now, std::nullopt, "",
                              /*named=*/false};
  return absl::OkStatus();
}

// Records as patterns.
class Patterns {
 public:
  static absl::StatusOr<Patterns> Make(const std::vector<Record>& records) {
    Patterns patterns;
    for (const Record& record : records) {
      POL_ASSIGN_OR_RETURN(kernel::PathPattern pattern,
                           kernel::PathPattern::Compile(record.entry.regex));
      patterns.patterns_.push_back({&record, std::move(pattern)});
    }
    return patterns;
  }

  bool MatchAny(const std::string& path, values::FileKind kind) const {
    return Last(path, kind) != nullptr;
  }

  // The record that speaks for a path, among these; null when none does.
  const Record* Last(const std::string& path, values::FileKind kind) const {
    for (auto it = patterns_.rbegin(); it != patterns_.rend(); ++it) {
      const std::string& flag = it->record->entry.kind;
      if ((flag.empty() || flag == values::Flag(kind)) &&
          it->pattern.Matches(path)) {
        return it->record;
      }
    }
    return nullptr;
  }

 private:
  struct One {
    const Record* record;
    kernel::PathPattern pattern;
  };
  std::vector<One> patterns_;
};

// Where files may lie that records speak for; none lies below another.
std::vector<std::string> Roots(const RecordLists& lists,
                               kernel::SelinuxStore& store) {
  std::set<std::string> all;
  for (const std::vector<Record>* records : {&lists.old, &lists.wanted}) {
    for (const Record& record : *records) {
      for (std::string& root :
           store.Aliases(LiteralPrefix(record.entry.regex))) {
        all.insert(std::move(root));
      }
    }
  }
  // Sorted: what begins with a root comes after it.
  std::vector<std::string> roots;
  for (const std::string& root : all) {
    if (roots.empty() || !absl::StartsWith(root, roots.back()))
      roots.push_back(root);
  }
  return roots;
}

// Decides file by file.
class TreePlan {
 public:
  static absl::StatusOr<TreePlan> Make(kernel::FileSystem& files,
                                       kernel::SelinuxStore& store,
                                       const RecordLists& lists) {
    TreePlan plan(files, store);
    POL_ASSIGN_OR_RETURN(plan.old_, Patterns::Make(lists.old));
    POL_ASSIGN_OR_RETURN(plan.wanted_, Patterns::Make(lists.wanted));
    POL_ASSIGN_OR_RETURN(plan.with_, store.Answers(lists.after));
    POL_ASSIGN_OR_RETURN(plan.without_,
                         store.Answers(Without(lists.after, lists.wanted)));
    if (lists.before != lists.after) {
      POL_ASSIGN_OR_RETURN(plan.before_, store.Answers(lists.before));
    }
    return plan;
  }

  absl::Status Visit(const std::string& path, const kernel::FileInfo& info,
                     XattrWrites* writes) {
    std::string canonical = store_->Canonical(path);
    const Record* record = wanted_.Last(canonical, info.kind);
    bool was_ours = before_ != nullptr && old_.MatchAny(canonical, info.kind);
    if (record == nullptr && !was_ours) return absl::OkStatus();
    POL_ASSIGN_OR_RETURN(Label with, with_->Lookup(path, info.kind));
    POL_ASSIGN_OR_RETURN(Label without, without_->Lookup(path, info.kind));
    if (with != without) {
      if (!with) return absl::OkStatus();  // <<none>>: leave the label alone
      return Add(path, *with, record, nullptr, writes);
    }
    if (!was_ours) return absl::OkStatus();
    POL_ASSIGN_OR_RETURN(Label before, before_->Lookup(path, info.kind));
    if (!before || before == without || !without) return absl::OkStatus();
    return Add(path, *without, nullptr, &*before, writes);
  }

 private:
  TreePlan(kernel::FileSystem& files, kernel::SelinuxStore& store)
      : files_(&files), store_(&store) {}

  // `only` limits it to a file that carries that label's type.
  absl::Status Add(const std::string& path, const std::string& answer,
                   const Record* record, const std::string* only,
                   XattrWrites* writes) {
    absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file = files_->Open(path);
    if (absl::IsNotFound(file.status())) return absl::OkStatus();
    if (!file.ok()) return file.status();
    POL_ASSIGN_OR_RETURN(Label now, (*file)->GetXattr(kSelinuxXattr));
    if (only != nullptr && Relabelled(now, *only)) return absl::OkStatus();
    Label after = Relabelled(now, answer);
    if (after) {
      (*writes)[path] = {
          (*file)->info(), now,
          after,           record != nullptr ? record->origin : "",
          /*named=*/false, record != nullptr ? RecordName(record->entry) : ""};
    }
    return absl::OkStatus();
  }

  kernel::FileSystem* files_;
  kernel::SelinuxStore* store_;
  Patterns old_;
  Patterns wanted_;
  std::unique_ptr<kernel::LabelAnswers> with_;
  std::unique_ptr<kernel::LabelAnswers> without_;
  std::unique_ptr<kernel::LabelAnswers> before_;  // null: nothing changes
};

}  // namespace

std::string LabelText(const std::string& bytes) {
  return bytes.substr(0, bytes.find('\0'));
}

std::string LabelBytes(const std::string& context) {
  return std::string(context.c_str(), context.size() + 1);
}

std::optional<std::string> Relabelled(const std::optional<std::string>& now,
                                      const std::string& answer) {
  absl::StatusOr<values::FileContext> have =
      now ? values::FileContext::Parse(LabelText(*now))
          : absl::NotFoundError("no label");
  absl::StatusOr<values::FileContext> want = values::FileContext::Parse(answer);
  if (!have.ok() || !want.ok()) return LabelBytes(answer);
  if (have->type == want->type) return std::nullopt;
  have->type = want->type;
  return LabelBytes(have->ToString());
}

absl::Status AddNamedFiles(kernel::FileSystem& files, const Bundle* active,
                           const Bundle& target, Gone gone, bool has_store,
                           XattrWrites* writes) {
  std::set<std::string> named;
  for (const FileRecord& record : target.files()) {
    if (!Labelled(record)) continue;
    named.insert(record.path());
    absl::Status added = AddWanted(files, record, gone, writes);
    if (!added.ok())
      return support::Annotate(added, bundle::Text(record.origin()));
  }
  if (active == nullptr || has_store) return absl::OkStatus();
  for (const FileRecord& record : active->files()) {
    if (Labelled(record) && named.count(record.path()) == 0)
      POL_RETURN_IF_ERROR(AddUnlabelled(files, record, writes));
  }
  return absl::OkStatus();
}

absl::Status AddTrees(kernel::FileSystem& files, kernel::SelinuxStore& store,
                      const RecordLists& lists, const Bundle& named,
                      XattrWrites* writes) {
  if (lists.old.empty() && lists.wanted.empty()) return absl::OkStatus();
  std::set<std::string> by_name;
  for (const FileRecord& record : named.files()) {
    if (Labelled(record)) by_name.insert(record.path());
  }
  POL_ASSIGN_OR_RETURN(TreePlan plan, TreePlan::Make(files, store, lists));
  absl::Status failed;
  for (const std::string& root : Roots(lists, store)) {
    absl::Status walked = files.Walk(
        root, [&](const std::string& path, const kernel::FileInfo& info) {
          if (!failed.ok() || by_name.count(path) != 0) return;
          failed.Update(plan.Visit(path, info, writes));
        });
    POL_RETURN_IF_ERROR(walked);
    POL_RETURN_IF_ERROR(failed);
  }
  return absl::OkStatus();
}

}  // namespace pol::enforce
