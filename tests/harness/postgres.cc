#include "tests/harness/postgres.h"

#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/support/status.h"
#include "tests/harness/wait.h"

namespace pol::harness {
namespace {

namespace fs = std::filesystem;

constexpr char kUser[] = "postgres";

// Debian keeps each version's programs apart; the highest that is there.
std::string ProgramFolder() {
  std::string best;
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator("/usr/lib/postgresql", error)) {
    if (fs::exists(entry.path() / "bin/postgres")) {
      best = std::max(best, (entry.path() / "bin").string());
    }
  }
  return best;
}

std::string Program(const std::string& name) {
  return absl::StrCat(ProgramFolder(), "/", name);
}

Command AsPostgres(std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  command.user = kUser;
  command.environment = {"LC_ALL=C"};
  return command;
}

absl::Status GiveToPostgres(const std::string& path) {
  const passwd* account = getpwnam(kUser);
  if (account == nullptr) return absl::NotFoundError("no user postgres");
  if (chown(path.c_str(), account->pw_uid, account->pw_gid) != 0) {
    return support::SystemError(errno, path);
  }
  return absl::OkStatus();
}

absl::Status WriteText(const std::string& path, std::string_view text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) return absl::InternalError(absl::StrCat(path, ": not written"));
  return absl::OkStatus();
}

std::string Configuration(const std::string& folder, uint16_t port) {
  return absl::StrCat(
      "listen_addresses = '*'\n", "port = ", port, "\n",
      "unix_socket_directories = '", folder, "'\n", "ssl = on\n",
      "ssl_cert_file = '", folder, "/server.crt'\n", "ssl_key_file = '", folder,
      "/server.key'\n", "fsync = off\n", "shared_buffers = 1MB\n",
      "max_connections = 20\n", "log_connections = on\n");
}

constexpr char kAccess[] =
    "local all all trust\n"
    "host  all all 10.87.0.0/24 trust\n"
    "host  all all fd87::/64 trust\n"
    "host  all all 127.0.0.0/8 trust\n"
    "host  all all ::1/128 trust\n";

}  // namespace

std::optional<std::string> Postgres::WhyNot() {
  if (ProgramFolder().empty()) return "PostgreSQL is not installed";
  return std::nullopt;
}

Postgres::Postgres(TwoHosts& hosts, uint16_t port)
    : hosts_(hosts),
      port_(port),
      folder_(absl::StrCat(hosts.folder(), "/postgres-", port)) {}

// A fast shutdown (pg_ctl(1)), so that the server collects its own children.
Postgres::~Postgres() {
  if (!server_ || !server_->Signal(SIGINT).ok()) return;
  server_->Wait(absl::Seconds(10)).IgnoreError();
}

absl::StatusOr<std::unique_ptr<Postgres>> Postgres::Start(
    TwoHosts& hosts, const std::string& group, uint16_t port) {
  std::unique_ptr<Postgres> postgres(new Postgres(hosts, port));
  std::error_code error;
  fs::create_directories(postgres->folder_, error);
  if (error) return support::SystemError(error.value(), postgres->folder_);
  POL_RETURN_IF_ERROR(GiveToPostgres(postgres->folder_));
  POL_RETURN_IF_ERROR(postgres->MakeCertificates());
  POL_RETURN_IF_ERROR(postgres->MakeCluster());
  POL_RETURN_IF_ERROR(postgres->Serve(group));
  return postgres;
}

absl::Status Postgres::MakeCertificates() const {
  const std::vector<std::string> key = {
      "-newkey", "ec",    "-pkeyopt", "ec_paramgen_curve:prime256v1",
      "-nodes",  "-days", "2"};
  auto request = [&](std::vector<std::string> arguments) {
    std::vector<std::string> argv = {"openssl", "req", "-x509"};
    argv.insert(argv.end(), key.begin(), key.end());
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return RunOk(AsPostgres(std::move(argv))).status();
  };
  const std::string authority_key = absl::StrCat(folder_, "/ca.key");
  POL_RETURN_IF_ERROR(request({"-subj", "/CN=test authority", "-keyout",
                               authority_key, "-out", ca_file()}));
  return request({"-subj", "/CN=postgres", "-addext",
                  absl::StrCat("subjectAltName=IP:", hosts_.server().ipv4,
                               ",IP:", hosts_.server().ipv6, ",DNS:localhost"),
                  "-CA", ca_file(), "-CAkey", authority_key, "-keyout",
                  absl::StrCat(folder_, "/server.key"), "-out",
                  absl::StrCat(folder_, "/server.crt")});
}

absl::Status Postgres::MakeCluster() const {
  const std::string data = absl::StrCat(folder_, "/data");
  POL_RETURN_IF_ERROR(
      RunOk(AsPostgres({Program("initdb"), "--pgdata", data, "--no-sync",
                        "--auth=trust", "--encoding=UTF8", "--locale=C"}))
          .status());
  POL_RETURN_IF_ERROR(WriteText(absl::StrCat(data, "/postgresql.conf"),
                                Configuration(folder_, port_)));
  return WriteText(absl::StrCat(data, "/pg_hba.conf"), kAccess);
}

absl::Status Postgres::Serve(const std::string& group) {
  Command command =
      AsPostgres({Program("postgres"), "-D", absl::StrCat(folder_, "/data")});
  POL_ASSIGN_OR_RETURN(command.cgroup, hosts_.ManagedCgroup(group));
  command.netns = hosts_.server().network.fd();
  POL_ASSIGN_OR_RETURN(server_, Process::Start(command));
  if (!WaitUntil([this] { return IsReady(); })) {
    return absl::DeadlineExceededError(
        absl::StrCat("PostgreSQL does not answer:\n", Log()));
  }
  return absl::OkStatus();
}

// The server writes its state into the last line of its lock file.
bool Postgres::IsReady() const {
  std::ifstream file(absl::StrCat(folder_, "/data/postmaster.pid"));
  std::string last;
  for (std::string line; std::getline(file, line);) last = line;
  return last.starts_with("ready");
}

Command Postgres::Psql(const PsqlOptions& options) const {
  Command command;
  command.argv = {
      Program("psql"),
      "--no-psqlrc",
      "--no-password",
      "--tuples-only",
      "--no-align",
      "--command",
      options.statement,
      absl::StrCat("host=", options.host, " port=", options.port,
                   " user=postgres dbname=postgres connect_timeout=10 ",
                   "sslmode=", options.sslmode, " sslrootcert=", ca_file())};
  command.environment = {"LC_ALL=C"};
  command.cgroup = options.cgroup;
  command.netns = hosts_.client().network.fd();
  return command;
}

std::string Postgres::ca_file() const {
  return absl::StrCat(folder_, "/ca.crt");
}

}  // namespace pol::harness
