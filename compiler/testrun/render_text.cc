#include <string_view>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/diag/printable.h"
#include "compiler/testrun/render.h"

namespace pol::testrun {
namespace {

using diag::Cat;

constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string Safe(std::string_view text) {
  return diag::MakePrintable(text).text;
}

std::string Plural(size_t count, std::string_view what) {
  return Cat(count, " ", what, count == 1 ? "" : "s");
}

class Text {
 public:
  Text(const ir::RuleSet& rules, const Names& names, bool color)
      : rules_(rules), names_(names), color_(color) {}

  void AddTests(const Report& report) {
    for (const TestResult& result : report.run.results) AddTest(result);
    const size_t count = report.run.results.size();
    if (count == 0) {
      text_ += report.left_out == 0 ? "no tests\n"
                                    : Cat("no tests: none of ", report.left_out,
                                          " has such a name\n");
      return;
    }
    text_ += Plural(count, "test");
    text_ +=
        Cat(": ", report.run.passed, " passed, ", report.run.failed, " failed");
    if (report.left_out != 0) text_ += Cat(", ", report.left_out, " left out");
    text_ += "\n";
  }

  void AddCoverage(const Coverage& coverage) {
    text_ += Cat("\ncoverage: ", coverage.total.Percent(), " % (",
                 coverage.total.part, " of ",
                 Plural(coverage.total.whole, "edge"), ")\n");
    if (coverage.sampled) AddSetNote();
    for (const CoverageItem& item : coverage.items) {
      text_ += Cat("  ", Safe(item.name), Names::Place(item.origin), ": ");
      if (item.audit) {
        text_ += "audit, decides nothing\n";
        continue;
      }
      if (item.share.whole == 0) {
        text_ += "no connection can tell that it is there\n";
        continue;
      }
      text_ += Cat(item.share.Percent(), " % (", item.share.part, " of ",
                   item.share.whole, ")\n");
      for (const MissingEdge& missing : item.missing) {
        text_ += Cat("    never tried: ", Safe(missing.edge.words),
                     Names::Place(missing.edge.origin), "\n");
      }
    }
  }

  void AddMutation(const MutationScore& score) {
    text_ += Cat("\nmutation score: ", score.share.Percent(), " % (",
                 score.share.part, " of ", Plural(score.share.whole, "mutant"),
                 " killed");
    if (score.equivalent != 0)
      text_ += Cat("; ", score.equivalent, " more change nothing");
    text_ += ")\n";
    if (score.step > 1) {
      text_ += Cat("  a sample: every ", score.step, "th of ", score.all,
                   " mutants\n");
    }
    if (score.sampled) AddSetNote();
    for (const Survivor& survivor : score.survivors) {
      const ir::Rule& rule = rules_.rules[survivor.mutant.change.rule];
      text_ += Cat("  survives: policy ", Safe(rule.name),
                   Names::Place(survivor.mutant.origin), ", ",
                   Safe(survivor.mutant.words), "\n");
    }
  }

  std::string Take() { return std::move(text_); }

 private:
  void AddTest(const TestResult& result) {
    if (color_) text_ += result.passed ? kGreen : kRed;
    text_ += result.passed ? "ok  " : "FAIL";
    if (color_) text_ += kPlain;
    text_ += Cat("  ", Safe(result.name));
    if (result.passed) {
      text_ += "\n";
      return;
    }
    text_ += Cat(Names::Place(result.origin), "\n      ", Safe(result.subject),
                 "\n      expected ", Safe(AnswerText(result.expected)),
                 "\n      got ", Safe(AnswerText(result.got)), "\n");
    if (!result.reason.empty())
      text_ += Cat("      ", Safe(result.reason), "\n");
  }

  void AddSetNote() {
    text_ += Cat("  of larger sets ", Units::kPerSet,
                 " members are looked at, evenly spaced\n");
  }

  const ir::RuleSet& rules_;
  const Names& names_;
  const bool color_;
  std::string text_;
};

}  // namespace

std::string AnswerText(const Answer& answer) {
  std::string text = answer.verdict;
  if (answer.default_deny) text += " by default";
  if (!answer.by.empty()) text += Cat(" by policy ", answer.by);
  return text + Names::Place(answer.origin);
}

std::string RenderText(const ir::RuleSet& rules, const Names& names,
                       const Report& report, bool color) {
  Text text(rules, names, color);
  text.AddTests(report);
  if (report.coverage) text.AddCoverage(*report.coverage);
  if (report.mutation) text.AddMutation(*report.mutation);
  return text.Take();
}

}  // namespace pol::testrun
