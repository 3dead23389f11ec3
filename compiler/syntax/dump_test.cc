#include "compiler/syntax/dump.h"

#include <gtest/gtest.h>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {
namespace {

std::string DumpOf(const char* text) {
  support::SourceSet sources;
  support::FileId file = sources.Add("a.pol", text);
  diag::Sink sink;
  return Dump(Parse(file, sources, sink));
}

TEST(DumpTest, BlocksAndValues) {
  EXPECT_EQ(DumpOf("a \"b\" c {\n"
                   "  s = \"x\\ty\"\n"
                   "  n = [1, true, null]\n"
                   "  inner { t = workload.pg[0] }\n"
                   "  o = { k = \"v\", \"l\" : 2 }\n"
                   "}\n"),
            "a \"b\" \"c\"\n"
            "  s = \"x\\ty\"\n"
            "  n = [1, true, null]\n"
            "  o = {\"k\" = \"v\", \"l\" = 2}\n"
            "  inner\n"
            "    t = workload.pg[0]\n");
}

TEST(DumpTest, BrokenValueShows) {
  EXPECT_EQ(DumpOf("x = \ny = 1\n"), "x = <invalid>\ny = 1\n");
}

}  // namespace
}  // namespace pol::syntax
