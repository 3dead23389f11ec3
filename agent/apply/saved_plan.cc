#include "agent/apply/saved_plan.h"

#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "agent/apply/sealed_file.h"
#include "compiler/support/digest.h"
#include "compiler/support/files.h"

namespace pol::apply {
namespace {

constexpr SealedKind kPlan = {.magic = "POLPLAN\n",
                              .version = 1,
                              .name = "the saved plan",
                              .max_content = kMaxPlanFile - 64};

absl::Status Damaged(const std::string& what) {
  return absl::DataLossError(absl::StrCat("the saved plan is damaged: ", what));
}

// Over what would be changed; each text behind its length.
template <typename Fences>
std::string ChangesDigest(const Fences& fences) {
  support::Sha256 sha256;
  auto add = [&sha256](const std::string& text) {
    sha256.Add(absl::StrCat(text.size(), ":", text));
  };
  for (const v1::FenceReport& fence : fences) {
    for (const v1::Change& change : fence.changes()) {
      for (const std::string* text :
           {&fence.name(), &change.object(), &change.aspect(), &change.before(),
            &change.after()}) {
        add(*text);
      }
    }
  }
  return support::ToHex(sha256.Finish());
}

// Every change as one line, by what it is about.
using Lines = std::map<std::string, std::string>;
Lines LinesOf(const v1::Plan& plan) {
  Lines lines;
  for (const v1::FenceReport& fence : plan.fences()) {
    for (const v1::Change& change : fence.changes()) {
      lines[absl::StrCat(fence.name(), ": ", change.object(), " ",
                         change.aspect())] =
          absl::StrCat(change.before().empty() ? "none" : change.before(),
                       " -> ",
                       change.after().empty() ? "none" : change.after());
    }
  }
  return lines;
}

}  // namespace

std::string ReadMachineId(const kernel::HostPaths& paths) {
  absl::StatusOr<std::string> text =
      support::ReadFile(paths.machine_id_file, 4096);
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

absl::StatusOr<v1::SavedPlan> MakeSavedPlan(const LoadedBundle& target,
                                            v1::Plan plan,
                                            std::string machine_id) {
  if (!plan.unread().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("a plan that could not read everything is not saved: ",
                     plan.unread(0)));
  }
  v1::SavedPlan saved;
  saved.set_bundle(target.file);
  v1::Expected* expected = saved.mutable_expected();
  expected->set_generation(plan.active_generation());
  expected->set_active_digest(plan.active_digest());
  expected->set_changes_digest(ChangesDigest(plan.fences()));
  expected->set_machine_id(std::move(machine_id));
  *saved.mutable_plan() = std::move(plan);
  saved.set_made_unix_ms(
      std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::system_clock::now().time_since_epoch())
          .count());
  return saved;
}

absl::StatusOr<std::string> WritePlanFile(const v1::SavedPlan& plan) {
  return Seal(kPlan, plan);
}

bool IsPlanFile(std::string_view file) {
  return file.substr(0, kPlan.magic.size()) == kPlan.magic;
}

absl::StatusOr<v1::SavedPlan> ReadPlanFile(std::string_view file) {
  if (!IsPlanFile(file)) {
    return absl::InvalidArgumentError(
        "it is no saved plan: `polc plan --out FILE` makes one");
  }
  POL_ASSIGN_OR_RETURN(std::string_view content, Unseal(kPlan, file));
  v1::SavedPlan plan;
  if (!plan.ParseFromString(std::string(content)))
    return Damaged("its content cannot be understood");
  POL_ASSIGN_OR_RETURN(LoadedBundle bundle, LoadBundle(plan.bundle()));
  if (bundle.digest != plan.plan().target_digest() ||
      ChangesDigest(plan.plan().fences()) != plan.expected().changes_digest()) {
    return Damaged("its parts do not belong together");
  }
  return plan;
}

Approve ApproveOnly(const kernel::HostPaths& paths, v1::Expected expected) {
  return [paths, expected = std::move(expected)](
             const v1::State& state,
             const std::vector<v1::FenceReport>& changes) {
    std::string machine_id = ReadMachineId(paths);
    if (machine_id != expected.machine_id()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the plan was made for another host: machine-id was ",
                       expected.machine_id(), ", is ", machine_id));
    }
    const v1::Generation& in_force = InForce(state);
    const uint64_t generation = HasPolicy(in_force) ? in_force.number() : 0;
    if (generation != expected.generation()) {
      return absl::AbortedError(
          absl::StrCat("the plan is stale: generation was ",
                       expected.generation(), ", is ", generation));
    }
    if (in_force.digest() != expected.active_digest()) {
      return absl::AbortedError(
          absl::StrCat("the plan is stale: the bundle in force was ",
                       expected.active_digest(), ", is ", in_force.digest()));
    }
    if (ChangesDigest(changes) != expected.changes_digest()) {
      return absl::AbortedError("the plan is stale: the host is not as it was");
    }
    return absl::OkStatus();
  };
}

std::vector<std::string> Differences(const v1::Plan& saved, const v1::Plan& now,
                                     size_t limit) {
  const Lines before = LinesOf(saved);
  const Lines after = LinesOf(now);
  std::vector<std::string> all;
  for (const auto& [what, values] : before) {
    auto found = after.find(what);
    if (found == after.end()) {
      all.push_back(absl::StrCat(what, ": planned ", values,
                                 ", and nothing is left to do"));
    } else if (found->second != values) {
      all.push_back(
          absl::StrCat(what, ": planned ", values, ", now ", found->second));
    }
  }
  for (const auto& [what, values] : after) {
    if (before.count(what) == 0)
      all.push_back(absl::StrCat(what, ": not planned, now ", values));
  }
  if (all.size() <= limit) return all;
  std::string more = absl::StrCat("… and ", all.size() - limit, " more");
  all.resize(limit);
  all.push_back(std::move(more));
  return all;
}

}  // namespace pol::apply
