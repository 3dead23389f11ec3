// A fence is one mechanism that holds a policy on this host: SELinux labels,
// file capabilities, the network programs. Each is driven by the same five
// verbs:
//
//   Probe   can this host enforce it, and if not, why
//   Read    what differs between the host and a bundle; changes nothing
//   Prepare everything of a change that can fail, so that what is left is short
//   Verify  does the host now hold what the bundle says
//   Remove  take away everything the fence put there
//
// A fence keeps no truth of its own: it reads the host each time, and knows
// what it owns from the active bundle. Only what a bundle declared is ever
// removed.
#ifndef POL_AGENT_ENFORCE_FENCE_H_
#define POL_AGENT_ENFORCE_FENCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/bundle/bundle.pb.h"
#include "compiler/support/status.h"

namespace pol::enforce {

using Bundle = bundle::v1::Bundle;

// Whether a fence can hold on this host.
struct Support {
  bool available = false;
  // What is missing and what it means; empty when available.
  std::string reason;
};

// One difference between the host and a bundle.
struct Change {
  // "file /usr/local/bin/api", "fcontext /srv/app(/.*)? any", "network"
  std::string object;
  // "label", "capabilities", "record", "running", "tables", "programs"
  std::string aspect;
  std::string before;  // empty: absent
  std::string after;   // empty: will be removed
  std::string origin;  // "web.pol:12"; empty for what left the policy
  // The rule that speaks for an object which the policy does not name itself:
  // "fcontext /srv/app(/.*)?".
  std::string rule = {};
};

// One table that the kernel holds for a bundle.
struct Holding {
  std::string table;
  uint64_t entries = 0;
  uint64_t bytes = 0;  // of keys and values; the kernel's own come on top
  uint64_t limit = 0;  // how many entries it may have
};

// What a fence keeps in the kernel for a bundle; nothing for most.
struct Footprint {
  std::vector<Holding> tables;
  uint32_t programs = 0;
};

// What a bundle asks for that can be enforced but deserves a second look.
struct Finding {
  std::string object;  // as in Change
  std::string text;    // one sentence
  std::string origin;  // "web.pol:12"
  std::string code;    // the page in docs/errors that explains it; or empty
};

// How much of what stands on a host a fence may take for leftovers.
enum class Tidying {
  // Nothing: only what the fence works with is put right.
  kMachinery,
  // What nobody uses: the beginnings of a change that was cut off.
  kUnfinished,
  // Also what holds another policy than the one in force.
  kForeign,
};

// One fence's part of one transaction. Made by Prepare(); destroying it without
// Switch() leaves the host as it was.
class Step {
 public:
  virtual ~Step() = default;
  Step() = default;
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

  // Makes the change. After an error the host may hold a part of it: call
  // Undo().
  virtual absl::Status Switch() = 0;

  // Returns to the state before Switch(), whether that failed, succeeded or
  // never ran; old extended attributes come back byte for byte.
  virtual absl::Status Undo() = 0;

  // What Switch() changes, as Read() would have named it at the time of
  // Prepare(): the two never differ.
  virtual std::vector<Change> Changes() const { return {}; }

  // What the fence needs to return to this state after the transaction is
  // over, where the bundles alone do not say it (old attribute bytes). Valid
  // before Switch(); the format is the fence's own.
  virtual std::string Journal() const { return ""; }
};

class Fence {
 public:
  virtual ~Fence() = default;
  Fence() = default;
  Fence(const Fence&) = delete;
  Fence& operator=(const Fence&) = delete;

  // "selinux", "capabilities", "network"
  virtual std::string_view name() const = 0;

  virtual Support Probe() = 0;

  // `active` is the bundle in force, null when there is none. The result is
  // sorted and empty when the host already holds `target`.
  virtual absl::StatusOr<std::vector<Change>> Read(const Bundle* active,
                                                   const Bundle& target) = 0;

  // Warnings about what Read() of the same bundles would change; changes
  // nothing and never stands in the way of an apply. Sorted.
  virtual absl::StatusOr<std::vector<Finding>> Findings(const Bundle* active,
                                                        const Bundle& target) {
    static_cast<void>(active);
    static_cast<void>(target);
    return std::vector<Finding>();
  }

  // kInvalidArgument, naming the table, when it would not fit.
  virtual absl::StatusOr<Footprint> Measure(const Bundle& target) {
    static_cast<void>(target);
    return Footprint();
  }

  // `generation` is the number under which `target` will be in force.
  virtual absl::StatusOr<std::unique_ptr<Step>> Prepare(
      const Bundle* active, const Bundle& target, uint64_t generation) = 0;

  // Prepares the way back from `active` to `former`, the bundle in force
  // before it; `journal` is what the step that brought `active` kept. What
  // was changed since by others is left as it is.
  virtual absl::StatusOr<std::unique_ptr<Step>> PrepareReturn(
      const Bundle& active, const Bundle& former, uint64_t generation,
      const std::string& journal) {
    static_cast<void>(journal);
    return Prepare(&active, former, generation);
  }

  // Prepares the undoing of the step that kept `journal` and was cut off at
  // any moment, before its first act and after its last one included. It went
  // from `from` (null: there was no policy), in force as `generation`, to `to`.
  // Nothing but what `journal` names is touched, and of that only what is as
  // the step left it; what somebody else has changed since is left as it is
  // and named in `left`. May itself be cut off and prepared again.
  virtual absl::StatusOr<std::unique_ptr<Step>> PrepareUndo(
      const Bundle* from, const Bundle& to, uint64_t generation,
      const std::string& journal, std::vector<std::string>* left) {
    static_cast<void>(journal);
    static_cast<void>(left);
    return Prepare(&to, from == nullptr ? Bundle() : *from, generation);
  }

  // One journal for two steps in a row: what it takes to return to before
  // `older` from after `newer`.
  virtual absl::StatusOr<std::string> JoinJournals(const std::string& newer,
                                                   const std::string& older) {
    static_cast<void>(newer);
    static_cast<void>(older);
    return "";
  }

  // Removes what a change that was cut off, or one that is over, left of the
  // fence's own machinery, and says in `notes` what had to be put right for
  // it. `active` is in force, null when nothing is.
  virtual absl::Status Tidy(const Bundle* active, Tidying tidying,
                            std::vector<std::string>* notes) {
    static_cast<void>(active);
    static_cast<void>(tidying);
    static_cast<void>(notes);
    return absl::OkStatus();
  }

  virtual absl::Status Verify(const Bundle& target) = 0;

  virtual absl::Status Remove(const Bundle& active) = 0;
};

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_FENCE_H_
