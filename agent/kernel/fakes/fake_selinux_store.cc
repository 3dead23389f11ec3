#include "agent/kernel/fakes/fake_selinux_store.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace pol::kernel {
namespace {

bool IsLiteral(const std::string& regex) {
  for (size_t i = 0; i < regex.size(); ++i) {
    if (regex[i] == '\\') {
      ++i;
    } else if (absl::StrContains(".^$?*+|[]({)}", std::string(1, regex[i]))) {
      return false;
    }
  }
  return true;
}

class FakeAnswers : public LabelAnswers {
 public:
  FakeAnswers(FakeSelinuxStore& store, std::vector<FcontextEntry> entries,
              PathMap paths)
      : store_(store), entries_(std::move(entries)), paths_(std::move(paths)) {}

  // A literal beats any expression; among equals the last one wins.
  absl::StatusOr<LabelAnswer> Ask(const std::string& path,
                                  values::FileKind kind) override {
    std::string canonical = paths_.Canonical(path);
    for (bool literal : {true, false}) {
      for (auto it = entries_.rbegin(); it != entries_.rend(); ++it) {
        if (IsLiteral(it->regex) != literal) continue;
        if (!it->kind.empty() && it->kind != values::Flag(kind)) continue;
        POL_ASSIGN_OR_RETURN(PathPattern pattern,
                             PathPattern::Compile(it->regex));
        if (!pattern.Matches(canonical)) continue;
        return Says(*it, static_cast<size_t>(entries_.rend() - it) - 1);
      }
    }
    return LabelAnswer{std::nullopt, LabelAnswer::By::kOther, 0};
  }

  std::unique_ptr<LabelAnswers> Another() override {
    return std::make_unique<FakeAnswers>(store_, entries_, paths_);
  }

 private:
  // As a store that does not know whose rule it is would say it.
  LabelAnswer Says(const FcontextEntry& entry, size_t number) const {
    LabelAnswer answer;
    if (entry.context != "<<none>>") answer.context = entry.context;
    if (store_.does_not_say_whose_rule) return answer;
    const bool local = number >= store_.base.size();
    answer.by = local ? LabelAnswer::By::kLocal : LabelAnswer::By::kOther;
    if (local) answer.record = number - store_.base.size();
    return answer;
  }

  FakeSelinuxStore& store_;
  std::vector<FcontextEntry> entries_;
  PathMap paths_;
};

}  // namespace

absl::Status FakeSelinuxStore::Replace(const LocalRecords& expected,
                                       const LocalRecords& wanted) {
  if (expected == wanted || local == wanted) return absl::OkStatus();
  if (fail_replace) return absl::InternalError("the store said no");
  if (local != expected) return absl::AbortedError("changed meanwhile");
  for (const BooleanEntry& boolean : wanted.booleans) {
    if (booleans.count(boolean.name) == 0)
      return absl::InvalidArgumentError("no such boolean");
  }
  local = wanted;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<BooleanState>> FakeSelinuxStore::Booleans() {
  std::vector<BooleanState> states;
  for (const auto& [name, on] : booleans) {
    BooleanState state{name, on, std::nullopt};
    for (const BooleanEntry& entry : local.booleans) {
      if (entry.name == name) state.in_policy = entry.on;
    }
    if (kernel_enabled && running.count(name) != 0)
      state.running = running.at(name);
    states.push_back(std::move(state));
  }
  return states;
}

absl::Status FakeSelinuxStore::SetRunning(
    const std::vector<BooleanEntry>& values) {
  if (!kernel_enabled || values.empty()) return absl::OkStatus();
  if (fail_running) return absl::InternalError("the kernel said no");
  for (const BooleanEntry& value : values) running[value.name] = value.on;
  return absl::OkStatus();
}

absl::StatusOr<std::string> FakeSelinuxStore::Repair(Repairs repairs) {
  if (repairs == Repairs::kReinstall || !cut_off.empty()) ++reinstalls;
  return std::exchange(cut_off, "");
}

absl::StatusOr<std::unique_ptr<LabelAnswers>> FakeSelinuxStore::Answers(
    const LocalRecords& records) {
  std::vector<FcontextEntry> all = base;
  all.insert(all.end(), records.fcontexts.begin(), records.fcontexts.end());
  return std::make_unique<FakeAnswers>(*this, std::move(all),
                                       Paths(records.equivalences));
}

absl::StatusOr<std::vector<std::string>> FakeSelinuxStore::CheckContexts(
    const std::vector<std::string>& contexts) {
  std::vector<std::string> refusals;
  for (const std::string& context : contexts) {
    refusals.push_back(unknown_contexts.count(context) != 0 ? "no such type"
                                                            : "");
  }
  return refusals;
}

}  // namespace pol::kernel
