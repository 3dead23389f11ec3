#include <regex.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "compiler/diag/cat.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/policy_flags.h"
#include "compiler/polc/terminal.h"
#include "compiler/support/files.h"
#include "compiler/testrun/render.h"
#include "compiler/testrun/test_policy.h"

namespace pol::polc {
namespace {

struct TestFlags {
  PolicyFlags policy;
  std::string run;
  std::string junit;
  Format format = Format::kText;
  testrun::Options options;
  std::optional<size_t> min_coverage;
  std::optional<size_t> min_score;
};

// Which tests are wanted: those in whose names an extended regular expression
// (regex(7)) matches something.
class Selection {
 public:
  static absl::StatusOr<std::unique_ptr<Selection>> Make(
      const std::string& text) {
    auto selection = std::make_unique<Selection>();
    const int wrong = regcomp(&selection->expression_, text.c_str(),
                              REG_EXTENDED | REG_NOSUB);
    if (wrong == 0) {
      selection->compiled_ = true;
      return selection;
    }
    char reason[256];
    regerror(wrong, &selection->expression_, reason, sizeof reason);
    return absl::InvalidArgumentError(
        diag::Cat("--run: `", text, "`: ", std::string(reason)));
  }

  Selection() = default;
  Selection(const Selection&) = delete;
  Selection& operator=(const Selection&) = delete;
  ~Selection() {
    if (compiled_) regfree(&expression_);
  }

  bool Matches(const std::string& name) const {
    return regexec(&expression_, name.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t expression_ = {};
  bool compiled_ = false;
};

// What the policy calls its identities: workloads first, then `identity`
// blocks, then endpoints. What a module declares cannot be named from outside.
testrun::References ReferencesOf(const driver::Compilation::Result& result) {
  testrun::References references = testrun::WorkloadReferences(result.rules);
  std::map<std::string, std::string> named;  // by SPIFFE ID
  auto add = [&](const std::string& kind, const std::string& name,
                 sema::IdentityRef identity) {
    if (!testrun::IsPlainName(name)) return;
    named.emplace(result.model.identities[identity].id.text(), kind + name);
  };
  for (size_t i = 0; i < result.model.identities.size(); ++i) {
    add("identity.", result.model.identities[i].name,
        static_cast<sema::IdentityRef>(i));
  }
  for (const sema::Endpoint& endpoint : result.model.endpoints)
    add("endpoint.", endpoint.name, endpoint.identity);
  for (ir::IdentityNumber i = 0; i < references.size(); ++i) {
    if (!references[i].empty() || result.rules.identities[i].region) continue;
    auto found = named.find(result.rules.identities[i].id.text());
    if (found != named.end()) references[i] = found->second;
  }
  return references;
}

// Whether a figure is as high as was asked for; says so when it is not.
bool HighEnough(const char* what, const testrun::Share& share,
                const std::optional<size_t>& least) {
  if (!least || share.Percent() >= *least) return true;
  std::fprintf(stderr, "polc: the %s is %zu %%, less than %zu %%\n", what,
               share.Percent(), *least);
  return false;
}

int Deliver(const TestFlags& flags, const ir::RuleSet& rules,
            const testrun::Names& names, const testrun::Report& report) {
  if (!flags.junit.empty()) {
    const absl::Status written =
        support::WriteFile(flags.junit, testrun::RenderJunit(report), 0644);
    if (!written.ok()) return Fail(written);
  }
  if (flags.format == Format::kJson) {
    PrintData(testrun::RenderJson(rules, names, report));
  } else if (report.suggestions) {
    // What can be appended to a policy is on its own.
    std::fputs(
        testrun::RenderText(rules, names, report, UsesColor(STDERR_FILENO))
            .c_str(),
        stderr);
    PrintData(testrun::FileText(*report.suggestions));
  } else {
    PrintData(
        testrun::RenderText(rules, names, report, UsesColor(STDOUT_FILENO)));
  }
  bool good = report.run.failed == 0;
  if (report.coverage)
    good &= HighEnough("coverage", report.coverage->total, flags.min_coverage);
  if (report.mutation)
    good &=
        HighEnough("mutation score", report.mutation->share, flags.min_score);
  return good ? kOk : kTestFailed;
}

int Test(TestFlags flags) {
  flags.options.coverage |= flags.min_coverage.has_value();
  flags.options.mutation |= flags.min_score.has_value();
  const auto selection = Selection::Make(flags.run);
  if (!selection.ok()) return Fail(selection.status());
  absl::StatusOr<driver::Compilation> compilation = Compile(flags.policy);
  if (!compilation.ok()) return Fail(compilation.status());
  if (Report(*compilation, Format::kText) != kOk) return kError;
  const ir::RuleSet& rules = compilation->result->rules;
  const testrun::References references = ReferencesOf(*compilation->result);
  const testrun::Names names(rules, references);
  const testrun::Report report = testrun::TestPolicy(
      rules, names,
      [&](const std::string& name) { return (*selection)->Matches(name); },
      flags.options);
  return Deliver(flags, rules, names, report);
}

}  // namespace

void AddTest(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<TestFlags>();
  CLI::App* command = app.add_subcommand(
      "test", "Run the tests of a policy folder, without a kernel");
  AddPolicyFlags(*command, flags->policy);
  command->add_option("--run", flags->run,
                      "only tests in whose names this regular expression "
                      "matches");
  command->add_flag("--coverage", flags->options.coverage,
                    "say which edges of the rules no test exercises");
  command->add_flag("--mutation", flags->options.mutation,
                    "say which small mistakes in the rules no test would "
                    "notice");
  command->add_flag("--suggest", flags->options.suggest,
                    "print the tests that are missing; the rest goes to "
                    "standard error");
  command
      ->add_option("--min-coverage", flags->min_coverage,
                   "exit with 3 when the coverage is lower, in percent")
      ->check(CLI::Range(0, 100));
  command
      ->add_option("--min-score", flags->min_score,
                   "the same for the mutation score")
      ->check(CLI::Range(0, 100));
  command->add_option("--junit", flags->junit,
                      "where the results go as JUnit XML");
  const std::map<std::string, Format> formats = {{"text", Format::kText},
                                                 {"json", Format::kJson}};
  command->add_option("--format", flags->format, "text or json")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("text");
  command->footer(
      "Example: polc test --coverage --junit tests.xml policies/\n"
      "         polc test --suggest policies/ > policies/more_tests.pol");
  command->callback([flags, &exit_code] { exit_code = Test(*flags); });
}

}  // namespace pol::polc
