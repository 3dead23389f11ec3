// Drift in words.
#ifndef POL_AGENT_SERVICE_DRIFT_LINE_H_
#define POL_AGENT_SERVICE_DRIFT_LINE_H_

#include <string>
#include <vector>

#include "agent/kernel/watch/file_watch.h"
#include "agent/service/drift.pb.h"

namespace pol::service {

// What a process did to a file.
struct Cause {
  kernel::Happened what = kernel::Happened::kAttributes;
  std::string through;
  kernel::Process who;

  friend bool operator==(const Cause&, const Cause&) = default;
};

// "written by cp (pid 4711, uid 0, unit cron.service)"; "" when there is none.
std::string WhoText(const std::vector<Cause>& causes);

// One line:
//
//   drift: /bin/api lost its capabilities (cap_net_bind_service=ep): written by
//   cp (pid 4711, uid 0, unit cron.service); put back (web.pol:12)
std::string DriftLine(const v1::DriftEvent& event);

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_DRIFT_LINE_H_
