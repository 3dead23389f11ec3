// pol_bpf_check CGROUP BPFFS: loads the programs on this kernel, attaches them
// to CGROUP, puts a small policy in force and makes connections over loopback.
//
// One "PASS name" or "FAIL name: why" for each; exit status 0 if all pass. For
// kernels on which the test tier does not run. CGROUP is a cgroup of the
// caller's own with nothing in it, BPFFS a folder on a bpffs.
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

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

std::atomic<int> failures = 0;

absl::string_view ToText(std::string_view text) {
  return support::ToAbsl(text);
}

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
  ~Check() {
    stop_ = true;
    if (watcher_.joinable()) watcher_.join();
  }

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
    Watch();
    return absl::OkStatus();
  }

  // What an agent does: acts on denials, prints what it sees.
  void Watch() {
    watcher_ = std::thread([this] {
      while (!stop_) {
        pollfd one = {reader_->fd(), POLLIN, 0};
        poll(&one, 1, 20);
        reader_->Consume([this](const pol_event& event) { OnEvent(event); })
            .IgnoreError();
        refuser_.Release();
      }
    });
  }

  void OnEvent(const pol_event& event) {
    enforce::DecodedEvent d = enforce::Decode(event);
    absl::Status done = refuser_.Refuse(event);
    std::lock_guard<std::mutex> lock(mutex_);
    std::printf(
        "event %s\n",
        absl::StrCat(d.sequence, " ", ToText(d.verdict), " ", ToText(d.reason),
                     " ", ToText(d.hook), " rule ", d.rule, " ", d.source, "->",
                     d.target, ":", d.target_port, " proof ", ToText(d.proof),
                     " ", d.comm, " ", done.ToString())
            .c_str());
    if (d.verdict == "deny") last_ = d.reason;
  }

  // The reason of the last denial since the last call, within a second.
  std::string LastDenial() {
    for (int i = 0; i < 100; ++i) {
      {
        std::lock_guard<std::mutex> lock(mutex_);
        if (!last_.empty()) return std::exchange(last_, "");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return "no event";
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
  std::thread watcher_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::string last_;
  uint64_t generation_ = 0;
};

// The TLS gate: plaintext is refused and the server told, a hello passes.
void Check::Gate(uint16_t port) {
  Made listener = Listen(In("db"), {"127.0.0.1", port});
  LastDenial();
  Made client = Connect(In("app"), {"127.0.0.1", port});
  Expect("gated connect", client, 0);
  if (!client.ok()) return;
  Fd server = Accept(listener.fd.get());
  Write(client.fd.get(), "SELECT 1;");
  int error = 0;
  std::string got = Read(server.get(), 9, 3, &error);
  Report("plaintext not delivered",
         got.empty() && error == ECONNRESET
             ? ""
             : absl::StrCat("read '", got, "', ", std::strerror(error)));
  std::string reason = LastDenial();
  Report("plaintext refused", reason == "plaintext" ? "" : reason);

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
  std::string denial = LastDenial();
  Report("denial has an event", denial == "no event" ? denial : "");
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
  Write(before.fd.get(), "x");
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
