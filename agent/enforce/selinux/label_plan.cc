#include "agent/enforce/selinux/label_plan.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "agent/enforce/selinux/path_regex.h"
#include "compiler/bundle/origin.h"
#include "compiler/values/file_context.h"

namespace pol::enforce {
namespace {

using bundle::v1::FileRecord;
using kernel::EquivalenceEntry;
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

// Where files may lie that our rules speak for; none lies below another.
std::vector<std::string> Roots(const LabelLists& lists,
                               kernel::SelinuxStore& store) {
  std::set<std::string> all;
  auto add = [&](const LabelRules& rules, const kernel::LocalRecords& local) {
    const kernel::PathMap paths = store.Paths(local.equivalences);
    for (const Record& record : rules.records) {
      for (std::string& root : paths.Aliases(LiteralPrefix(record.entry.regex)))
        all.insert(std::move(root));
    }
    for (const Owned<EquivalenceEntry>& one : rules.equivalences)
      all.insert(one.entry.path);
  };
  // What is ours now lies where the host has it, and where it will have it.
  add(lists.old, lists.before);
  add(lists.wanted, lists.after);
  // Sorted: what begins with a root comes after it.
  std::vector<std::string> roots;
  for (const std::string& root : all) {
    if (roots.empty() || !absl::StartsWith(root, roots.back()))
      roots.push_back(root);
  }
  return roots;
}

// What of `records` is not ours.
kernel::LocalRecords Without(const kernel::LocalRecords& records,
                             const LabelRules& ours) {
  kernel::LocalRecords rest;
  rest.fcontexts = Without(records.fcontexts, ours.records);
  rest.equivalences =
      MergeEquivalences(records.equivalences, ours.equivalences, {});
  return rest;
}

// One state of the local records, and which of our rules decides in it.
class Policy {
 public:
  // Null: which rule decides does not matter.
  static absl::StatusOr<Policy> Make(kernel::SelinuxStore& store,
                                     const kernel::LocalRecords& local,
                                     const LabelRules* ours) {
    Policy policy;
    POL_ASSIGN_OR_RETURN(policy.answers_, store.Answers(local));
    if (ours != nullptr)
      policy.deciders_.emplace(local, *ours, store.Paths(local.equivalences));
    return policy;
  }

  // For another thread.
  Policy Another() const {
    Policy policy;
    policy.answers_ = answers_->Another();
    if (deciders_) policy.deciders_ = deciders_->Another();
    return policy;
  }

  struct Answer {
    Label context;
    const Decider* by = nullptr;  // of ours
  };
  absl::StatusOr<Answer> Ask(const std::string& path, values::FileKind kind) {
    POL_ASSIGN_OR_RETURN(kernel::LabelAnswer said, answers_->Ask(path, kind));
    const Decider* by = nullptr;
    if (deciders_) {
      POL_ASSIGN_OR_RETURN(by, deciders_->Of(path, kind, said));
    }
    return Answer{std::move(said.context), by};
  }

 private:
  Policy() = default;

  std::unique_ptr<kernel::LabelAnswers> answers_;
  std::optional<Deciders> deciders_;
};

// Decides file by file, on one thread.
class TreePlan {
 public:
  static absl::StatusOr<TreePlan> Make(kernel::FileSystem& files,
                                       kernel::SelinuxStore& store,
                                       const LabelLists& lists,
                                       const std::set<std::string>& by_name) {
    POL_ASSIGN_OR_RETURN(Policy with,
                         Policy::Make(store, lists.after, &lists.wanted));
    POL_ASSIGN_OR_RETURN(
        Policy without,
        Policy::Make(store, Without(lists.after, lists.wanted), nullptr));
    TreePlan plan(files, by_name, std::move(with), std::move(without));
    if (lists.before.fcontexts != lists.after.fcontexts ||
        lists.before.equivalences != lists.after.equivalences) {
      POL_ASSIGN_OR_RETURN(plan.before_,
                           Policy::Make(store, lists.before, &lists.old));
    }
    return plan;
  }

