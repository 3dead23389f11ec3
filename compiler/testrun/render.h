// A report of tests as text for people, as JSON for programs, and as the JUnit
// XML that build servers read.
#ifndef POL_COMPILER_TESTRUN_RENDER_H_
#define POL_COMPILER_TESTRUN_RENDER_H_

#include <string>

#include "compiler/ir/rule_set.h"
#include "compiler/testrun/names.h"
#include "compiler/testrun/test_policy.h"

namespace pol::testrun {

// One line a test, more about those that failed, a summary; then coverage and
// mutation score with what is missing. Without suggestions. `color`: ANSI
// escapes around verdicts. Nothing that could change a terminal gets through.
std::string RenderText(const ir::RuleSet& rules, const Names& names,
                       const Report& report, bool color);

// One object: format_version ("1.0"; the minor number grows by additions only),
// tests, passed, failed, and as far as asked for coverage, mutation and
// suggestions. Ends with a line end.
std::string RenderJson(const ir::RuleSet& rules, const Names& names,
                       const Report& report);

// As Jenkins and GitLab read it: one testsuite a file, one testcase a test.
// Times are 0, so that the same policy gives the same bytes.
std::string RenderJunit(const Report& report);

// "deny by policy web-deny (db.pol:12)".
std::string AnswerText(const Answer& answer);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_RENDER_H_
