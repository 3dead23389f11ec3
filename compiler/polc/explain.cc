#include "compiler/driver/explain.h"

#include <map>
#include <memory>
#include <string>

#include "compiler/driver/all_codes.h"
#include "compiler/driver/error_pages.h"
#include "compiler/driver/explain_path.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/policy_flags.h"
#include "compiler/polc/terminal.h"

namespace pol::polc {
namespace {

struct ExplainFlags {
  std::string subject;  // a code, or where the policy of a connection is
  PolicyFlags policy;
  driver::Question question;
  std::string protocol = "tcp";
  std::string tls = "none";
  std::string file;  // a path on a host
  std::string kind = "file";
  bool list = false;
  Format format = Format::kText;
};

int ExplainConnection(ExplainFlags flags) {
  if (flags.format != Format::kText) {
    return Fail(absl::InvalidArgumentError(
        "explain: a connection is explained as text"));
  }
  if (flags.tls != "none") {
    flags.question.tls = values::ParseTlsVersion(flags.tls);
    if (!flags.question.tls) {
      return Fail(absl::InvalidArgumentError(absl::StrCat(
          "--tls: `", flags.tls, "` is not none, 1.0, 1.1, 1.2 or 1.3")));
    }
  }
  flags.question.protocol = *values::ParseProtocol(flags.protocol);
  if (!flags.subject.empty()) flags.policy.path = flags.subject;
  absl::StatusOr<driver::Compilation> compilation = Compile(flags.policy);
  if (!compilation.ok()) return Fail(compilation.status());
  if (Report(*compilation, Format::kText) != kOk) return kError;
  absl::StatusOr<driver::Answer> answer =
      driver::Explain(*compilation->result, flags.question);
  if (!answer.ok()) return Fail(answer.status());
  PrintData(answer->text);
  return kOk;
}

int ExplainFile(const ExplainFlags& flags) {
  const std::optional<values::FileKind> kind =
      values::ParseFileKind(flags.kind);
  if (!kind) {
    return Fail(absl::InvalidArgumentError(
        absl::StrCat("--kind: `", flags.kind, "` is no kind of file")));
  }
  absl::StatusOr<driver::Compilation> compilation = Compile(flags.policy);
  if (!compilation.ok()) return Fail(compilation.status());
  if (Report(*compilation, Format::kText) != kOk) return kError;
  absl::StatusOr<std::string> text =
      driver::ExplainPath(*compilation->result, flags.file, *kind);
  if (!text.ok()) return Fail(text.status());
  PrintData(*text);
  return kOk;
}

int ExplainCode(const ExplainFlags& flags) {
  const absl::StatusOr<const diag::Code*> code =
      driver::FindCode(flags.subject);
  if (!code.ok()) {
    return Fail(absl::NotFoundError(absl::StrCat(
        code.status().message(), " (polc explain --list shows them all)")));
  }
  PrintData(flags.format == Format::kJson ? driver::CodesJson({*code})
                                          : driver::PageText(**code));
  return kOk;
}

int Explain(const ExplainFlags& flags) {
  if (!flags.question.from.empty()) return ExplainConnection(flags);
  if (!flags.file.empty()) {
    ExplainFlags of_file = flags;
    if (!flags.subject.empty()) of_file.policy.path = flags.subject;
    return ExplainFile(of_file);
  }
  if (flags.list) {
    PrintData(flags.format == Format::kJson
                  ? driver::CodesJson(driver::AllCodes())
                  : driver::CodeList());
    return kOk;
  }
  if (flags.subject.empty()) {
    return Fail(absl::InvalidArgumentError(
        "explain: say what: a code such as P2003, or a connection (--from, "
        "--to, --port)"));
  }
  return ExplainCode(flags);
}

void AddConnection(CLI::App& command, ExplainFlags& flags) {
  CLI::Option* from = command.add_option(
      "--from", flags.question.from,
      "a SPIFFE ID, workload.NAME, identity.NAME, endpoint.NAME or unknown");
  CLI::Option* to = command.add_option("--to", flags.question.to,
                                       "the same, for the other end");
  CLI::Option* port =
      command
          .add_option("--port", flags.question.port, "the port connected to")
          ->check(CLI::Range(1, 65535));
  CLI::Option* tls =
      command
          .add_option("--tls", flags.tls,
                      "none, or the TLS version of the connection")
          ->capture_default_str();
  std::vector<std::string> protocols;
  for (values::Protocol known : values::kProtocols)
    protocols.emplace_back(values::ToString(known));
  CLI::Option* protocol =
      command
          .add_option("--protocol", flags.protocol,
                      "tcp, udp, sctp, or icmp, which has no ports")
          ->check(CLI::IsMember(protocols))
          ->capture_default_str();
  from->needs(to);
  for (CLI::Option* option : {to, port, protocol, tls}) option->needs(from);
}

}  // namespace

void AddExplain(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command = app.add_subcommand(
      "explain",
      "Say what a diagnostic means, or why a connection is allowed or denied "
      "and by which line");
  command->add_option(
      "subject", flags->subject,
      "a code such as P2003; with --from or --file, a folder of .pol "
      "files or one file");
  AddConnection(*command, *flags);
  AddVariableFlags(*command, flags->policy);
  CLI::Option* file =
      command->add_option("--file", flags->file,
                          "a path on a host: which label, and by which line");
  command->add_option("--kind", flags->kind, "what the file is")
      ->capture_default_str()
      ->needs(file);
  command->add_flag("--list", flags->list, "all codes with their titles");
  const std::map<std::string, Format> formats = {{"text", Format::kText},
                                                 {"json", Format::kJson}};
  command->add_option("--format", flags->format, "of codes: text or json")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("text");
  command->footer(
      "Example: polc explain P2003\n"
      "Example: polc explain --file /srv/app/index.html policies/\n"
      "Example: polc explain --from workload.web --to workload.db --port 5432 "
      "--tls 1.3");
  command->callback([flags, &exit_code] { exit_code = Explain(*flags); });
}

}  // namespace pol::polc
