// What is known of drift: what was touched and has to be looked at, what
// differs, what was done about it, and who does not let go. Knows no clock, no
// thread and no host.
#ifndef POL_AGENT_SERVICE_DRIFT_BOOK_H_
#define POL_AGENT_SERVICE_DRIFT_BOOK_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/apply/drift.h"
#include "agent/service/drift.pb.h"
#include "agent/service/drift_line.h"
#include "agent/service/log.h"

namespace pol::service {

// Times are milliseconds of a steady clock; `unix_ms` are for people.
class DriftBook {
 public:
  // What comes within this time is looked at together.
  static constexpr int64_t kSettleMs = 100;
  // So many corrections of one file in so much time are a fight.
  static constexpr size_t kFightCount = 5;
  static constexpr int64_t kFightWindowMs = 10'000;
  static constexpr int64_t kFirstPauseMs = 30'000;
  static constexpr int64_t kMaxPauseMs = 600'000;
  static constexpr int64_t kRetryMs = 1'000;

  // Another bundle is in force: what was known of drift is void; what was done
  // lately stays.
  void Forget();

  void Touch(const kernel::Touched& touched, int64_t now);
  // All files and records are to be read, not before `when`.
  void TouchEverything(int64_t when);

  // When Take() will have something; nullopt: never, unless touched.
  std::optional<int64_t> NextDue() const;
  // What is to be read now; nullopt: nothing.
  std::optional<apply::Scope> Take(int64_t now);

  // What to put back.
  struct Orders {
    std::vector<apply::Drift> drift;
    std::set<std::string> files;
    bool records = false;
    bool empty() const { return drift.empty(); }
  };
  // What a reading of `scope` found.
  Orders Found(const apply::Scope& scope,
               const std::vector<apply::Drift>& drift, int64_t now,
               int64_t unix_ms);
  // The orders were carried out. After an error, `left` is what differs still.
  void Done(const Orders& orders, const absl::Status& status,
            const std::vector<apply::Drift>& left, int64_t now,
            int64_t unix_ms);
  // Reading or repairing was not possible just now; it is tried again.
  void Later(const apply::Scope& scope, int64_t when);

  // Lines for the log, each once.
  std::vector<std::pair<Priority, std::string>> TakeLines() {
    return std::exchange(lines_, {});
  }

  void Fill(v1::DriftReport* report, int64_t now) const;

 private:
  static constexpr size_t kMaxPending = 20'000;
  static constexpr size_t kMaxCauses = 3;
  static constexpr size_t kMaxTold = 1'000;
  static constexpr size_t kLately = 100;
  static constexpr size_t kMaxQuarrels = 10'000;

  struct Pending {
    int64_t due = 0;
    bool folder = false;
    std::vector<Cause> causes;
  };
  // Somebody who does not let go of a file, or a file that will not be put
  // right.
  struct Quarrel {
    std::deque<int64_t> times;
    uint32_t corrections = 0;
    int64_t pause = 0;  // 0: no fight yet
    int64_t not_before = 0;
    bool failing = false;  // nobody fights: it cannot be written
  };

  static std::string Key(const apply::Drift& drift);
  int64_t NotBefore(const std::string& path) const;
  const std::vector<Cause>& CausesOf(const std::string& path) const;
  void Await(const std::string& path, bool folder, int64_t due);
  void Note(const apply::Drift& drift, v1::DriftOutcome outcome,
            const std::string& error, int64_t unix_ms);
  void Count(const apply::Drift& drift, bool failed, int64_t now);
  void DropOldQuarrels(int64_t now);

  std::map<std::string, Pending> pending_;            // by path
  std::optional<int64_t> everything_;                 // due then
  std::vector<Cause> settings_;                       // who touched settings
  std::map<std::string, std::vector<Cause>> causes_;  // of what was taken
  std::map<std::string, apply::Drift> now_;           // by key: differs
  std::map<std::string, Quarrel> quarrels_;           // by object
  std::deque<v1::DriftEvent> lately_;
  std::vector<std::pair<Priority, std::string>> lines_;
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_DRIFT_BOOK_H_
