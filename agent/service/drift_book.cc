#include "agent/service/drift_book.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pol::service {
namespace {

void Add(const Cause& cause, size_t limit, std::vector<Cause>* causes) {
  if (causes->size() < limit &&
      std::find(causes->begin(), causes->end(), cause) == causes->end()) {
    causes->push_back(cause);
  }
}

v1::Difference ToMessage(const apply::Drift& drift) {
  v1::Difference out;
  out.set_object(drift.change.object);
  out.set_aspect(drift.change.aspect);
  out.set_found(drift.change.before);
  out.set_wanted(drift.change.after);
  out.set_origin(drift.change.origin);
  out.set_report_only(drift.report_only);
  return out;
}

bool Covers(const apply::Scope& scope, const apply::Drift& drift) {
  if (scope.everything) return true;
  if (drift.path.empty()) return false;
  if (scope.files.count(drift.path) != 0) return true;
  return std::any_of(scope.folders.begin(), scope.folders.end(),
                     [&](const std::string& folder) {
                       return absl::StartsWith(drift.path, folder + "/");
                     });
}

std::string Seconds(int64_t ms) {
  return absl::StrCat((ms + 999) / 1000, " s");
}

}  // namespace

std::string DriftBook::Key(const apply::Drift& drift) {
  return absl::StrCat(drift.change.object, "\n", drift.change.aspect);
}

void DriftBook::Forget() {
  pending_.clear();
  everything_.reset();
  settings_.clear();
  causes_.clear();
  now_.clear();
  quarrels_.clear();
}

void DriftBook::Await(const std::string& path, bool folder, int64_t due) {
  if (pending_.size() >= kMaxPending && pending_.count(path) == 0) {
    // So many that reading everything is no more work.
    pending_.clear();
    TouchEverything(due);
  }
  auto [it, added] = pending_.try_emplace(path);
  if (added) it->second.due = due;
  it->second.folder = it->second.folder || folder;
}

void DriftBook::Touch(const kernel::Touched& touched, int64_t now) {
  Cause cause{touched.what, touched.through, touched.who};
  if (touched.setting) {
    Add(cause, kMaxCauses, &settings_);
    TouchEverything(now + kSettleMs);
    return;
  }
  Await(touched.path, touched.folder, now + kSettleMs);
  Add(cause, kMaxCauses, &pending_[touched.path].causes);
}

void DriftBook::TouchEverything(int64_t when) {
  everything_ = everything_ ? std::min(*everything_, when) : when;
}

int64_t DriftBook::NotBefore(const std::string& path) const {
  auto found = quarrels_.find(absl::StrCat("file ", path));
  return found == quarrels_.end() ? 0 : found->second.not_before;
}

std::optional<int64_t> DriftBook::NextDue() const {
  std::optional<int64_t> next = everything_;
  for (const auto& [path, pending] : pending_) {
    int64_t due = std::max(pending.due, NotBefore(path));
    next = next ? std::min(*next, due) : due;
  }
  return next;
}

std::optional<apply::Scope> DriftBook::Take(int64_t now) {
  apply::Scope scope;
  causes_.clear();
  scope.everything = everything_ && *everything_ <= now;
  if (scope.everything) {
    everything_.reset();
    causes_[""] = std::exchange(settings_, {});
  }
  for (auto it = pending_.begin(); it != pending_.end();) {
    if (std::max(it->second.due, NotBefore(it->first)) > now) {
      ++it;
      continue;
    }
    if (it->second.folder) scope.folders.insert(it->first);
    scope.files.insert(it->first);
    causes_[it->first] = std::move(it->second.causes);
    it = pending_.erase(it);
  }
  if (!scope.everything && scope.files.empty()) return std::nullopt;
  return scope;
}

const std::vector<Cause>& DriftBook::CausesOf(const std::string& path) const {
  static const auto& none = *new std::vector<Cause>();
  // The file's own, or those of a folder that came here with it.
  for (std::string at = path;; at.resize(at.rfind('/'))) {
    auto found = causes_.find(at);
    if (found != causes_.end()) return found->second;
    if (at.empty() || at.rfind('/') == std::string::npos) return none;
  }
}

DriftBook::Orders DriftBook::Found(const apply::Scope& scope,
                                   const std::vector<apply::Drift>& drift,
                                   int64_t now, int64_t unix_ms) {
  std::map<std::string, apply::Drift> before = std::move(now_);
  now_.clear();
  for (auto& [key, one] : before)
    if (!Covers(scope, one)) now_.emplace(key, one);
  Orders orders;
  for (const apply::Drift& one : drift) {
    std::string key = Key(one);
    now_[key] = one;
    if (one.report_only || one.missing) {
      auto known = before.find(key);
      if (known != before.end() &&
          known->second.change.before == one.change.before) {
        continue;
      }
      Note(one, one.missing ? v1::NOTHING_THERE : v1::REPORTED, "", unix_ms);
      Count(one, /*failed=*/false, now);
      continue;
    }
    auto quarrel = quarrels_.find(one.change.object);
    if (quarrel != quarrels_.end() && quarrel->second.not_before > now) {
      if (one.path.empty()) {
        TouchEverything(quarrel->second.not_before);
      } else {
        Await(one.path, false, quarrel->second.not_before);
      }
      continue;
    }
    orders.drift.push_back(one);
    if (one.path.empty()) {
      orders.records = true;
    } else {
      orders.files.insert(one.path);
    }
  }
  return orders;
}

