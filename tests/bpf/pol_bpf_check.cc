// pol_bpf_check CGROUP BPFFS: loads the programs on this kernel, attaches them
// to CGROUP, puts a small policy in force and makes connections over loopback.
//
// One "PASS name" or "FAIL name: why" for each; exit status 0 if all pass. For
// kernels on which the test tier does not run. CGROUP is a cgroup of the
// caller's own with nothing in it, BPFFS a folder on a bpffs.
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>

#include "agent/enforce/network/decoded_event.h"
#include "agent/enforce/network/network_fence.h"
#include "agent/enforce/network/refuser.h"
#include "agent/kernel/network/event_reader.h"
#include "agent/kernel/network/programs.h"
#include "tests/bpf/place.h"
#include "tests/bpf/policy.h"
#include "tests/bpf/tls_bytes.h"

namespace pol::testing {
namespace {

int failures = 0;

void Report(const std::string& name, const std::string& why) {
  if (why.empty()) {
    std::printf("PASS %s\n", name.c_str());
  } else {
    std::printf("FAIL %s: %s\n", name.c_str(), why.c_str());
    ++failures;
  }
}

void Report(const std::string& name, const absl::Status& status) {
  Report(name, std::string(status.message()));
}

void Expect(const std::string& name, const Made& made, int error) {
  Report(name, made.error == error
                   ? ""
                   : absl::StrCat("expected ", std::strerror(error), ", got ",
                                  std::strerror(made.error)));
}

bool RaiseLoopback() {
  if (unshare(CLONE_NEWNET)) return false;
  Fd fd(socket(AF_INET, SOCK_DGRAM, 0));
  ifreq request = {};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  return ioctl(fd.get(), SIOCSIFFLAGS, &request) == 0;
}

class Check {
 public:
  explicit Check(kernel::HostPaths paths)
      : paths_(std::move(paths)), fence_(enforce::MakeNetworkFence(paths_)) {}

  absl::Status Apply(const bundle::v1::Bundle& bundle) {
    POL_ASSIGN_OR_RETURN(auto step,
                         fence_->Prepare(nullptr, bundle, ++generation_));
    POL_RETURN_IF_ERROR(step->Switch());
    POL_RETURN_IF_ERROR(fence_->Verify(bundle));
    if (programs_ != nullptr) return absl::OkStatus();
    POL_ASSIGN_OR_RETURN(kernel::Cgroup cgroup,
                         kernel::Cgroup::Open(paths_.cgroup_root));
    POL_ASSIGN_OR_RETURN(programs_,
                         kernel::Programs::Open(paths_.bpffs_dir, cgroup));
    POL_ASSIGN_OR_RETURN(reader_,
                         kernel::EventReader::Open(programs_->map("events")));
    return absl::OkStatus();
  }

  // The reason of the last denial; acts on all.
  std::string Refuse() {
    std::string reason = "no event";
    absl::Status status = reader_->Consume([&](const pol_event& event) {
      if (event.verdict != POL_VERDICT_DENY) return;
      reason = enforce::ReasonText(event.reason);
      absl::Status done = refuser_.Refuse(event);
      if (!done.ok()) reason = std::string(done.message());
    });
    refuser_.Release();
    return status.ok() ? reason : std::string(status.message());
  }

  Place In(const std::string& cgroup) const {
    std::string folder = paths_.cgroup_root + "/" + cgroup;
    mkdir(folder.c_str(), 0755);
    return {folder};
  }

  void Run();
  void Gate(uint16_t port);

