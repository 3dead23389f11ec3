#include "compiler/polc/host_flags.h"

#include <map>

#include "google/protobuf/util/json_util.h"

namespace pol::polc {
namespace {

using service::ControlClient;

// Versioned, so that a reader can tell what it reads; fields are only added.
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

void AddFormat(CLI::App& command, HostFlags& flags) {
  const std::map<std::string, Format> formats = {{"text", Format::kText},
                                                 {"json", Format::kJson}};
  command.add_option("--format", flags.format, "text or json")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("text");
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

}  // namespace pol::polc
