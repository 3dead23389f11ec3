#include "agent/apply/transaction.h"

#include "agent/apply/plan.h"

namespace pol::apply {

void Transaction::Describe(v1::Journal* journal) const {
  for (const Named& named : steps_) {
    std::string kept = named.step->Journal();
    if (!kept.empty()) (*journal->mutable_fences())[named.name] = kept;
  }
}

std::vector<v1::FenceReport> Transaction::Report() const {
  std::vector<v1::FenceReport> reports;
  for (const Named& named : steps_) {
    v1::FenceReport& report = reports.emplace_back();
    report.set_name(named.name);
    report.set_available(true);
    FillChanges(named.step->Changes(), &report);
  }
  return reports;
}

absl::Status Transaction::Switch(const std::function<bool()>& cancelled) {
  for (const Named& named : steps_) {
    // A step that failed may have done a part.
    ++switched_;
    absl::Status status = named.step->Switch();
    if (status.ok() && cancelled && cancelled())
      return Undo(absl::CancelledError("interrupted"));
    if (!status.ok()) return Undo(support::Annotate(status, named.name));
  }
  return absl::OkStatus();
}

absl::Status Transaction::Undo(const absl::Status& cause) {
  std::string left;
  for (; switched_ > 0; --switched_) {
    const Named& named = steps_[switched_ - 1];
    absl::Status undone = named.step->Undo();
    if (undone.ok()) continue;
    absl::StrAppend(&left, left.empty() ? "" : "; ", named.name, ": ",
                    undone.message());
  }
  half_undone_ = !left.empty();
  std::string rest = left.empty()
                         ? "; the host is as it was"
                         : absl::StrCat("; and not all could be undone: ", left,
                                        "; the next command tries again");
  return absl::Status(cause.code(), absl::StrCat(cause.message(), rest));
}

}  // namespace pol::apply
