// Findings in words.
#ifndef POL_COMPILER_ANALYSIS_WORDS_H_
#define POL_COMPILER_ANALYSIS_WORDS_H_

#include <string>
#include <vector>

#include "compiler/analysis/findings.h"
#include "compiler/diag/sink.h"
#include "compiler/ir/rule_set.h"

namespace pol::analysis {

// "spiffe://gov.cn/app -> unknown tcp/5432"
std::string Text(const ir::RuleSet& rules, const ir::Connection& connection);

// Text() of the connection, and when, if that is not always.
std::string Text(const ir::RuleSet& rules, const Witness& witness);

// "allowed by `db` (db.pol:1), by TLS 1.2 or later", "denied by default".
std::string Text(const ir::RuleSet& rules, const ir::Decision& decision);

// Adds a finding to a sink.
void Report(const ir::RuleSet& rules, const Finding& finding, diag::Sink& sink);

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_WORDS_H_
