// A PostgreSQL server of the test's own on the server host: real certificate,
// TLS offered and not demanded, no password, so that only the policy under test
// can refuse a connection.
#ifndef POL_TESTS_HARNESS_POSTGRES_H_
#define POL_TESTS_HARNESS_POSTGRES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "tests/harness/process.h"
#include "tests/harness/two_hosts.h"

namespace pol::harness {

struct PsqlOptions {
  std::string cgroup;  // who asks
  std::string host = "10.87.0.2";
  uint16_t port = 5432;
  std::string sslmode = "verify-full";
  std::string statement = "select 1";
};

class Postgres {
 public:
  // Why there can be none here; nullopt: there can.
  static std::optional<std::string> WhyNot();

  // Makes a certificate authority, a certificate for the server's addresses and
  // a cluster, starts it in the managed cgroup `group` and returns when it
  // answers. `hosts` must live longer.
  static absl::StatusOr<std::unique_ptr<Postgres>> Start(
      TwoHosts& hosts, const std::string& group, uint16_t port = 5432);
  ~Postgres();

  // psql(1) on the client host. Prints the bare result; gives up after 10 s.
  Command Psql(const PsqlOptions& options) const;

  std::string ca_file() const;
  pid_t pid() const { return server_->pid(); }
  std::string Log() const { return server_->errors(); }

 private:
  Postgres(TwoHosts& hosts, uint16_t port);
  absl::Status MakeCertificates() const;
  absl::Status MakeCluster() const;
  absl::Status Serve(const std::string& group);
  bool IsReady() const;

  TwoHosts& hosts_;
  uint16_t port_;
  std::string folder_;
  std::optional<Process> server_;
};

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_POSTGRES_H_
