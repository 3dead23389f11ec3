// Why a connection is allowed or refused, in words, with the line that decides.
#ifndef POL_COMPILER_DRIVER_EXPLAIN_H_
#define POL_COMPILER_DRIVER_EXPLAIN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/driver/compile.h"
#include "compiler/support/status.h"
#include "compiler/values/protocol.h"
#include "compiler/values/tls_version.h"

namespace pol::driver {

// A connection as a person names it. An end is a SPIFFE ID, `workload.NAME`,
// `identity.NAME`, `endpoint.NAME`, or `unknown`.
struct Question {
  std::string from;
  std::string to;
  uint16_t port = 0;                      // where the protocol has ports
  std::optional<values::TlsVersion> tls;  // unset: in clear text
  values::Protocol protocol = values::Protocol::kTcp;
};

struct Answer {
  bool allowed = false;
  std::string text;  // some lines, the first of which is the verdict
};

// Decided by ir::Decide(). kInvalidArgument for a port that connections of that
// protocol do not have, and for TLS over another protocol than TCP; kNotFound
// for a name that the policy does not have.
absl::StatusOr<Answer> Explain(const Compilation::Result& result,
                               const Question& question);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_EXPLAIN_H_
