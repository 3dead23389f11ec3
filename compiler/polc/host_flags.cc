#include "compiler/polc/host_flags.h"

#include <unistd.h>

#include <map>

#include "google/protobuf/util/json_util.h"

namespace pol::polc {
namespace {

using service::ControlClient;

absl::StatusOr<std::string> Json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  auto printed =
      google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!printed.ok()) return absl::InternalError(std::string(printed.message()));
  return absl::StrCat("{\"format_version\": \"1.0\", \"value\": ", json, "}\n");
}

}  // namespace

void AddPathFlags(CLI::App& command, HostFlags& flags) {
  command
      .add_option("--state-dir", flags.paths.state_dir,
                  "where generations are remembered")
      ->capture_default_str();
  command
      .add_option("--run-dir", flags.paths.run_dir,
                  "where pold's socket and the lock are")
      ->capture_default_str();
  command
      .add_option("--bpffs", flags.paths.bpffs_dir,
                  "where programs and maps are pinned")
      ->capture_default_str();
  command.add_option("--cgroup-root", flags.paths.cgroup_root,
                     "the cgroup below which connections are judged; the root "
                     "of cgroup2 unless given");
  command.add_option("--selinux-root", flags.paths.selinux_root,
                     "the root of the SELinux store; / unless given");
}

absl::StatusOr<std::optional<ControlClient>> FindPold(const HostFlags& flags) {
  absl::StatusOr<ControlClient> client =
      ControlClient::Connect(absl::StrCat(flags.paths.run_dir, "/pold.sock"));
  if (client.ok()) return std::optional<ControlClient>(*std::move(client));
  if (absl::IsNotFound(client.status())) return std::nullopt;
  return client.status();
}

int Show(const HostFlags& flags, const google::protobuf::Message& message,
         const std::string& text) {
  if (flags.format == Format::kText) {
    PrintData(text);
    return kOk;
  }
  absl::StatusOr<std::string> json = Json(message);
  if (!json.ok()) return Fail(json.status());
  PrintData(*json);
  return kOk;
}

TextOptions TextOptionsOf(const HostFlags& flags) {
  TextOptions options;
  if (flags.verbose) options.detail = Detail::kVerbose;
  if (flags.full) options.detail = Detail::kFull;
  options.color = UsesColor(STDOUT_FILENO);
  return options;
}

CLI::App* AddHostCommand(CLI::App& app, int& exit_code, const std::string& name,
                         const std::string& help,
                         const std::shared_ptr<HostFlags>& flags,
                         int (*run)(const HostFlags&)) {
  CLI::App* command = app.add_subcommand(name, help);
  AddPathFlags(*command, *flags);
  command->callback([flags, run, &exit_code] { exit_code = run(*flags); });
  return command;
}

void AddFormat(CLI::App& command, HostFlags& flags) {
  const std::map<std::string, Format> formats = {{"text", Format::kText},
                                                 {"json", Format::kJson}};
  command.add_option("--format", flags.format, "text or json")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("text");
  command.add_flag(
      "--json", [&flags](int64_t) { flags.format = Format::kJson; },
      "the same as --format json");
}

void AddReportFlags(CLI::App& command, HostFlags& flags) {
  AddFormat(command, flags);
  command.add_flag("--verbose", flags.verbose,
                   "name the first files of each rule, and each table");
  command.add_flag("--full", flags.full, "fold no list");
}

}  // namespace pol::polc
