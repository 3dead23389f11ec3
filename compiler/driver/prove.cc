#include "compiler/driver/prove.h"

#include "compiler/analysis/analyze.h"
#include "compiler/analysis/fcontexts.h"

namespace pol::driver {

absl::Status ProveRules(const sema::Model&, const ir::RuleSet& rules,
                        const support::SourceSet&, const Options& options,
                        const std::string&, diag::Sink& sink) {
  analysis::Analyze(rules, options.today, sink);
  analysis::CheckFcontexts(rules, sink);
  return absl::OkStatus();
}

}  // namespace pol::driver
