// Where decisions come from: the ring buffer of the network programs, or a
// test.
#ifndef POL_AGENT_SERVICE_DECISION_SOURCE_H_
#define POL_AGENT_SERVICE_DECISION_SOURCE_H_

#include <functional>

#include "agent/service/decision.h"
#include "compiler/support/status.h"

namespace pol::service {

class DecisionSource {
 public:
  virtual ~DecisionSource() = default;
  DecisionSource() = default;
  DecisionSource(const DecisionSource&) = delete;
  DecisionSource& operator=(const DecisionSource&) = delete;

  // Finds what the programs report into. False while there are no programs.
  // After an apply they may be others: call it again.
  virtual absl::StatusOr<bool> Open() = 0;

  // Readable when a connection was refused. Valid after Open() gave true,
  // until it is called again.
  virtual int fd() const = 0;

  // Acts on every refusal that is there, so that its client learns of it, and
  // hands over every decision, in order. An error says which refusal could
  // not be told to its client; the connection is refused all the same.
  virtual absl::Status Drain(
      const std::function<void(const Decision&)>& handle) = 0;
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_DECISION_SOURCE_H_
