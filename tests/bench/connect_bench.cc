// What a connection costs with nothing, with a policy of 1,000 rules, and with
// nftables (connection tracking and a set of 1,000), interleaved in one run
// between two namespaces.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/support/files.h"
#include "compiler/support/status.h"
#include "tests/bench/connect_load.h"
#include "tests/bench/summary.h"
#include "tests/harness/two_hosts.h"
#include "tests/harness/wait.h"
#include "tests/netns/deployment.h"

namespace pol::bench {
namespace {

constexpr uint16_t kPort = 7000;
constexpr int kConnections = 3000;
constexpr int kRounds = 12;
constexpr int kRules = 1000;

struct Measured {
  double rate = 0;    // connections a second
  double median = 0;  // microseconds
};

// 1,000 peers with an address and a rule each, and the pair that is measured.
std::string PolicyOfManyRules() {
  std::string text;
  for (int i = 0; i < kRules; ++i) {
    absl::StrAppend(
        &text, "endpoint \"peer-", i,
        "\" {\n  identity = \"spiffe://bench/peer-", i,
        "\"\n  addresses = [\"10.99.", i / 250, ".", i % 250 + 1, "\"]\n}\n",
        "policy \"peer-", i, "\" {\n  source_identity = \"spiffe://bench/peer-",
        i, "\"\n  target_identity = \"spiffe://bench/server\"\n  port = ",
        8000 + i, "\n  protocol = \"tcp\"\n}\n");
  }
  return text + R"(
workload "client" {
  identity  = "spiffe://bench/client"
  cgroup    = "/client"
  addresses = ["10.87.0.1"]
}
workload "server" {
  identity  = "spiffe://bench/server"
  cgroup    = "/server"
  addresses = ["10.87.0.2"]
}
policy "measured" {
  source_identity = "spiffe://bench/client"
  target_identity = "spiffe://bench/server"
  port = 7000
  protocol = "tcp"
}
)";
}

std::string NftRuleset() {
  std::string elements;
  for (int i = 0; i < kRules; ++i) {
    absl::StrAppend(&elements, "10.99.", i / 250, ".", i % 250 + 1, " . ",
                    8000 + i, ", ");
  }
  return absl::StrCat(
      "table inet bench {\n set peers {\n  type ipv4_addr . inet_service\n  "
      "elements = { ",
      elements, "10.87.0.1 . ", kPort, " }\n }\n chain input {\n",
      "  type filter hook input priority 0; policy drop;\n",
      "  ct state established,related accept\n  ip saddr . tcp dport @peers "
      "accept\n",
      "  iif lo accept\n }\n}\n");
}

class Bench {
 public:
  explicit Bench(harness::TwoHosts& hosts)
      : hosts_(hosts), deployment_(hosts) {}

  absl::Status Prepare() {
    POL_RETURN_IF_ERROR(support::WriteFile(deployment_.folder() + "/many.pol",
                                           PolicyOfManyRules(), 0644));
    POL_RETURN_IF_ERROR(deployment_.StartPold());
    POL_ASSIGN_OR_RETURN(
        harness::Outcome applied,
        deployment_.Polc({"apply", deployment_.folder() + "/many.pol"}));
    if (applied.exit_status != 0) return absl::InternalError(applied.errors);
    POL_ASSIGN_OR_RETURN(managed_client_, hosts_.ManagedCgroup("client"));
    POL_ASSIGN_OR_RETURN(managed_server_, hosts_.ManagedCgroup("server"));
    return absl::OkStatus();
  }

  absl::StatusOr<Measured> Nothing() {
    return Measure(hosts_.unmanaged_cgroup(), hosts_.unmanaged_cgroup());
  }

  absl::StatusOr<Measured> Pold() {
    return Measure(managed_client_, managed_server_);
  }

  absl::StatusOr<Measured> Nftables() {
    POL_RETURN_IF_ERROR(Nft(NftRuleset()));
    absl::StatusOr<Measured> measured = Nothing();
    POL_RETURN_IF_ERROR(Nft("flush ruleset\n"));
    return measured;
  }

 private:
  absl::Status Nft(const std::string& ruleset) {
    harness::Command command;
    command.argv = {"nft", "-f", "-"};
    command.input = ruleset;
    command.netns = hosts_.server().network.fd();
    return harness::RunOk(command).status();
  }

