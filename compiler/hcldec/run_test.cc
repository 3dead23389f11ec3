#include "compiler/hcldec/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "compiler/support/files.h"

namespace pol::hcldec {
namespace {

using ::testing::HasSubstr;

constexpr char kSpec[] = R"(
variables {
  name = "web"
}
object {
  attr "port" {
    type     = number
    required = true
  }
  attr "tags" { type = list(string) }
  block_list "rule" {
    min_items = 1
    object {
      attr "to" { type = string }
    }
  }
  block_map "host" {
    labels = ["name"]
    object {
      attr "cpu" { type = number }
    }
  }
  block_attrs "labels" { element_type = string }
  default "size" {
    attr {
      name = "size"
      type = string
    }
    literal { value = "small" }
  }
}
)";

class RunTest : public testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text) {
    const std::string path = testing::TempDir() + "/" + name;
    EXPECT_TRUE(support::WriteFile(path, text, 0644).ok());
    return path;
  }

  Result Decoded(const std::string& input, Arguments arguments = {}) {
    arguments.spec = File("run_test.hcldec", kSpec);
    arguments.input = File("run_test.hcl", input);
    const absl::StatusOr<Result> result = hcldec::Run(arguments);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.value_or(Result());
  }
};

constexpr char kInput[] = R"(
port = "8" + 72
rule { to = "${name}<>" }
rule {}
host "a" { cpu = 2 }
labels {
  tier = 1
}
)";

TEST_F(RunTest, PrintsTheValue) {
  EXPECT_EQ(Decoded(kInput).out,
            R"({"host":{"a":{"cpu":2}},"labels":{"tier":"1"},"port":80,)"
            R"("rule":[{"to":"web\u003c\u003e"},{}],"size":"small"})"
            "\n");
}

TEST_F(RunTest, PrintsTypesAndNulls) {
  EXPECT_EQ(
      Decoded(kInput, {.with_type = true, .keep_nulls = true}).out,
      R"({"value":{"host":{"a":{"cpu":2}},"labels":{"tier":"1"},"port":80,)"
      R"("rule":[{"to":"web\u003c\u003e"},{"to":null}],"size":"small",)"
      R"("tags":null},"type":["object",{"host":["map",["object",{"cpu":)"
      R"("number"}]],"labels":["map","string"],"port":"number","rule":["list",)"
      R"(["object",{"to":"string"}]],"size":"string","tags":["list",)"
      R"("string"]}]})"
      "\n");
}

TEST_F(RunTest, PrintsReferencesWithTheirPlaces) {
  const std::string out =
      Decoded("port = \"é${name}\"\nrule {}\n", {.references = true}).out;
  EXPECT_THAT(out, HasSubstr(R"("root_name": "name",
    "value": "web",)"));
  // Two bytes, one column.
  EXPECT_THAT(out, HasSubstr(R"("column": 12,
            "byte": 12)"));
}

TEST_F(RunTest, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> rows[] = {
      {"rule {}", "the argument `port` is required"},
      {"port = 1", "at least 1 are required"},
      {"port = []\nrule {}", "`port` does not fit its type"},
      {"port = 1\nrule {}\nother = 1", "`other` is not expected here"},
      {"port = 1\nrule {}\nother {}", "blocks of type `other` are not"},
      {"port = 1\nrule \"x\" {}", "extraneous label for rule"},
      {"port = 1\nrule {}\nhost {}", "missing name for host"},
      {"port = 1\nrule {}\nhost \"a\" {}\nhost \"a\" {}", "duplicate host"},
      {"port = 1\nrule {}\nlabels {}\nlabels {}", "duplicate labels block"},
      {"port = lost\nrule {}", "there is no variable `lost`"},
      {"port = {", "\"severity\": \"error\""},
  };
  for (const auto& [input, message] : rows) {
    const Result result = Decoded(input);
    EXPECT_EQ(result.out, "") << input;
    EXPECT_THAT(result.diagnostics, HasSubstr(message)) << input;
  }
}

TEST_F(RunTest, SaysWhatIsWrongWithTheSpecification) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "missing spec block"},
      {"object {}\nobject {}", "more than one spec block"},
      {"objekt {}", "there is no spec of type `objekt`"},
      {"attr \"a\" { typ = string }", "`typ` is not expected here"},
      {"attr \"a\" { type = strin }", "there is no type `strin`"},
      {"attr { type = string }", "missing name in spec"},
      {"block \"a\" {}", "a block spec has exactly one spec in it"},
      {"block_map \"a\" {\n  object {}\n}", "at least one label"},
  };
  for (const auto& [spec, message] : rows) {
    const absl::StatusOr<Result> result = hcldec::Run(
        {.spec = File("bad.hcldec", spec), .input = File("a.hcl", "")});
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_THAT(result->diagnostics, HasSubstr(message)) << spec;
  }
}

TEST_F(RunTest, ReadsJson) {
  const std::string spec =
      File("json.hcldec", "object {\n  attr \"a\" { type = list(number) }\n}");
  const absl::StatusOr<Result> result = hcldec::Run(
      {.spec = spec, .input = File("a.hcl.json", "{\"a\": [1, \"2\"]}\n")});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->out, "{\"a\":[1,2]}\n");
}

TEST_F(RunTest, AFileThatIsNotThereIsAStatus) {
  EXPECT_FALSE(hcldec::Run({.spec = "/nowhere/a", .input = "/nowhere/b"}).ok());
}

}  // namespace
}  // namespace pol::hcldec
