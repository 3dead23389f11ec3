// Variables, locals, functions and modules as Analyze() shows them: by the
// ports of the policy that uses them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/sema/analyze.h"
#include "compiler/syntax/parse.h"

namespace pol::sema {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kPolicy[] = R"(
policy "p" {
  source = "spiffe://a/b"
  target = "spiffe://a/c"
  ports  = )";

class ConstantsTest : public testing::Test {
 protected:
  ConstantsTest() { tree_.sources.resize(1); }

  void Add(const std::string& text, size_t source = 0) {
    const auto file =
        sources_.Add(diag::Cat("f", sources_.size(), ".pol"), text);
    tree_.sources[source].files.push_back(syntax::Parse(file, sources_, sink_));
  }

  // Every `module` block of `from` calls source `to`.
  void Call(size_t from, size_t to) {
    for (const syntax::Ast& file : tree_.sources[from].files) {
      for (const syntax::Block& block : file.body.blocks) {
        if (block.type == "module") {
          tree_.sources[from].children.push_back({&block, to});
        }
      }
    }
  }

  std::string Ports(size_t policy = 0) {
    const Model model = Analyze(tree_, sources_, sink_);
    std::string ports;
    if (model.policies.size() <= policy) return "none";
    for (const values::PortRange& range : model.policies[policy].ports) {
      ports += range.ToString() + " ";
    }
    return ports;
  }

  std::vector<std::string> Codes() const {
    std::vector<std::string> codes;
    for (const auto& diagnostic : sink_.Sorted()) {
      codes.push_back(diagnostic.code->Name());
    }
    return codes;
  }
  std::string Notes() const {
    std::string notes;
    for (const auto& diagnostic : sink_.Sorted()) {
      for (const std::string& note : diagnostic.notes) notes += note + "\n";
    }
    return notes;
  }

  support::SourceSet sources_;
  diag::Sink sink_;
  ModuleTree tree_;
};

TEST_F(ConstantsTest, LocalsUseEachOtherInAnyOrder) {
  Add(diag::Cat(kPolicy, "local.c\n}\n",
                "locals {\n  c = [local.b, local.a + 10]\n  a = 1\n}\n",
                "locals { b = local.a + 1 }\n"));
  EXPECT_EQ(Ports(), "2 11 ");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ConstantsTest, AChainOfTenThousandIsNoDepth) {
  std::string text = "locals {\n  c0 = 7\n";
  for (int i = 1; i < 10000; ++i) {
    text += diag::Cat("  c", i, " = local.c", i - 1, "\n");
  }
  Add(text + "}\n" + kPolicy + "local.c9999\n}\n");
  EXPECT_EQ(Ports(), "7 ");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ConstantsTest, ACycleIsShownOnce) {
  Add("locals {\n  a = local.b\n  b = f(1)\n}\n"
      "function \"f\" {\n  params = [x]\n  result = x + local.a\n}\n");
  Ports();
  EXPECT_THAT(Codes(), ElementsAre("P2009"));
  EXPECT_EQ(Notes(),
            "the way round: local.a → local.b → function f → local.a\n");
}

TEST_F(ConstantsTest, AFunctionThatCallsItselfIsACycle) {
  Add("function \"f\" {\n  params = [x]\n  result = f(x)\n}\n");
  Ports();
  EXPECT_THAT(Codes(), ElementsAre("P2009"));
}

TEST_F(ConstantsTest, FunctionsComputeFromTheirParameters) {
  Add(diag::Cat("function \"shift\" {\n  params = [ports, by]\n",
                "  result = [for p in ports : p + by]\n}\n", kPolicy,
                "shift([1, 2], 100)\n}\n"));
  EXPECT_EQ(Ports(), "101 102 ");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ConstantsTest, VariablesHaveDefaultsTypesAndConditions) {
  Add(diag::Cat(R"(variable "ports" {
  type    = list(number)
  default = ["80", 443]
  validation {
    condition     = length(var.ports) == 2
    error_message = "two ports"
  }
}
)",
                kPolicy, "var.ports\n}\n"));
  EXPECT_EQ(Ports(), "80 443 ");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ConstantsTest, AFalseConditionSaysItsMessage) {
  Add("variable \"n\" {\n  default = 5\n  validation {\n"
      "    condition     = var.n < 5\n    error_message = \"below ${5}\"\n"
      "  }\n}\nlocals { used = var.n }\nfile \"/f\" { capabilities = "
      "[for x in [local.used] : x if false] }\n");
  Ports();
  ASSERT_THAT(Codes(), ElementsAre("P2023"));
  EXPECT_THAT(sink_.Sorted()[0].message, HasSubstr("below 5"));
}

TEST_F(ConstantsTest, AVariableWithoutAValueIsAnError) {
  Add(diag::Cat("variable \"x\" {}\n", kPolicy, "var.x\n}\n"));
  Ports();
  EXPECT_THAT(Codes(), ElementsAre("P2022"));
}

