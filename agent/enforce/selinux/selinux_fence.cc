#include "agent/enforce/selinux/selinux_fence.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "agent/enforce/selinux/label_plan.h"
#include "agent/enforce/selinux/records.h"
#include "agent/enforce/selinux/settings.h"
#include "agent/enforce/selinux/undo_step.h"
#include "agent/enforce/xattrs/xattr_step.h"
#include "compiler/bundle/origin.h"

namespace pol::enforce {
namespace {

using kernel::kSelinuxXattr;

// What a bundle asks of the store.
struct Ours {
  Settings settings;
  kernel::PathMap paths;  // where it is in force
  std::vector<Record> records;

  LabelRules labels() const { return {records, settings.equivalences}; }
};

// What a change of bundle means for this host.
struct Plan {
  bool has_store = false;
  kernel::LocalRecords before;
  kernel::LocalRecords after;
  Ours old;                                    // in `before`
  Ours wanted;                                 // in `after`
  std::vector<kernel::BooleanState> booleans;  // when settings name any
  RunningPlan running;
  XattrWrites writes;
};

std::vector<Change> ChangesOf(const Plan& plan) {
  std::vector<Change> changes = RecordChanges(
      plan.before.fcontexts, plan.after.fcontexts, plan.wanted.records);
  for (Change& change : SettingChanges(plan.before, plan.after, plan.running,
                                       plan.wanted.settings))
    changes.push_back(std::move(change));
  for (Change& change : ChangesOf(plan.writes, "label", LabelText))
    changes.push_back(std::move(change));
  std::sort(
      changes.begin(), changes.end(), [](const Change& a, const Change& b) {
        return std::tie(a.object, a.aspect) < std::tie(b.object, b.aspect);
      });
  return changes;
}

class SelinuxStep : public Step {
 public:
  SelinuxStep(kernel::FileSystem& files, kernel::SelinuxStore& store, Plan plan)
      : changes_(ChangesOf(plan)),
        store_(store),
        has_store_(plan.has_store),
        before_(std::move(plan.before)),
        after_(std::move(plan.after)),
        running_(std::move(plan.running)),
        labels_(files, kSelinuxXattr, std::move(plan.writes)) {}

  absl::Status Switch() override {
    if (has_store_) {
      POL_RETURN_IF_ERROR(store_.Replace(before_, after_));
      replaced_ = true;
      POL_RETURN_IF_ERROR(SwitchRunning());
    }
    return labels_.Switch();
  }

  absl::Status Undo() override {
    absl::Status undone = labels_.Undo();
    if (replaced_) {
      undone.Update(store_.Replace(after_, before_));
      undone.Update(store_.SetRunning(running_.before));
    }
    replaced_ = false;
    return undone;
  }

  std::string Journal() const override {
    v1::Undo undo;
    labels_.Describe(&undo);
    KeepRecords(before_.fcontexts, undo.mutable_records_before());
    KeepRecords(after_.fcontexts, undo.mutable_records_after());
    KeepSettings(before_, running_.before, undo.mutable_settings_before());
    KeepSettings(after_, running_.after, undo.mutable_settings_after());
    return undo.SerializeAsString();
  }

  std::vector<Change> Changes() const override { return changes_; }

 private:
  absl::Status SwitchRunning() {
    std::vector<kernel::BooleanEntry> values = running_.after;
    if (!running_.released.empty()) {
      POL_ASSIGN_OR_RETURN(std::vector<kernel::BooleanState> booleans,
                           store_.Booleans());
      for (const kernel::BooleanState& boolean : booleans) {
        auto released = std::find(running_.released.begin(),
                                  running_.released.end(), boolean.name);
        if (released != running_.released.end())
          values.push_back({boolean.name, boolean.in_policy});
      }
    }
    return store_.SetRunning(values);
  }

  std::vector<Change> changes_;
  kernel::SelinuxStore& store_;
  bool has_store_;
  bool replaced_ = false;
  kernel::LocalRecords before_;
  kernel::LocalRecords after_;
  RunningPlan running_;
  XattrStep labels_;
};

class SelinuxFence : public Fence {
 public:
  SelinuxFence(kernel::FileSystem& files, kernel::SelinuxStore& store)
      : files_(files), store_(store) {}

