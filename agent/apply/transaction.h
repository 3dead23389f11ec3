// Several steps as one.
#ifndef POL_AGENT_APPLY_TRANSACTION_H_
#define POL_AGENT_APPLY_TRANSACTION_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/apply/report.pb.h"
#include "agent/apply/state.pb.h"
#include "agent/enforce/fence.h"
#include "compiler/support/status.h"

namespace pol::apply {

// Steps in the order in which they switch, with the names of their fences.
class Transaction {
 public:
  void Add(std::string name, std::unique_ptr<enforce::Step> step) {
    steps_.push_back({std::move(name), std::move(step)});
  }

  // Puts into `journal` what the steps keep for the way back.
  void Describe(v1::Journal* journal) const;

  // What Switch() changes, by fence, in that order.
  std::vector<v1::FenceReport> Report() const;

  // Switches all, or undoes what it has switched: the error then says which
  // failed, why, and what could not be undone. `cancelled` (may be empty) is
  // asked between the steps; when it says so, all is undone and the error is
  // kCancelled.
  absl::Status Switch(const std::function<bool()>& cancelled);

  // `cause` is why; the result carries it, and what could not be undone.
  absl::Status Undo(const absl::Status& cause);

  // Whether the last Undo() left something that was switched.
  bool half_undone() const { return half_undone_; }

 private:
  struct Named {
    std::string name;
    std::unique_ptr<enforce::Step> step;
  };
  std::vector<Named> steps_;
  size_t switched_ = 0;
  bool half_undone_ = false;
};

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_TRANSACTION_H_
