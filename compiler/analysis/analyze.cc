#include "compiler/analysis/analyze.h"

#include <algorithm>
#include <vector>

#include "compiler/analysis/diagnostics.h"
#include "compiler/analysis/findings.h"
#include "compiler/analysis/words.h"
#include "compiler/diag/cat.h"
#include "compiler/ir/dump.h"

namespace pol::analysis {
namespace {

using diag::Cat;

bool IsAboutInvariant(const Finding& finding) {
  return finding.code == &kNeverBroken || finding.code == &kOnlyBroken ||
         finding.code == &kAlwaysBroken;
}

bool IsAboutRule(const Finding& finding, size_t rule) {
  if (IsAboutInvariant(finding) || finding.code == &kPrivilegedPort ||
      finding.code == &kNoResolver) {
    return false;
  }
  // A contradiction is as much about the others.
  return finding.subject == rule ||
         (finding.code == &kContradiction &&
          std::binary_search(finding.others.begin(), finding.others.end(),
                             rule));
}

bool Silences(const ir::RuleSet& rules, const ir::Waiver& waiver,
              const Finding& finding) {
  if (!waiver.invariant.empty()) {
    return IsAboutInvariant(finding) &&
           rules.invariants[finding.subject].name == waiver.invariant;
  }
  if (waiver.code == 0 && !waiver.rule) return false;
  return (waiver.code == 0 || waiver.code == finding.code->number) &&
         (!waiver.rule || IsAboutRule(finding, *waiver.rule));
}

}  // namespace

void Analyze(const ir::RuleSet& rules, int64_t today, diag::Sink& sink) {
  std::vector<bool> used(rules.waivers.size());
  for (const Finding& finding : FindAll(rules)) {
    bool silent = false;
    for (size_t i = 0; i < rules.waivers.size(); ++i) {
      const ir::Waiver& waiver = rules.waivers[i];
      if (waiver.not_after < today || !Silences(rules, waiver, finding))
        continue;
      silent = used[i] = true;
    }
    if (!silent) Report(rules, finding, sink);
  }
  for (size_t i = 0; i < rules.waivers.size(); ++i) {
    const ir::Waiver& waiver = rules.waivers[i];
    if (waiver.not_after < today) {
      sink.Report(kWaiverExpired, waiver.origin.span,
                  Cat("waiver `", waiver.name, "` ended at ",
                      ir::Date(waiver.not_after), " and silences nothing"));
    } else if (!used[i]) {
      sink.Report(kWaiverUnused, waiver.origin.span,
                  Cat("waiver `", waiver.name,
                      "` silences nothing: what it waives is not found"));
    }
  }
}

}  // namespace pol::analysis
