#include "compiler/sema/analyze.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/syntax/parse.h"

namespace pol::sema {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class AnalyzeTest : public testing::Test {
 protected:
  Model AnalyzeFiles(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto file =
          sources_.Add(diag::Cat("f", sources_.size(), ".pol"), text);
      tree_.sources[0].files.push_back(syntax::Parse(file, sources_, sink_));
    }
    return Analyze(tree_, sources_, sink_);
  }
  std::vector<std::string> Codes() const {
    std::vector<std::string> codes;
    for (const auto& diagnostic : sink_.Sorted()) {
      codes.push_back(diagnostic.code->Name());
    }
    return codes;
  }
  std::string Text(Span span) const { return std::string(sources_.Text(span)); }

  support::SourceSet sources_;
  diag::Sink sink_;
  ModuleTree tree_{{{}}, {}};
};

constexpr char kPolicy[] = R"(policy "db-access" {
  source_identity = "spiffe://gov.cn/ns/finance-app"
  target_identity = workload.pg
  port = 5432
  protocol = "tcp"
  tls_required = true
}
)";
constexpr char kWorkload[] = R"(workload "pg" {
  identity = identity.pg
  user     = "postgres"
}
identity "pg" { spiffe = "spiffe://gov.cn/ns/postgres-cluster" }
)";

TEST_F(AnalyzeTest, NamesAreSharedBetweenFilesInAnyOrder) {
  const Model model = AnalyzeFiles({kPolicy, kWorkload});
  EXPECT_THAT(Codes(), IsEmpty());
  ASSERT_THAT(model.policies, SizeIs(1));
  ASSERT_THAT(model.identities, SizeIs(2));
  EXPECT_EQ(model.identities[model.policies[0].targets.identities.at(0)].name,
            "pg");
  EXPECT_EQ(model.workloads.at(0).identity,
            model.policies[0].targets.identities.at(0));
}

TEST_F(AnalyzeTest, SpansSayWhatARefusalShows) {
  const Model model = AnalyzeFiles({kPolicy, kWorkload});
  const Policy& policy = model.policies.at(0);
  EXPECT_EQ(Text(policy.span), "\"db-access\"");
  EXPECT_EQ(Text(policy.sources.span),
            "source_identity = \"spiffe://gov.cn/ns/finance-app\"");
  EXPECT_EQ(Text(policy.targets.span), "target_identity = workload.pg");
  EXPECT_EQ(Text(policy.port_span), "port = 5432");
  EXPECT_EQ(Text(policy.tls->span), "tls_required = true");
}

TEST_F(AnalyzeTest, IdentityBlockWinsOverAMention) {
  const Model model = AnalyzeFiles(
      {"policy \"p\" {\n  source = \"spiffe://a/b\"\n  target = "
       "\"spiffe://a/c\"\n  port = 1\n}\nidentity \"n\" { spiffe = "
       "\"spiffe://a/c\" }\n"});
  ASSERT_THAT(model.identities, SizeIs(2));
  EXPECT_EQ(Text(model.identities[0].span), "\"spiffe://a/b\"");
  EXPECT_EQ(Text(model.identities[1].span), "\"n\"");
  EXPECT_EQ(model.identities[1].name, "n");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(AnalyzeTest, TheOrderOfBlocksDoesNotMatter) {
  const std::string first = Dump(AnalyzeFiles({kPolicy, kWorkload}), sources_);
  support::SourceSet sources;
  sources.Add("f0.pol", kPolicy);
  sources.Add("f1.pol", kWorkload);
  diag::Sink sink;
  ModuleTree tree{{{}}, {}};
  tree.sources[0].files.push_back(syntax::Parse(1, sources, sink));
  tree.sources[0].files.push_back(syntax::Parse(0, sources, sink));
  EXPECT_EQ(Dump(Analyze(tree, sources, sink), sources), first);
}

TEST_F(AnalyzeTest, BlocksWithErrorsAreLeftOut) {
  const Model model = AnalyzeFiles(
      {"policy \"p\" {\n  source = \"spiffe://A/b\"\n  target = 5\n  port = "
       "0\n}\n"});
  EXPECT_THAT(Codes(), ElementsAre("P3001", "P2007", "P3004"));
  EXPECT_THAT(model.policies, IsEmpty());
}

TEST_F(AnalyzeTest, UseOfABrokenBearerIsNotReportedAgain) {
  AnalyzeFiles({kPolicy,
                "workload \"pg\" {\n  identity = \"nonsense\"\n  user "
                "= \"u\"\n}\n"});
  EXPECT_THAT(Codes(), ElementsAre("P3001"));
}

TEST_F(AnalyzeTest, CapabilitiesDistinguishNoneFromUnmanaged) {
  const Model model = AnalyzeFiles(
      {"file \"/a\" { capabilities = [] }\nfile \"/b\" { capabilities = \"=\" "
       "}\nfile \"/c\" { selinux = \"u:r:t:s0\" }\n"});
  ASSERT_THAT(model.files, SizeIs(3));
  EXPECT_TRUE(model.files[0].manages_capabilities);
  EXPECT_FALSE(model.files[0].capabilities.has_value());
  EXPECT_TRUE(model.files[1].manages_capabilities);
  EXPECT_TRUE(model.files[1].capabilities.has_value());
  EXPECT_FALSE(model.files[2].manages_capabilities);
}

TEST_F(AnalyzeTest, UnusedIdentityIsAWarningOnly) {
  AnalyzeFiles({"identity \"x\" { spiffe = \"spiffe://a/b\" }\n"});
  EXPECT_THAT(Codes(), ElementsAre("P2020"));
  EXPECT_FALSE(sink_.HasErrors());
}

TEST_F(AnalyzeTest, EditionStandsOnceInEachFile) {
  AnalyzeFiles({"language { edition = 1 }\n", "language { edition = 1 }\n"});
  EXPECT_THAT(Codes(), IsEmpty());
}

}  // namespace
}  // namespace pol::sema
