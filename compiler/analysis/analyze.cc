#include "compiler/analysis/analyze.h"

#include <algorithm>
#include <string>
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

bool IsAboutWorkload(const ir::RuleSet& rules, const Finding& finding,
                     const std::string& workload) {
  if (finding.code == &kPrivilegedPort)
    return rules.listeners[finding.subject].workload == workload;
  return finding.code == &kNoResolver && finding.others.size() == 1 &&
         rules.workloads[finding.others.front()].name == workload;
}

bool Silences(const ir::RuleSet& rules, const ir::Waiver& waiver,
              const Finding& finding) {
  if (waiver.code == 0 && !waiver.rule && waiver.workload.empty() &&
      waiver.invariant.empty()) {
    return false;
  }
  return (waiver.code == 0 || waiver.code == finding.code->number) &&
         (!waiver.rule || IsAboutRule(finding, *waiver.rule)) &&
         (waiver.workload.empty() ||
          IsAboutWorkload(rules, finding, waiver.workload)) &&
         (waiver.invariant.empty() ||
          (IsAboutInvariant(finding) &&
           rules.invariants[finding.subject].name == waiver.invariant));
}

class Waivers {
 public:
  Waivers(const ir::RuleSet& rules, int64_t today)
      : rules_(rules), today_(today), used_(rules.waivers.size()) {}

  bool Silence(const Finding& finding) {
    bool silent = false;
    for (size_t i = 0; i < rules_.waivers.size(); ++i) {
      const ir::Waiver& waiver = rules_.waivers[i];
      if (waiver.not_after < today_ || !Silences(rules_, waiver, finding))
        continue;
      silent = used_[i] = true;
    }
    return silent;
  }

  // A finding about several workloads is waived for each of them.
  void Thin(Finding& finding) {
    if (finding.code != &kNoResolver) return;
    std::erase_if(finding.others, [&](size_t workload) {
      Finding of_one = finding;
      of_one.others = {workload};
      return Silence(of_one);
    });
  }

  void ReportOthers(diag::Sink& sink) const {
    for (size_t i = 0; i < rules_.waivers.size(); ++i) {
      const ir::Waiver& waiver = rules_.waivers[i];
      if (waiver.not_after < today_) {
        sink.Report(kWaiverExpired, waiver.origin.span,
                    Cat("waiver `", waiver.name, "` ended at ",
                        ir::Date(waiver.not_after), " and silences nothing"));
      } else if (!used_[i]) {
        sink.Report(kWaiverUnused, waiver.origin.span,
                    Cat("waiver `", waiver.name,
                        "` silences nothing: what it waives is not found"));
      }
    }
  }

 private:
  const ir::RuleSet& rules_;
  const int64_t today_;
  std::vector<bool> used_;
};

}  // namespace

void Analyze(const ir::RuleSet& rules, int64_t today, diag::Sink& sink) {
  Waivers waivers(rules, today);
  for (Finding& finding : FindAll(rules)) {
    const bool of_workloads = !finding.others.empty();
    waivers.Thin(finding);
    if (of_workloads && finding.others.empty()) continue;
    if (!waivers.Silence(finding)) Report(rules, finding, sink);
  }
  waivers.ReportOthers(sink);
}

}  // namespace pol::analysis
