// What a client sees of a folder, request by request.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/lsp/client.h"
#include "compiler/lsp/uri.h"
#include "compiler/support/files.h"

namespace pol::lsp {
namespace {

constexpr char kA[] = "file:///nowhere/a.pol";
constexpr char kB[] = "file:///nowhere/b.pol";

constexpr char kNames[] =
    "workload \"web\" {\n"
    "  identity = \"spiffe://gov.cn/web\"\n"
    "  cgroup   = \"/web\"\n"
    "}\n"
    "workload \"pg\" {\n"
    "  identity = \"spiffe://gov.cn/pg\"\n"
    "  cgroup   = \"/pg\"\n"
    "}\n"
    "locals {\n"
    "  port = 5432\n"
    "  same = local.port\n"
    "}\n";
constexpr char kPolicy[] =
    "policy \"web-to-pg\" {\n"
    "  source   = workload.web\n"
    "  target   = workload.pg\n"
    "  port     = local.same\n"
    "  protocol = \"tcp\"\n"
    "}\n";

class FeaturesTest : public testing::Test {
 protected:
  void SetUp() override {
    client_.Start();
    client_.Open(kA, kNames);
    client_.Open(kB, kPolicy);
  }

  std::string Labels(const Json& list) {
    std::vector<std::string> all;
    for (const Json& item : At(list, {"items"})) {
      all.push_back(StringAt(item, {"label"}));
    }
    return absl::StrJoin(all, " ");
  }

  // "a.pol:1:2-3" for each.
  std::string Places(const Json& locations) {
    std::vector<std::string> all;
    for (const Json& location : locations) {
      const std::string uri = StringAt(location, {"uri"});
      all.push_back(absl::StrCat(
          uri.substr(uri.rfind('/') + 1), ":",
          *IntegerAt(location, {"range", "start", "line"}), ":",
          *IntegerAt(location, {"range", "start", "character"}), "-",
          *IntegerAt(location, {"range", "end", "character"})));
    }
    return absl::StrJoin(all, " ");
  }