TEST_F(ConstantsTest, TheCommandLineGivesTextOrAnExpression) {
  Add(diag::Cat("variable \"n\" { type = number }\n",
                "variable \"s\" { type = string }\n", kPolicy,
                "[var.n, var.s]\n}\n"));
  const auto file = sources_.Add("--var n", "n = 81\ns = 82\n");
  const syntax::Ast values = syntax::Parse(file, sources_, sink_);
  for (const syntax::Attribute& attribute : values.body.attributes) {
    tree_.inputs.push_back({std::string(attribute.name), &attribute.value,
                            std::string(sources_.Text(attribute.value.span)),
                            true, attribute.value.span});
  }
  EXPECT_EQ(Ports(), "81 82 ");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ConstantsTest, AnInputWithoutAVariableIsAnError) {
  Add("variable \"port\" { default = 1 }\nlocals { a = var.port }\n"
      "output \"o\" { value = local.a }\n");
  const auto file = sources_.Add("--var prot", "prot = 1\n");
  tree_.inputs.push_back({"prot", nullptr, "1", true, {file, 0, 4}});
  Ports();
  EXPECT_THAT(Codes(), ElementsAre("P2003"));
  ASSERT_EQ(sink_.Sorted()[0].fixes.size(), 1u);
}

TEST_F(ConstantsTest, UnusedOnesAreReported) {
  Add("variable \"v\" { default = 1 }\nlocals {\n  l = 1\n  m = local.l\n}\n"
      "function \"f\" {\n  params = [x]\n  result = x\n}\n"
      "output \"o\" { value = 1 }\n");
  Ports();
  // `l` is mentioned by `m`; nothing mentions `v`, `m` and `f`.
  EXPECT_THAT(Codes(), ElementsAre("P2021", "P2021", "P2021"));
}

TEST_F(ConstantsTest, AVariableThatOnlyItsConditionMentionsIsUnused) {
  Add("variable \"v\" {\n  default = 1\n  validation {\n    condition = var.v "
      "== 1\n    error_message = \"no\"\n  }\n}\noutput \"o\" { value = 1 }\n");
  Ports();
  EXPECT_THAT(Codes(), ElementsAre("P2021"));
}

class ModulesTest : public ConstantsTest {
 protected:
  ModulesTest() { tree_.sources.resize(2); }
};

TEST_F(ModulesTest, InputsGoInAndOutputsComeOut) {
  Add(diag::Cat("module \"m\" {\n  source = \"./m\"\n  base = 10\n}\n", kPolicy,
                "module.m.ports\n}\n"));
  Add("variable \"base\" { type = number }\n"
      "output \"ports\" { value = [var.base, var.base + 1] }\n",
      1);
  Call(0, 1);
  EXPECT_EQ(Ports(), "10 11 ");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ModulesTest, TwoCallsAreTwoInstances) {
  Add("module \"a\" {\n  source = \"./m\"\n  port = 1\n}\n"
      "module \"b\" {\n  source = \"./m\"\n  port = 2\n}\n");
  Add(diag::Cat("variable \"port\" { type = number }\n", kPolicy,
                "var.port\n}\n"),
      1);
  Call(0, 1);
  const Model model = Analyze(tree_, sources_, sink_);
  EXPECT_THAT(Codes(), IsEmpty());
  ASSERT_EQ(model.policies.size(), 2u);
  EXPECT_EQ(model.policies[0].name, "a.p");
  EXPECT_EQ(model.policies[1].name, "b.p");
  EXPECT_EQ(model.policies[1].ports[0].first, 2);
}

TEST_F(ModulesTest, AReferenceLeavesAModuleAsAnOutput) {
  Add("module \"m\" { source = \"./m\" }\npolicy \"q\" {\n"
      "  source = \"spiffe://a/b\"\n  target = module.m.who\n  port = 1\n}\n");
  Add("workload \"w\" {\n  identity = \"spiffe://a/w\"\n  user = \"w\"\n}\n"
      "output \"who\" { value = workload.w }\n",
      1);
  Call(0, 1);
  const Model model = Analyze(tree_, sources_, sink_);
  EXPECT_THAT(Codes(), IsEmpty());
  ASSERT_EQ(model.policies.size(), 1u);
  EXPECT_EQ(model.policies[0].targets.identities.at(0),
            model.workloads.at(0).identity);
  EXPECT_EQ(model.workloads[0].name, "m.w");
}

TEST_F(ModulesTest, NamesOfOneModuleAreNotSeenInAnother) {
  Add("module \"m\" { source = \"./m\" }\nlocals { x = local.y }\n"
      "output \"o\" { value = local.x }\n");
  Add("locals { y = 1 }\noutput \"o\" { value = local.y }\n", 1);
  Call(0, 1);
  Ports();
  EXPECT_THAT(Codes(), ElementsAre("P2003"));
}

TEST_F(ModulesTest, WhatACallLacksOrHasTooMuchOfIsAnError) {
  Add("module \"m\" {\n  source = \"./m\"\n  prot   = 1\n}\n");
  Add("variable \"port\" { type = number }\noutput \"o\" { value = var.port "
      "}\n",
      1);
  Call(0, 1);
  Ports();
  EXPECT_THAT(Codes(), ElementsAre("P2022", "P2003"));
}

TEST_F(ModulesTest, OneMistakeInAModuleCalledTwiceIsSaidOnce) {
  Add("module \"a\" { source = \"./m\" }\nmodule \"b\" { source = \"./m\" }\n");
  Add(diag::Cat(kPolicy, "0\n}\n"), 1);
  Call(0, 1);
  Ports();
  EXPECT_THAT(Codes(), ElementsAre("P3004"));
}

}  // namespace
}  // namespace pol::sema