void DriftBook::Done(const Orders& orders, const absl::Status& status,
                     const std::vector<apply::Drift>& left, int64_t now,
                     int64_t unix_ms) {
  std::set<std::string> differs;
  for (const apply::Drift& one : left) differs.insert(Key(one));
  for (const apply::Drift& one : orders.drift) {
    bool failed = !status.ok() && differs.count(Key(one)) != 0;
    if (!failed) now_.erase(Key(one));
    Note(one, failed ? v1::FAILED : v1::PUT_BACK,
         failed ? std::string(status.message()) : "", unix_ms);
    Count(one, failed, now);
  }
}

void DriftBook::Later(const apply::Scope& scope, int64_t when) {
  if (scope.everything) TouchEverything(when);
  for (const std::string& path : scope.files) {
    Await(path, scope.folders.count(path) != 0, when);
    auto causes = causes_.find(path);
    auto pending = pending_.find(path);
    if (causes == causes_.end() || pending == pending_.end()) continue;
    for (const Cause& cause : causes->second)
      Add(cause, kMaxCauses, &pending->second.causes);
  }
}

void DriftBook::Note(const apply::Drift& drift, v1::DriftOutcome outcome,
                     const std::string& error, int64_t unix_ms) {
  v1::DriftEvent event;
  event.set_unix_ms(unix_ms);
  *event.mutable_difference() = ToMessage(drift);
  event.set_outcome(outcome);
  event.set_error(error);
  event.set_who(WhoText(CausesOf(drift.path)));
  lines_.push_back(
      {outcome == v1::FAILED ? Priority::kError : Priority::kWarning,
       DriftLine(event)});
  lately_.push_front(std::move(event));
  if (lately_.size() > kLately) lately_.pop_back();
}

// A file of which this is not the first is left alone for ever longer.
void DriftBook::Count(const apply::Drift& drift, bool failed, int64_t now) {
  if (quarrels_.size() >= kMaxQuarrels) DropOldQuarrels(now);
  Quarrel& quarrel = quarrels_[drift.change.object];
  // Label and capabilities of one file that change together are one time.
  if (!quarrel.times.empty() && quarrel.times.back() == now) return;
  bool quiet =
      quarrel.pause != 0 && now > quarrel.not_before + 2 * quarrel.pause;
  if (quiet || (quarrel.failing && !failed)) quarrel = Quarrel();
  quarrel.times.push_back(now);
  ++quarrel.corrections;
  while (quarrel.times.front() < now - kFightWindowMs)
    quarrel.times.pop_front();
  quarrel.failing = failed;
  if (failed) {
    quarrel.pause = std::clamp(2 * quarrel.pause, kRetryMs, kMaxPauseMs);
    quarrel.not_before = now + quarrel.pause;
    if (drift.path.empty()) {
      TouchEverything(quarrel.not_before);
    } else {
      Await(drift.path, false, quarrel.not_before);
    }
    return;
  }
  if (quarrel.pause == 0 && quarrel.times.size() < kFightCount) return;
  quarrel.pause = std::clamp(2 * quarrel.pause, kFirstPauseMs, kMaxPauseMs);
  quarrel.not_before = now + quarrel.pause;
  lines_.push_back(
      {Priority::kWarning,
       absl::StrCat("drift: somebody changes ", drift.change.object, " back: ",
                    quarrel.corrections, " times, ", quarrel.times.size(),
                    " in the last ", Seconds(kFightWindowMs),
                    "; it is looked at again in ", Seconds(quarrel.pause))});
}

void DriftBook::DropOldQuarrels(int64_t now) {
  for (auto it = quarrels_.begin(); it != quarrels_.end();) {
    const Quarrel& quarrel = it->second;
    bool old =
        quarrel.not_before <= now &&
        (quarrel.times.empty() || quarrel.times.back() < now - kFightWindowMs);
    it = old ? quarrels_.erase(it) : std::next(it);
  }
}

void DriftBook::Fill(v1::DriftReport* report, int64_t now) const {
  size_t told = 0;
  for (const auto& [key, drift] : now_) {
    if (++told > kMaxTold) continue;
    *report->add_now() = ToMessage(drift);
  }
  report->set_now_left_out(
      static_cast<uint32_t>(told > kMaxTold ? told - kMaxTold : 0));
  for (const v1::DriftEvent& event : lately_) *report->add_lately() = event;
  for (const auto& [object, quarrel] : quarrels_) {
    if (quarrel.failing || quarrel.not_before <= now) continue;
    v1::Fight* fight = report->add_fights();
    fight->set_object(object);
    fight->set_corrections(quarrel.corrections);
    fight->set_next_in_ms(quarrel.not_before - now);
  }
}

}  // namespace pol::service