  Client client_;
};

TEST_F(FeaturesTest, FilesOfAFolderBelongTogether) {
  EXPECT_EQ(client_.Codes(kA), "");
  EXPECT_EQ(client_.Codes(kB), "");
  // Without its name the policy is wrong; with it, it is right again.
  client_.Edit(kA, 2, {0, 10, 0, 13}, "www");
  EXPECT_NE(client_.Codes(kB), "");
  EXPECT_EQ(client_.diagnostics(kB)[0]["range"], Client::Range(1, 22, 1, 25));
  client_.Edit(kA, 3, {0, 10, 0, 13}, "web");
  EXPECT_EQ(client_.Codes(kB), "");
}

TEST_F(FeaturesTest, CompletesNames) {
  client_.Edit(kB, 2, {1, 22, 1, 25}, "");
  EXPECT_EQ(Labels(client_.AskAt("completion", kB, 1, 22)), "pg web");
  client_.Edit(kB, 3, {3, 13, 3, 23}, "local.p");
  const Json list = client_.AskAt("completion", kB, 3, 20);
  EXPECT_EQ(Labels(list), "port same");
  EXPECT_EQ(
      list["items"][0]["textEdit"],
      Json({{"range", Client::Range(3, 19, 3, 20)}, {"newText", "port"}}));
}

TEST_F(FeaturesTest, CompletesWords) {
  client_.Edit(kB, 2, {4, 14, 4, 17}, "");
  EXPECT_EQ(Labels(client_.AskAt("completion", kB, 4, 14)),
            "tcp udp sctp icmp");
  client_.Edit(kB, 3, {4, 13, 4, 15}, "");
  const Json list = client_.AskAt("completion", kB, 4, 13);
  EXPECT_EQ(list["items"][0]["textEdit"]["newText"], "\"tcp\"");
}

TEST_F(FeaturesTest, Functions) {
  client_.Edit(kA, 2, {10, 9, 10, 19}, "upp");
  const Json list = client_.AskAt("completion", kA, 10, 12);
  EXPECT_THAT(Labels(list), testing::HasSubstr("upper"));
  client_.Edit(kA, 3, {10, 9, 10, 12}, "upper(\"a\")");
  const Json hover = client_.AskAt("hover", kA, 10, 10);
  EXPECT_THAT(StringAt(hover, {"contents", "value"}),
              testing::HasSubstr("upper("));
}

TEST_F(FeaturesTest, RenamesFunctions) {
  client_.Edit(kA, 2, {0, 0, 0, 0},
               "function \"f\" {\n  params = [x]\n  result = x\n}\n"
               "locals {\n  y = f(1)\n}\n");
  auto rename = [&](const char* name) {
    return client_.AskAt("rename", kA, 5, 6, {{"newName", name}});
  };
  EXPECT_EQ(At(rename("g"), {"changes"})[kA].size(), 2u);
  EXPECT_EQ(IntegerAt(rename("upper"), {"error", "code"}), -32803);
}

TEST_F(FeaturesTest, CompletesItems) {
  client_.Edit(kB, 2, {4, 18, 4, 18}, "\n  ");
  const std::string attributes = Labels(client_.AskAt("completion", kB, 5, 2));
  EXPECT_NE(attributes.find("reason"), std::string::npos);
  EXPECT_NE(attributes.find("tls"), std::string::npos);
  EXPECT_EQ(attributes.find("protocol"), std::string::npos);
  client_.Edit(kA, 2, {0, 0, 0, 0}, "\n");
  const Json blocks = client_.AskAt("completion", kA, 0, 0);
  EXPECT_NE(Labels(blocks).find("policy"), std::string::npos);
  EXPECT_EQ(blocks["items"][0]["insertTextFormat"], 2);
}

TEST_F(FeaturesTest, Hover) {
  auto text = [&](const std::string& uri, int line, int character) {
    return StringAt(client_.AskAt("hover", uri, line, character),
                    {"contents", "value"});
  };
  EXPECT_NE(text(kB, 1, 23).find("cgroup   = \"/web\""), std::string::npos);
  EXPECT_NE(text(kB, 3, 20).find("5432"), std::string::npos);
  EXPECT_NE(text(kB, 4, 4).find("`udp`"), std::string::npos);
  EXPECT_NE(text(kB, 0, 2).find("Who may connect"), std::string::npos);
  EXPECT_EQ(client_.AskAt("hover", kB, 4, 12), Json(nullptr));
}

TEST_F(FeaturesTest, DefinitionAndReferences) {
  EXPECT_EQ(Places(client_.AskAt("definition", kB, 1, 22)), "a.pol:0:9-14");
  EXPECT_EQ(Places(client_.AskAt("definition", kB, 1, 25)), "a.pol:0:9-14");
  EXPECT_EQ(client_.AskAt("definition", kB, 1, 4), Json(nullptr));
  EXPECT_EQ(Places(client_.AskAt("references", kA, 9, 3)), "a.pol:10:15-19");
  EXPECT_EQ(
      Places(client_.AskAt("references", kA, 4, 12,
                           {{"context", {{"includeDeclaration", true}}}})),
      "a.pol:4:9-13 b.pol:2:22-24");
}

TEST_F(FeaturesTest, RenameAcrossFiles) {
  EXPECT_EQ(client_.AskAt("prepareRename", kB, 1, 23),
            Client::Range(1, 22, 1, 25));
  EXPECT_EQ(client_.AskAt("prepareRename", kA, 0, 11),
            Client::Range(0, 10, 0, 13));
  EXPECT_EQ(client_.AskAt("prepareRename", kB, 4, 4), Json(nullptr));
  const Json edit = client_.AskAt("rename", kB, 1, 23, {{"newName", "shop"}});
  EXPECT_EQ(
      At(edit, {"changes"}),
      Json(
          {{kA,
            {{{"range", Client::Range(0, 10, 0, 13)}, {"newText", "shop"}}}},
           {kB,
            {{{"range", Client::Range(1, 22, 1, 25)}, {"newText", "shop"}}}}}));
}

TEST_F(FeaturesTest, RenameRefuses) {
  auto error = [&](const char* name) {
    const Json answer = client_.AskAt("rename", kB, 1, 23, {{"newName", name}});
    return IntegerAt(answer, {"error", "code"}).value_or(0);
  };
  for (const char* name : {"", "1a", "a b", "-a", "a.b", "a\"b"}) {
    EXPECT_EQ(error(name), -32602) << name;
  }
  EXPECT_EQ(error("pg"), -32803);
  EXPECT_EQ(error("caf\xC3\xA9"), 0);
  client_.Edit(kA, 2, {3, 1, 3, 1}, "\n= 1");
  EXPECT_EQ(error("shop"), -32803);
}

TEST_F(FeaturesTest, Outline) {
  const Json outline = client_.Ask("textDocument/documentSymbol",
                                   {{"textDocument", {{"uri", kB}}}});
  ASSERT_EQ(outline.size(), 1u);
  EXPECT_EQ(outline[0]["name"], "web-to-pg");
  EXPECT_EQ(outline[0]["detail"], "policy");
  EXPECT_EQ(outline[0]["range"], Client::Range(0, 0, 5, 1));
  EXPECT_EQ(outline[0]["selectionRange"], Client::Range(0, 7, 0, 18));
  EXPECT_EQ(outline[0]["children"].size(), 4u);
  EXPECT_EQ(outline[0]["children"][3]["name"], "protocol");
}

TEST_F(FeaturesTest, Formatting) {
  const Json options = {{"textDocument", {{"uri", kB}}},
                        {"options", {{"tabSize", 2}, {"insertSpaces", true}}}};
  EXPECT_EQ(client_.Ask("textDocument/formatting", options), Json::array());
  client_.Edit(kB, 2, {1, 0, 1, 13}, "source=");
  const Json edits = client_.Ask("textDocument/formatting", options);
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_EQ(edits[0]["newText"], "  source   = workload.web");
  client_.Edit(kB, 3, {1, 0, 1, 0}, "= ");
  EXPECT_EQ(client_.Ask("textDocument/formatting", options), Json(nullptr));
}

TEST_F(FeaturesTest, CodeActions) {
  client_.Edit(kB, 2, {4, 2, 4, 10}, "protocoll");
  client_.Rest();
  const Json asked = {{"textDocument", {{"uri", kB}}},
                      {"range", Client::Range(4, 4, 4, 4)},
                      {"context", {{"diagnostics", Json::array()}}}};
  const Json actions = client_.Ask("textDocument/codeAction", asked);
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(actions[0]["kind"], "quickfix");
  EXPECT_EQ(actions[0]["isPreferred"], false);
  EXPECT_EQ(
      actions[0]["edit"]["changes"][kB][0],
      Json({{"range", Client::Range(4, 2, 4, 11)}, {"newText", "protocol"}}));
  Json elsewhere = asked;
  elsewhere["range"] = Client::Range(0, 0, 0, 1);
  EXPECT_EQ(client_.Ask("textDocument/codeAction", elsewhere), Json::array());
  Json other = asked;
  other["context"]["only"] = {"refactor"};
  EXPECT_EQ(client_.Ask("textDocument/codeAction", other), Json::array());
}

// An action before the diagnostics were sent does not keep them back.
TEST_F(FeaturesTest, ActionsDoNotSwallowDiagnostics) {
  client_.Edit(kB, 2, {4, 2, 4, 10}, "protocoll");
  client_.Ask("textDocument/codeAction",
              {{"textDocument", {{"uri", kB}}},
               {"range", Client::Range(4, 4, 4, 4)},
               {"context", {{"diagnostics", Json::array()}}}});
  EXPECT_NE(client_.Codes(kB), "");
}

TEST_F(FeaturesTest, ClosingTheLastFileClearsItsDiagnostics) {
  client_.Edit(kB, 2, {0, 0, 0, 0}, "nothing {\n}\n");
  EXPECT_NE(client_.Codes(kB), "");
  for (const char* uri : {kA, kB}) {
    client_.Tell("textDocument/didClose", {{"textDocument", {{"uri", uri}}}});
  }
  EXPECT_EQ(client_.Codes(kB), "");
}

TEST(FeaturesOnDiskTest, BuffersWinOverTheDisk) {
  std::string folder = testing::TempDir() + "/lsp_XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  auto write = [&](const char* name, const char* text) {
    ASSERT_TRUE(support::WriteFile(folder + "/" + name, text, 0644).ok());
  };
  write("a.pol", "nothing {\n}\n");
  write("b.pol", kPolicy);
  const std::string a = UriOf(folder + "/a.pol");
  const std::string b = UriOf(folder + "/b.pol");

  Client client;
  client.Start();
  client.Open(a, kNames);
  EXPECT_EQ(client.Codes(a), "");
  EXPECT_EQ(client.Codes(b), "");
  // Another program writes a file that is not open.
  write("b.pol", "something {\n}\n");
  client.Tell("workspace/didChangeWatchedFiles",
              {{"changes", {{{"uri", b}, {"type", 2}}}}});
  EXPECT_NE(client.Codes(b), "");
  // A file that is gone takes its diagnostics with it.
  std::filesystem::remove(folder + "/b.pol");
  client.Tell("workspace/didChangeWatchedFiles",
              {{"changes", {{{"uri", b}, {"type", 3}}}}});
  EXPECT_EQ(client.Codes(b), "");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pol::lsp