 private:
  kernel::HostPaths paths_;
  std::unique_ptr<enforce::Fence> fence_;
  std::unique_ptr<kernel::Programs> programs_;
  std::unique_ptr<kernel::EventReader> reader_;
  enforce::Refuser refuser_;
  uint64_t generation_ = 0;
};

// The TLS gate: plaintext is refused and the server told, a hello passes.
void Check::Gate(uint16_t port) {
  Made listener = Listen(In("db"), {"127.0.0.1", port});
  Made client = Connect(In("app"), {"127.0.0.1", port});
  Expect("gated connect", client, 0);
  if (!client.ok()) return;
  Fd server = Accept(listener.fd.get());
  Write(client.fd.get(), "SELECT 1;");
  Read(server.get(), 1, 1);
  std::string reason = Refuse();
  Report("plaintext refused", reason == "plaintext" ? "" : reason);
  int error = 0;
  std::string got = Read(server.get(), 9, 1, &error);
  Report("plaintext not delivered",
         got.empty() && error ? "" : "the server read " + got);

  client = Connect(In("app"), {"127.0.0.1", port});
  server = Accept(listener.fd.get());
  std::string hello = ClientHello({.versions = {0x0304, 0x0303}});
  Write(client.fd.get(), hello);
  Report("hello delivered",
         Read(server.get(), hello.size(), 3) == hello ? "" : "incomplete");
  std::string answer = ServerHello({.chosen = 0x0304});
  Write(server.get(), answer);
  Report("answer delivered",
         Read(client.fd.get(), answer.size(), 3) == answer ? "" : "incomplete");
}

void Check::Run() {
  Policy policy;
  uint32_t app = policy.Identity("app", kBoth);
  uint32_t db = policy.Identity("db", kBoth);
  policy.ByCgroup(app, "/app");
  policy.ByCgroup(db, "/db");
  policy.Allow(app, db, 5432);
  policy.Allow(app, db, 5433, 0x0303);
  absl::Status applied = Apply(policy.Build());
  Report("load, attach, switch", applied);
  if (!applied.ok()) return;

  for (const char* host : {"127.0.0.1", "::1", "::ffff:127.0.0.1"}) {
    std::string name = host;
    Made good = Listen(In("db"), {host, 5432});
    Made other = Listen(In("db"), {host, 5434});
    Expect(name + " allowed", Connect(In("app"), {host, 5432}), 0);
    Expect(name + " wrong port", Connect(In("app"), {host, 5434}), EPERM);
    Expect(name + " unknown source", Connect(In("else"), {host, 5432}), EPERM);
    Expect(name + " unmanaged source", Connect({}, {host, 5432}), ECONNREFUSED);
  }
  Report("denial has an event", Refuse() == "unknown-peer" ? "" : "none");
  Expect("raw socket", Socket(In("app"), AF_INET, SOCK_RAW, IPPROTO_ICMP),
         EPERM);
  Gate(5433);

  Made listener = Listen(In("db"), {"127.0.0.1", 5432});
  Made before = Connect(In("app"), {"127.0.0.1", 5432});
  Fd server = Accept(listener.fd.get());
  Policy none;
  none.ByCgroup(none.Identity("app", kBoth), "/app");
  Report("switch", Apply(none.Build()));
  Expect("denied after the switch", Connect(In("app"), {"127.0.0.1", 5432}),
         EPERM);
  Refuse();
  Write(before.fd.get(), "x");
  Refuse();
  int error = 0;
  std::string got = Read(server.get(), 1, 2, &error);
  Report("connection killed by the switch",
         got.empty() && error == ECONNRESET ? "" : std::strerror(error));
  auto counts = programs_->VerifiedInstructions();
  if (counts.ok()) {
    for (const auto& [program, count] : *counts)
      std::printf("verified %s %u\n", program.c_str(), count);
  }
  Report("remove", fence_->Remove(policy.Build()));
}

}  // namespace
}  // namespace pol::testing

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: pol_bpf_check CGROUP BPFFS\n");
    return 2;
  }
  if (!pol::testing::RaiseLoopback()) {
    std::perror("own network namespace");
    return 2;
  }
  pol::kernel::HostPaths paths;
  paths.cgroup_root = argv[1];
  paths.bpffs_dir = std::string(argv[2]) + "/pol_bpf_check";
  pol::testing::Check(paths).Run();
  return pol::testing::failures == 0 ? 0 : 1;
}
