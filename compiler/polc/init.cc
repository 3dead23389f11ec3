#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "compiler/polc/commands.h"
#include "compiler/polc/terminal.h"
#include "compiler/support/files.h"

namespace pol::polc {
namespace {

constexpr char kMain[] =
    R"(# One service that the world reaches, and its database that only it reaches.
# Names, addresses and ports are examples; change them to yours.

language {
  edition = 1
}

# A workload is a set of processes that bear an identity. It is governed: a
# connection that no policy allows is denied.
workload "web" {
  identity     = "spiffe://example.org/web"
  systemd_unit = "web.service"
  addresses    = ["192.0.2.10"]
  enforce      = "ingress" # what it connects to itself is left alone
}

workload "db" {
  identity     = "spiffe://example.org/db"
  systemd_unit = "postgresql.service"
  addresses    = ["192.0.2.20"]
  enforce      = "ingress"
}

# An endpoint is a peer that is known by its addresses alone.
endpoint "world" {
  identity  = "spiffe://example.org/world"
  addresses = ["0.0.0.0/0", "::/0"]
}

# A policy says who may connect to whom, and how.
policy "world-to-web" {
  source = endpoint.world
  target = workload.web
  ports  = 8443
  tls {
    min_version = "1.2"
  }
}

policy "web-to-db" {
  source = workload.web
  target = workload.db
  ports  = 5432
  reason = "the shop's orders"
  tls {
    min_version = "1.3"
  }
}
)";

constexpr char kTests[] =
    R"(# What the policy is for, as examples. `polc test` tries them.

test "the world reaches the service by TLS" {
  connect {
    from = endpoint.world
    to   = workload.web
    port = 8443
    tls  = "1.2"
  }
  expect = "allow"
  by     = policy.world-to-web
}

test "the world does not reach the database" {
  connect {
    from = endpoint.world
    to   = workload.db
    port = 5432
    tls  = "1.3"
  }
  expect = "deny"
}
)";

std::string In(const std::string& folder, const std::string& name) {
  return folder == "." ? name : folder + "/" + name;
}

int Init(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Fail(
        support::SystemError(error.value(), absl::StrCat("make ", folder)));
  }
  const absl::StatusOr<std::vector<std::string>> policies =
      support::ListFiles(folder, ".pol");
  if (!policies.ok()) return Fail(policies.status());
  if (!policies->empty()) {
    return Fail(absl::AlreadyExistsError(absl::StrCat(
        "init: ", In(folder, policies->front()),
        " is there already; a policy is started in a folder without one")));
  }
  const std::string path = In(folder, "main.pol");
  absl::Status created = support::CreateFile(path, kMain, 0644);
  if (created.ok()) {
    created = support::CreateFile(In(folder, "tests.pol"), kTests, 0644);
  }
  if (!created.ok()) return Fail(created);
  const std::string where = folder == "." ? "" : " " + folder;
  PrintData(absl::StrCat(
      path, " is a policy that works. Next:\n", "  polc check", where, "\n",
      "  polc test", where, "\n", "  polc explain", where,
      " --from workload.web --to workload.db --port 5432 --tls 1.3\n",
      "  polc plan", where, "\n"));
  return kOk;
}

}  // namespace

void AddInit(CLI::App& app, int& exit_code) {
  auto folder = std::make_shared<std::string>(".");
  CLI::App* command = app.add_subcommand(
      "init", "Start a policy folder with a small policy that works");
  command
      ->add_option("folder", *folder,
                   "where; it is made when it is not there, and nothing in it "
                   "is overwritten")
      ->capture_default_str();
  command->footer("Example: polc init policies/");
  command->callback([folder, &exit_code] { exit_code = Init(*folder); });
}

}  // namespace pol::polc