  std::string_view name() const override { return "selinux"; }

  Support Probe() override {
    if (std::optional<std::string> missing = store_.Missing()) {
      return {false,
              absl::StrCat(*missing,
                           "; the labels of `file` blocks are written as they "
                           "stand, `fcontext` and `selinux` are not enforced")};
    }
    if (!store_.KernelEnabled()) {
      return {false,
              "SELinux is off in the running kernel: records and labels are "
              "written, and nothing enforces them"};
    }
    return {true, ""};
  }

  absl::StatusOr<std::vector<Change>> Read(const Bundle* active,
                                           const Bundle& target) override {
    POL_ASSIGN_OR_RETURN(Plan plan, MakePlan(active, target, Gone::kError));
    return ChangesOf(plan);
  }

  absl::StatusOr<std::unique_ptr<Step>> Prepare(const Bundle* active,
                                                const Bundle& target,
                                                uint64_t) override {
    POL_ASSIGN_OR_RETURN(Plan plan, MakePlan(active, target, Gone::kError));
    return std::make_unique<SelinuxStep>(files_, store_, std::move(plan));
  }

  absl::StatusOr<std::unique_ptr<Step>> PrepareReturn(
      const Bundle& active, const Bundle& former, uint64_t,
      const std::string& journal) override {
    POL_ASSIGN_OR_RETURN(v1::Undo undo, ParseUndo(journal));
    Plan plan;
    POL_RETURN_IF_ERROR(ReadRecords(&active, former, &plan));
    if (plan.has_store) {
      plan.after.fcontexts = Return(plan.before.fcontexts, undo,
                                    plan.old.records, plan.wanted.records);
      ReturnSettings(plan.before, undo, plan.old.settings, plan.wanted.settings,
                     &plan.after);
      plan.running =
          PlanRunning(plan.booleans, plan.old.settings, plan.wanted.settings);
      AddRunningReturns(plan.booleans, undo, &plan.running);
    }
    POL_RETURN_IF_ERROR(AddLabels(&active, former, Gone::kPassOver, &plan));
    POL_RETURN_IF_ERROR(AddReturns(files_, kSelinuxXattr, undo, &plan.writes));
    return std::make_unique<SelinuxStep>(files_, store_, std::move(plan));
  }

  absl::StatusOr<std::unique_ptr<Step>> PrepareUndo(
      const Bundle* /*from*/, const Bundle& /*to*/, uint64_t,
      const std::string& journal, std::vector<std::string>* left) override {
    POL_ASSIGN_OR_RETURN(v1::Undo undo, ParseUndo(journal));
    return MakeUndoStep(files_, store_, undo, left);
  }

  absl::StatusOr<std::string> JoinJournals(const std::string& newer,
                                           const std::string& older) override {
    POL_ASSIGN_OR_RETURN(v1::Undo last, ParseUndo(newer));
    POL_ASSIGN_OR_RETURN(v1::Undo first, ParseUndo(older));
    return JoinSelinuxUndos(last, first).SerializeAsString();
  }

  absl::Status Tidy(const Bundle* /*active*/, Tidying,
                    std::vector<std::string>* notes) override {
    if (store_.Missing()) return absl::OkStatus();
    POL_ASSIGN_OR_RETURN(
        std::string done,
        store_.Repair(kernel::SelinuxStore::Repairs::kWhatIsCutOff));
    if (!done.empty())
      notes->push_back(absl::StrCat("the SELinux store: ", done));
    return absl::OkStatus();
  }

  absl::Status Verify(const Bundle& target) override {
    POL_ASSIGN_OR_RETURN(std::vector<Change> changes, Read(&target, target));
    if (changes.empty()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(changes.size(), " labels or records differ, the first is ",
                     changes[0].object, " (", changes[0].origin, ")"));
  }

  absl::Status Remove(const Bundle& active) override {
    POL_ASSIGN_OR_RETURN(Plan plan,
                         MakePlan(&active, Bundle(), Gone::kPassOver));
    return SelinuxStep(files_, store_, std::move(plan)).Switch();
  }

