#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "compiler/polc/commands.h"
#include "compiler/polc/panels.h"
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

// Makes the folder, and those above it.
absl::Status MakeFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return absl::OkStatus();
  return support::SystemError(error.value(), absl::StrCat("make ", folder));
}

// A policy is started where there is none.
absl::Status CheckEmpty(const std::string& folder, const std::string& panel) {
  POL_ASSIGN_OR_RETURN(const std::vector<std::string> policies,
                       support::ListFiles(folder, ".pol"));
  std::string there = policies.empty() ? "" : In(folder, policies.front());
  if (there.empty() && !panel.empty() && support::Exists(In(folder, panel)))
    there = In(folder, panel);
  if (there.empty()) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat("init: ", there,
                   " is there already; a policy is started in a folder "
                   "without one"));
}

absl::Status WritePanel(const std::string& folder, const std::string& panel) {
  for (const PanelFile& file : FilesOf(panel)) {
    const std::string path = In(folder, file.path);
    const std::string parent = std::filesystem::path(path).parent_path();
    if (!parent.empty()) POL_RETURN_IF_ERROR(MakeFolder(parent));
    POL_RETURN_IF_ERROR(support::CreateFile(path, file.text, 0644));
  }
  return absl::OkStatus();
}

absl::Status WriteSmall(const std::string& folder) {
  POL_RETURN_IF_ERROR(support::CreateFile(In(folder, "main.pol"), kMain, 0644));
  return support::CreateFile(In(folder, "tests.pol"), kTests, 0644);
}

// What to do next.
std::string Next(const std::string& folder, const std::string& panel) {
  const std::string where = folder == "." ? "" : " " + folder;
  std::string text =
      absl::StrCat(In(folder, "main.pol"), " is a policy that works. Next:\n",
                   "  polc check", where, "\n", "  polc test", where, "\n");
  if (panel.empty()) {
    absl::StrAppend(
        &text, "  polc explain", where,
        " --from workload.web --to workload.db --port 5432 --tls 1.3\n");
  } else {
    absl::StrAppend(&text, "  less ", In(folder, panel), "/README.md\n",
                    "  polc doctor", where, "\n");
  }
  absl::StrAppend(&text, "  polc plan", where, "\n");
  return text;
}

int Init(const std::string& folder, const std::string& panel) {
  absl::Status made = MakeFolder(folder);
  if (made.ok()) made = CheckEmpty(folder, panel);
  if (made.ok())
    made = panel.empty() ? WriteSmall(folder) : WritePanel(folder, panel);
  if (!made.ok()) return Fail(made);
  PrintData(Next(folder, panel));
  return kOk;
}

}  // namespace

void AddInit(CLI::App& app, int& exit_code) {
  auto folder = std::make_shared<std::string>(".");
  auto panel = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "init", "Start a policy folder with a small policy that works");
  command
      ->add_option("folder", *folder,
                   "where; it is made when it is not there, and nothing in it "
                   "is overwritten")
      ->capture_default_str();
  command
      ->add_option("--panel", *panel,
                   "start with the policies for a control panel instead")
      ->check(CLI::IsMember(Panels()));
  command->footer(
      "Example: polc init policies/\n"
      "         polc init --panel ispconfig site/");
  command->callback(
      [folder, panel, &exit_code] { exit_code = Init(*folder, *panel); });
}

}  // namespace pol::polc