  harness::Command Self(std::vector<std::string> arguments,
                        const std::string& cgroup,
                        const harness::Host& host) const {
    harness::Command command;
    command.argv = {"/proc/self/exe"};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.cgroup = cgroup;
    command.netns = host.network.fd();
    return command;
  }

  absl::StatusOr<Measured> Measure(const std::string& client,
                                   const std::string& server) {
    std::string port = absl::StrCat(kPort);
    POL_ASSIGN_OR_RETURN(harness::Process listener,
                         harness::Process::Start(
                             Self({"serve", port}, server, hosts_.server())));
    if (!harness::WaitUntil([&] {
          return absl::StrContains(listener.output(), "listening");
        })) {
      return absl::InternalError(listener.errors());
    }
    POL_ASSIGN_OR_RETURN(std::string printed,
                         harness::RunOk(Self({"load", hosts_.server().ipv4,
                                              port, absl::StrCat(kConnections)},
                                             client, hosts_.client())));
    std::vector<std::string> numbers =
        absl::StrSplit(absl::StripSuffix(printed, "\n"), ' ');
    Measured measured;
    if (numbers.size() != 2 || !absl::SimpleAtod(numbers[0], &measured.rate) ||
        !absl::SimpleAtod(numbers[1], &measured.median)) {
      return absl::InternalError(absl::StrCat("load printed: ", printed));
    }
    return measured;
  }

  harness::TwoHosts& hosts_;
  netns::Deployment deployment_;
  std::string managed_client_;
  std::string managed_server_;
};

struct Ratios {
  std::vector<double> rate;
  std::vector<double> median;
};

void AddRatio(const Measured& measured, const Measured& nothing,
              Ratios& ratios) {
  ratios.rate.push_back(measured.rate / nothing.rate);
  ratios.median.push_back(measured.median / nothing.median);
}

void Print(const char* name, const Ratios& ratios) {
  std::printf("%-34s %-24s %-24s\n", name,
              ToString(Summarise(ratios.rate)).c_str(),
              ToString(Summarise(ratios.median)).c_str());
}

absl::Status Run() {
  POL_ASSIGN_OR_RETURN(std::unique_ptr<harness::TwoHosts> hosts,
                       harness::TwoHosts::Create());
  Bench bench(*hosts);
  POL_RETURN_IF_ERROR(bench.Prepare());
  Ratios with_pold;
  Ratios with_nft;
  std::vector<double> rates;
  std::vector<double> medians;
  for (int round = 0; round < kRounds; ++round) {
    POL_ASSIGN_OR_RETURN(Measured nothing, bench.Nothing());
    POL_ASSIGN_OR_RETURN(Measured pold, bench.Pold());
    POL_ASSIGN_OR_RETURN(Measured nft, bench.Nftables());
    rates.push_back(nothing.rate);
    medians.push_back(nothing.median);
    AddRatio(pold, nothing, with_pold);
    AddRatio(nft, nothing, with_nft);
  }
  std::printf(
      "connect, 64 B, 64 B, close between two namespaces; %d rounds of %d "
      "connections,\n"
      "interleaved; %d rules each; ratios to nothing: median (quartiles)\n\n",
      kRounds, kConnections, kRules);
  std::printf("%-34s %-24s %-24s\n", "", "rate", "p50 latency");
  Print("pold", with_pold);
  Print("nftables, ct established + set", with_nft);
  std::printf("\nnothing: %.0f connections/s, p50 %.1f us\n",
              Summarise(rates).middle, Summarise(medians).middle);
  return absl::OkStatus();
}

}  // namespace
}  // namespace pol::bench

int main(int argc, char** argv) {
  using namespace pol;
  std::string role = argc > 1 ? argv[1] : "";
  if (role == "serve" && argc == 3)
    return bench::Serve(static_cast<uint16_t>(atoi(argv[2])));
  if (role == "load" && argc == 5) {
    return bench::Load(argv[2], static_cast<uint16_t>(atoi(argv[3])),
                       atoi(argv[4]));
  }
  if (auto reason = harness::TwoHosts::WhyNot()) {
    std::fprintf(stderr, "connect_bench: cannot run here: %s\n",
                 reason->c_str());
    return 1;
  }
  absl::Status ran = bench::Run();
  if (ran.ok()) return 0;
  std::fprintf(stderr, "connect_bench: %s\n", ran.ToString().c_str());
  return 1;
}