 private:
  absl::StatusOr<Plan> MakePlan(const Bundle* active, const Bundle& target,
                                Gone gone) {
    Plan plan;
    POL_RETURN_IF_ERROR(ReadRecords(active, target, &plan));
    if (plan.has_store) {
      POL_RETURN_IF_ERROR(
          CheckRecords(plan.wanted.records, plan.wanted.paths, store_));
      plan.after.fcontexts =
          Merge(plan.before.fcontexts, plan.old.records, plan.wanted.records);
      MergeSettings(plan.before, plan.old.settings, plan.wanted.settings,
                    &plan.after);
      POL_RETURN_IF_ERROR(CheckSettings(plan.wanted.settings, plan.after,
                                        plan.booleans, store_));
      plan.running =
          PlanRunning(plan.booleans, plan.old.settings, plan.wanted.settings);
    }
    POL_RETURN_IF_ERROR(AddLabels(active, target, gone, &plan));
    return plan;
  }

  absl::Status ReadRecords(const Bundle* active, const Bundle& target,
                           Plan* plan) {
    plan->has_store = !store_.Missing();
    if (!plan->has_store) return absl::OkStatus();
    POL_ASSIGN_OR_RETURN(plan->before, store_.Local());
    bool has_ranges = false;
    if (target.selinux_ports_size() != 0 ||
        (active != nullptr && active->selinux_ports_size() != 0)) {
      POL_ASSIGN_OR_RETURN(has_ranges, store_.HasRanges());
    }
    if (active != nullptr) {
      plan->old.settings = SettingsOf(*active, has_ranges);
      AddRecords(*active, plan->before.equivalences, {}, &plan->old);
    }
    plan->wanted.settings = SettingsOf(target, has_ranges);
    AddRecords(target, plan->before.equivalences,
               plan->old.settings.equivalences, &plan->wanted);
    if (plan->wanted.settings.booleans.empty() &&
        plan->old.settings.booleans.empty()) {
      return absl::OkStatus();
    }
    POL_ASSIGN_OR_RETURN(plan->booleans, store_.Booleans());
    return absl::OkStatus();
  }

  void AddRecords(const Bundle& bundle, const kernel::EquivalenceList& now,
                  const std::vector<Owned<kernel::EquivalenceEntry>>& old,
                  Ours* ours) {
    ours->paths =
        store_.Paths(MergeEquivalences(now, old, ours->settings.equivalences));
    ours->records = RecordsOf(bundle, ours->paths);
  }

  absl::Status AddLabels(const Bundle* active, const Bundle& target, Gone gone,
                         Plan* plan) {
    POL_RETURN_IF_ERROR(AddNamedFiles(files_, active, target, gone,
                                      plan->has_store, &plan->writes));
    if (!plan->has_store) return absl::OkStatus();
    if (gone == Gone::kError)
      POL_RETURN_IF_ERROR(CheckNamed(target, plan->after));
    return AddTrees(
        files_, store_,
        {plan->before, plan->after, plan->old.labels(), plan->wanted.labels()},
        target, &plan->writes);
  }

  // A label that the next restorecon would take away again is refused.
  absl::Status CheckNamed(const Bundle& target,
                          const kernel::LocalRecords& after) {
    std::unique_ptr<kernel::LabelAnswers> answers;
    for (const bundle::v1::FileRecord& record : target.files()) {
      if (record.context().empty()) continue;
      if (answers == nullptr) {
        POL_ASSIGN_OR_RETURN(answers, store_.Answers(after));
      }
      POL_ASSIGN_OR_RETURN(
          std::optional<std::string> answer,
          answers->Lookup(record.path(), values::FileKind::kFile));
      if (answer == record.context()) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          bundle::Text(record.origin()), ": the label of ", record.path(),
          " would not last: other rules of this host give it ",
          answer.value_or("none")));
    }
    return absl::OkStatus();
  }

  kernel::FileSystem& files_;
  kernel::SelinuxStore& store_;
};

}  // namespace

std::unique_ptr<Fence> MakeSelinuxFence(kernel::FileSystem& files,
                                        kernel::SelinuxStore& store) {
  return std::make_unique<SelinuxFence>(files, store);
}

}  // namespace pol::enforce