  TreePlan Another() const {
    TreePlan plan(*files_, *by_name_, with_.Another(), without_.Another());
    if (before_) plan.before_ = before_->Another();
    return plan;
  }

  absl::Status Visit(kernel::ScannedFile& file) {
    const std::string& path = file.path();
    POL_ASSIGN_OR_RETURN(Policy::Answer with, with_.Ask(path, file.kind()));
    // Where none of our rules decides, taking them away changes nothing.
    Label without = with.context;
    if (with.by != nullptr) {
      POL_ASSIGN_OR_RETURN(Policy::Answer other,
                           without_.Ask(path, file.kind()));
      without = std::move(other.context);
    }
    if (with.context != without) {
      // <<none>>: leave the label alone.
      if (!with.context) return absl::OkStatus();
      return Add(file, *with.context, with.by, nullptr);
    }
    if (!before_ || !without) return absl::OkStatus();
    POL_ASSIGN_OR_RETURN(Policy::Answer before,
                         before_->Ask(path, file.kind()));
    if (before.by == nullptr || !before.context || before.context == without) {
      return absl::OkStatus();
    }
    return Add(file, *without, nullptr, &*before.context);
  }

  XattrWrites& writes() { return writes_; }

 private:
  TreePlan(kernel::FileSystem& files, const std::set<std::string>& by_name,
           Policy with, Policy without)
      : files_(&files),
        by_name_(&by_name),
        with_(std::move(with)),
        without_(std::move(without)) {}

  // `only` limits it to a file that carries that label's type.
  absl::Status Add(kernel::ScannedFile& scanned, const std::string& answer,
                   const Decider* by, const std::string* only) {
    absl::StatusOr<Label> seen = scanned.GetXattr(kSelinuxXattr);
    if (absl::IsNotFound(seen.status())) return absl::OkStatus();
    if (!seen.ok()) return seen.status();
    const std::string& path = scanned.path();
    if (!After(*seen, answer, only) || by_name_->count(path) != 0)
      return absl::OkStatus();
    // What is written later is what is held now.
    absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file = files_->Open(path);
    if (absl::IsNotFound(file.status())) return absl::OkStatus();
    if (!file.ok()) return file.status();
    POL_ASSIGN_OR_RETURN(Label now, (*file)->GetXattr(kSelinuxXattr));
    if (Label after = After(now, answer, only)) {
      writes_[path] = {(*file)->info(), now,
                       after,           by != nullptr ? by->origin : "",
                       /*named=*/false, by != nullptr ? by->rule : ""};
    }
    return absl::OkStatus();
  }

  static Label After(const Label& now, const std::string& answer,
                     const std::string* only) {
    if (only != nullptr && Relabelled(now, *only)) return std::nullopt;
    return Relabelled(now, answer);
  }

  kernel::FileSystem* files_;
  const std::set<std::string>* by_name_;
  Policy with_;
  Policy without_;
  std::optional<Policy> before_;  // unset: nothing changes
  XattrWrites writes_;
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
  if (now && std::string_view(now->c_str()) == answer) return std::nullopt;
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
                      const LabelLists& lists, const Bundle& named,
                      XattrWrites* writes) {
  if (lists.old.empty() && lists.wanted.empty()) return absl::OkStatus();
  std::set<std::string> by_name;
  for (const FileRecord& record : named.files()) {
    if (Labelled(record)) by_name.insert(record.path());
  }
  POL_ASSIGN_OR_RETURN(TreePlan first,
                       TreePlan::Make(files, store, lists, by_name));
  std::vector<std::unique_ptr<TreePlan>> plans;  // of each thread
  POL_RETURN_IF_ERROR(files.Scan(Roots(lists, store), [&] {
    plans.push_back(std::make_unique<TreePlan>(first.Another()));
    return [plan = plans.back().get()](kernel::ScannedFile& file) {
      return plan->Visit(file);
    };
  }));
  for (const std::unique_ptr<TreePlan>& plan : plans)
    writes->merge(plan->writes());
  return absl::OkStatus();
}

}  // namespace pol::enforce
