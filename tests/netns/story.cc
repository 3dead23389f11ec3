#include "tests/netns/story.h"

#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/support/files.h"
#include "compiler/support/status.h"

namespace pol::netns {
namespace {

namespace fs = std::filesystem;
using harness::Outcome;

constexpr uint16_t kPort = 5432;

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Story>> Story::Prepare(
    std::function<void(const std::string&)> tell) {
  std::unique_ptr<Story> story(new Story(std::move(tell)));
  story->tell_(
      "two hosts: network namespaces 10.87.0.1 (client) and 10.87.0.2 "
      "(server), veth");
  POL_ASSIGN_OR_RETURN(story->hosts_, harness::TwoHosts::Create());
  story->deployment_ = std::make_unique<Deployment>(*story->hosts_);
  story->tell_(
      "PostgreSQL with TLS on the server, in cgroup /postgres-cluster");
  POL_ASSIGN_OR_RETURN(
      story->postgres_,
      harness::Postgres::Start(*story->hosts_, "postgres-cluster", kPort));
  story->tell_("pold, the agent");
  POL_RETURN_IF_ERROR(story->deployment_->StartPold());
  POL_RETURN_IF_ERROR(story->deployment_->StartObserver());
  return story;
}

absl::Status Story::Apply(const std::string& policy) {
  POL_ASSIGN_OR_RETURN(Outcome outcome, deployment_->Polc({"apply", policy}));
  if (outcome.exit_status == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("polc apply: ", outcome.errors));
}

absl::Status Story::Connect(Scene scene, const std::string& group,
                            uint16_t port, const std::string& sslmode) {
  size_t begin = deployment_->Observed().size();
  harness::PsqlOptions options;
  POL_ASSIGN_OR_RETURN(options.cgroup, hosts_->ManagedCgroup(group));
  options.port = port;
  options.sslmode = sslmode;
  POL_ASSIGN_OR_RETURN(Outcome outcome,
                       harness::RunToEnd(postgres_->Psql(options)));
  scene.allowed = outcome.exit_status == 0;
  scene.answer = FirstLine(scene.allowed ? outcome.output : outcome.errors);
  POL_ASSIGN_OR_RETURN(scene.decision,
                       deployment_->WaitForObserved(
                           begin, {scene.expect_allowed ? "ALLOWED" : "REFUSED",
                                   scene.expect_line}));
  scenes_.push_back(scene);
  show_(scene);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Story::WithoutPolicy() const {
  POL_ASSIGN_OR_RETURN(
      std::string text,
      support::ReadFile(ExamplePolicy("db-access") + "/db-access.pol",
                        1u << 20));
  size_t end = text.find("\n}\n");
  if (end == text.npos || !absl::StartsWith(text, "policy \"db-access\"")) {
    return absl::InternalError("db-access.pol does not begin with its policy");
  }
  std::string folder = deployment_->folder() + "/without-policy";
  fs::create_directories(folder);
  POL_RETURN_IF_ERROR(support::WriteFile(folder + "/db-access.pol",
                                         text.substr(end + 3), 0644));
  return folder;
}

absl::Status Story::RemovePolicyAndRollBack() {
  POL_ASSIGN_OR_RETURN(std::string without, WithoutPolicy());
  tell_("polc apply, the policy removed from the text");
  POL_RETURN_IF_ERROR(Apply(without));
  POL_RETURN_IF_ERROR(Connect({"psql over TLS as finance-app, policy removed",
                               false, "db-access.pol:", false, "", ""},
                              "finance-app", kPort, "verify-full"));
  tell_("polc rollback");
  POL_ASSIGN_OR_RETURN(Outcome outcome, deployment_->Polc({"rollback"}));
  if (outcome.exit_status != 0) {
    return absl::InternalError(absl::StrCat("polc rollback: ", outcome.errors));
  }
  return Connect({"psql over TLS as finance-app, after the rollback", true,
                  "db-access.pol:1", false, "", ""},
                 "finance-app", kPort, "verify-full");
}

absl::Status Story::Play(std::function<void(const Scene&)> show) {
  show_ = std::move(show);
  tell_("polc apply policies/examples/db-access");
  POL_RETURN_IF_ERROR(Apply(ExamplePolicy("db-access")));
  POL_RETURN_IF_ERROR(Connect(
      {"psql over TLS as finance-app", true, "db-access.pol:1", false, "", ""},
      "finance-app", kPort, "verify-full"));
  POL_RETURN_IF_ERROR(Connect({"psql with sslmode=disable as finance-app",
                               false, "db-access.pol:6", false, "", ""},
                              "finance-app", kPort, "disable"));
  POL_RETURN_IF_ERROR(Connect(
      {"psql over TLS as web-shop", false, "db-access.pol:2", false, "", ""},
      "web-shop", kPort, "verify-full"));
  POL_RETURN_IF_ERROR(Connect({"psql as finance-app to another port", false,
                               "db-access.pol:4", false, "", ""},
                              "finance-app", kPort + 1, "verify-full"));
  return RemovePolicyAndRollBack();
}

}  // namespace pol::netns
