// pold: holds the policy in force on this host, listens to polc, tells what
// the programs in the kernel decide.
//
// Enforcement does not depend on it: labels, capabilities and pinned programs
// go on without it. When it starts it reads what is there and puts right what
// differs from the policy in force.
#ifndef POL_AGENT_SERVICE_DAEMON_H_
#define POL_AGENT_SERVICE_DAEMON_H_

#include <memory>
#include <string>

#include "agent/apply/apply.h"
#include "agent/service/control_server.h"
#include "agent/service/decision_source.h"
#include "agent/service/drift_watcher.h"
#include "agent/service/event_loop.h"
#include "agent/service/provenance.h"
#include "agent/service/repeat_filter.h"
#include "agent/service/worker.h"
#include "compiler/support/status.h"

namespace pol::service {

class Daemon {
 public:
  // Blocks SIGTERM, SIGINT and SIGHUP for the whole process and opens the
  // control socket, run_dir + "/pold.sock". `group` may use it; when there is
  // no such group, root alone. `decisions` may be null. Without `watch` drift
  // is put right at the start and on SIGHUP only.
  static absl::StatusOr<std::unique_ptr<Daemon>> Start(
      apply::Host host, std::string group,
      std::unique_ptr<DecisionSource> decisions,
      std::unique_ptr<kernel::FileWatch> watch = nullptr);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  // Until SIGTERM or SIGINT; a change under way is finished first. SIGHUP
  // puts right what has drifted. Tells the service manager how it is
  // (sd_notify(3)), ready once the policy in force is held.
  absl::Status Run();

 private:
  Daemon(apply::Host host, std::unique_ptr<DecisionSource> decisions);

  absl::Status OpenSignals();
  absl::Status OpenSocket(const std::string& group);
  void OnSignal();
  void OnTick();
  void Handle(const Peer& peer, v1::Request request,
              ControlServer::Answer answer);
  v1::Reply Execute(const Peer& peer, const v1::Request& request);
  void Verify();              // on the worker
  void Return();              // on the worker
  void LookAtConfirmation();  // on the worker
  // What is in force now is what is watched from now on; on the worker.
  void FollowActive();
  void OpenDecisions();
  void DrainDecisions();
  void OnDecision(const Decision& decision);
  std::shared_ptr<const bundle::v1::Bundle> BundleOf(uint64_t generation);
  void Notify(const std::string& state);
  apply::ChangeOptions Options();

  class Keeper;

  // Used on the worker's thread only.
  apply::Host host_;
  std::unique_ptr<Keeper> keeper_;

  // Used on the loop's thread only.
  kernel::HostPaths paths_;
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<ControlServer> server_;
  std::unique_ptr<DecisionSource> decisions_;
  RepeatFilter denials_;
  int signals_ = -1;
  int decisions_fd_ = -1;  // -1: there are no programs
  int64_t looked_up_ms_ = 0;
  int64_t unconfirmed_until_ms_ = 0;  // steady clock; 0: all is confirmed

  Provenance provenance_;
  std::unique_ptr<DriftWatcher> watcher_;  // null: nothing is watched
  // Last: its thread ends before what it uses.
  std::unique_ptr<Worker> worker_;
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_DAEMON_H_
