#include "compiler/driver/prove.h"

#include "compiler/analysis/analyze.h"
#include "compiler/analysis/fcontexts.h"
#include "compiler/driver/equivalence.h"
#include "compiler/filecaps/check_capabilities.h"
#include "compiler/target/check_file_contexts.h"
#include "compiler/target/check_names.h"

namespace pol::driver {

namespace {

void CompareFileContexts(const ir::RuleSet& rules,
                         const filecontexts::Texts& texts, diag::Sink& sink) {
  absl::StatusOr<size_t> left_out =
      target::CheckFileContexts(rules, texts, sink);
  if (!left_out.ok()) {
    target::SayUnconfirmed(rules, std::string(left_out.status().message()),
                           sink);
  } else if (*left_out > 0) {
    target::SayUnconfirmed(
        rules,
        absl::StrCat("libselinux did not confirm ", *left_out, " findings"),
        sink);
  }
}

}  // namespace

absl::Status ProveRules(const sema::Model& model, const ir::RuleSet& rules,
                        const support::SourceSet& sources,
                        const Options& options, const std::string& folder,
                        diag::Sink& sink) {
  analysis::Analyze(rules, options.today, sink);
  analysis::CheckFcontexts(rules, sink);
  filecaps::CheckCapabilities(rules, sink);
  if (options.target != nullptr) {
    target::CheckNames(rules, options.target->policy, sink);
    CompareFileContexts(rules, options.target->file_contexts, sink);
  } else if (options.wants_target) {
    target::SayNotCompared(rules, sink);
  }
  if (folder.empty()) return absl::OkStatus();
  return CheckEquivalences(model, sources, options, folder, sink);
}

}  // namespace pol::driver
