// The pages for authors of policies are true: what follows from tables of the
// compiler is what docs/language.md shows (POL_UPDATE=1 rewrites it), and every
// example in a "```pol" fence compiles without a finding. Behind "pol" may
// stand
//
//   fragment   it stands beside kBeside, and warnings do not count
//   locals     the same for attributes of a `locals` block
//   P2006      it gives that code, and no other
//
// "```hcl", as the README has it, is a fragment.
//
// `# file: net/a.pol` in an example begins another file of the folder.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/diag/render.h"
#include "compiler/driver/compile.h"
#include "compiler/support/files.h"
#include "tests/golden/fence.h"
#include "tests/golden/folder.h"
#include "tests/golden/reference.h"

namespace pol::golden {
namespace {

constexpr char kBeside[] = R"(
identity "admin" { spiffe = "spiffe://gov.cn/admin" }
identity_set "apps" { include = ["spiffe://gov.cn/apps/**"] }
workload "web" {
  identity     = "spiffe://gov.cn/web"
  systemd_unit = "web.service"
}
workload "db" {
  identity     = "spiffe://gov.cn/db"
  systemd_unit = "postgresql.service"
}
endpoint "world" {
  identity  = "spiffe://gov.cn/world"
  addresses = ["0.0.0.0/0", "::/0"]
}
policy "web-to-db" {
  source       = workload.web
  target       = workload.db
  ports        = 5432
  tls_required = true
}
)";

// The text between two markers of docs/language.md is `expected`.
void ExpectGenerated(const std::string& name, const std::string& expected) {
  std::string page = ReadPageText("docs/language.md");
  const std::string begin = absl::StrCat("<!-- ", name, ":begin -->\n");
  const std::string end = absl::StrCat("<!-- ", name, ":end -->\n");
  const size_t from = page.find(begin);
  const size_t to = page.find(end);
  ASSERT_TRUE(from != page.npos && to != page.npos) << "the markers are gone";
  const size_t start = from + begin.size();
  if (std::getenv("POL_UPDATE") != nullptr) {
    page.replace(start, to - start, expected);
    const std::string path =
        absl::StrCat(std::getenv("POL_SOURCE_DIR"), "/docs/language.md");
    ASSERT_TRUE(support::WriteFile(path, page, 0644).ok());
    return;
  }
  EXPECT_EQ(page.substr(start, to - start), expected)
      << "run with POL_UPDATE=1 to rewrite docs/language.md";
}

TEST(DocsTest, TheReferenceHasEveryBlock) {
  ExpectGenerated("blocks", BlocksReference());
}

TEST(DocsTest, TheReferenceHasEveryFunction) {
  ExpectGenerated("functions", FunctionsReference());
}

struct Report {
  std::set<std::string> codes;   // of errors and warnings
  std::set<std::string> errors;  // of errors alone
  std::string text;
};

Report Try(const std::string& text) {
  const driver::Compilation run = CompileFolder(text);
  Report report;
  report.text = diag::RenderText(run.diagnostics, run.sources, {});
  for (const diag::Diagnostic& diagnostic : run.diagnostics) {
    report.codes.insert(diagnostic.code->Name());
    if (diagnostic.severity() == diag::Severity::kError) {
      report.errors.insert(diagnostic.code->Name());
    }
  }
  return report;
}

size_t CheckExamples(const std::string& page) {
  size_t count = 0;
  for (const Fence& fence : FencesOf(ReadPageText(page))) {
    // Where pages are read, HCL's colours are known and ours are not.
    const bool hcl = fence.Is("hcl");
    if (!hcl && !fence.Is("pol")) continue;
    SCOPED_TRACE(absl::StrCat(page, ":", fence.line));
    ++count;
    const std::string word = hcl                     ? "fragment"
                             : fence.info.size() > 1 ? fence.info[1]
                                                     : "";
    // tutorial_test.cc writes it to a file and looks at what polc says.
    if (word.find('=') != word.npos) continue;
    if (word.empty()) {
      EXPECT_EQ(Try(fence.text).text, "");
    } else if (word == "fragment") {
      const Report report = Try(absl::StrCat(fence.text, kBeside));
      EXPECT_TRUE(report.errors.empty()) << report.text;
    } else if (word == "locals") {
      const Report report =
          Try(absl::StrCat("locals {\n", fence.text, "}\n", kBeside));
      EXPECT_TRUE(report.errors.empty()) << report.text;
    } else {
      const Report report = Try(fence.text);
      EXPECT_EQ(report.codes, std::set<std::string>{word}) << report.text;
    }
  }
  return count;
}

TEST(DocsTest, ExamplesOfTheReferenceCompile) {
  EXPECT_GT(CheckExamples("docs/language.md"), 8u);
}

TEST(DocsTest, ExamplesOfTheTutorialCompile) {
  EXPECT_GT(CheckExamples("docs/tutorial.md"), 3u);
}

TEST(DocsTest, ExamplesOfTheReadmeCompile) {
  EXPECT_GT(CheckExamples("README.md"), 1u);
}

void ExpectClean(const std::string& folder,
                 std::vector<driver::VariableFlag> variables = {}) {
  SCOPED_TRACE(folder);
  driver::Options options;
  options.variables = std::move(variables);
  options.notes = true;
  const auto run = driver::Compile(
      absl::StrCat(std::getenv("POL_SOURCE_DIR"), "/policies/", folder),
      options);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE(run->result.has_value());
  EXPECT_EQ(diag::RenderText(run->diagnostics, run->sources, {}), "");
}

TEST(DocsTest, PoliciesThatComeWithTheProjectHaveNoFinding) {
  ExpectClean("examples/db-access");
  ExpectClean("examples/ispconfig");
  ExpectClean("examples/ispconfig-database");
  ExpectClean("examples/shop");
  ExpectClean("panels/ispconfig");
  ExpectClean("panels/ispconfig/port", {{false, "port=9443"}});
  ExpectClean("std/dns", {{false, R"(clients=["spiffe://example.org/**"])"},
                          {false, R"(resolvers=["192.0.2.53"])"}});
}

}  // namespace
}  // namespace pol::golden
