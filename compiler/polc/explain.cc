#include "compiler/driver/explain.h"

#include <memory>
#include <string>

#include "compiler/polc/commands.h"
#include "compiler/polc/terminal.h"

namespace pol::polc {
namespace {

struct ExplainFlags {
  std::string path = ".";
  driver::Question question;
  std::string tls = "none";
};

int Explain(ExplainFlags flags) {
  if (flags.tls != "none") {
    flags.question.tls = values::ParseTlsVersion(flags.tls);
    if (!flags.question.tls) {
      return Fail(absl::InvalidArgumentError(absl::StrCat(
          "--tls: `", flags.tls, "` is not none, 1.0, 1.1, 1.2 or 1.3")));
    }
  }
  absl::StatusOr<driver::Compilation> compilation = driver::Compile(flags.path);
  if (!compilation.ok()) return Fail(compilation.status());
  if (Report(*compilation, Format::kText) != kOk) return kError;
  absl::StatusOr<driver::Answer> answer =
      driver::Explain(*compilation->result, flags.question);
  if (!answer.ok()) return Fail(answer.status());
  PrintData(answer->text);
  return kOk;
}

}  // namespace

void AddExplain(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command = app.add_subcommand(
      "explain",
      "Say why a connection is allowed or denied, and by which line");
  command
      ->add_option("path", flags->path, "a folder of .pol files, or one file")
      ->capture_default_str();
  command
      ->add_option(
          "--from", flags->question.from,
          "a SPIFFE ID, workload.NAME, identity.NAME, endpoint.NAME or unknown")
      ->required();
  command->add_option("--to", flags->question.to, "the same, for the other end")
      ->required();
  command->add_option("--port", flags->question.port, "the port connected to")
      ->required()
      ->check(CLI::Range(1, 65535));
  command
      ->add_option("--tls", flags->tls,
                   "none, or the TLS version of the connection")
      ->capture_default_str();
  command->footer(
      "Example: polc explain --from workload.web --to workload.db --port 5432 "
      "--tls 1.3");
  command->callback([flags, &exit_code] { exit_code = Explain(*flags); });
}

}  // namespace pol::polc
