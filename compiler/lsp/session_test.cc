#include "compiler/lsp/session.h"

#include <gtest/gtest.h>

#include <string>

#include "compiler/lsp/client.h"
#include "compiler/lsp/framing.h"

namespace pol::lsp {
namespace {

constexpr char kA[] = "file:///nowhere/a.pol";

int ErrorOf(const Json& answer) {
  return static_cast<int>(IntegerAt(answer, {"error", "code"}).value_or(0));
}

TEST(SessionTest, LifeInOrder) {
  Client client;
  EXPECT_EQ(ErrorOf(client.Ask("textDocument/hover", nullptr)), -32002);
  const Json answer = client.Start();
  EXPECT_EQ(StringAt(answer, {"capabilities", "positionEncoding"}), "utf-16");
  EXPECT_EQ(StringAt(answer, {"serverInfo", "name"}), "polc");
  EXPECT_EQ(ErrorOf(client.Ask("initialize", Json::object())), -32600);
  EXPECT_EQ(ErrorOf(client.Ask("textDocument/nothing", nullptr)), -32601);
  EXPECT_EQ(ErrorOf(client.Ask("$/nothing", nullptr)), -32601);
  client.Tell("$/cancelRequest", {{"id", 1}});
  client.Tell("workspace/nothing", nullptr);
  EXPECT_EQ(client.Ask("shutdown", nullptr), Json(nullptr));
  EXPECT_EQ(ErrorOf(client.Ask("shutdown", nullptr)), -32600);
  EXPECT_FALSE(client.session().exit_code().has_value());
  client.Tell("exit", nullptr);
  EXPECT_EQ(client.session().exit_code(), 0);
}

TEST(SessionTest, ExitWithoutShutdown) {
  Client client;
  client.Tell("exit", nullptr);
  EXPECT_EQ(client.session().exit_code(), 1);

  Client other;
  other.Start();
  other.session().HangUp();
  EXPECT_EQ(other.session().exit_code(), 1);

  Client polite;
  polite.Start();
  polite.Ask("shutdown", nullptr);
  polite.session().HangUp();
  EXPECT_EQ(polite.session().exit_code(), 0);
}

TEST(SessionTest, BrokenMessages) {
  Client client;
  client.Start();
  auto error_for = [&](const std::string& content) {
    client.received().clear();
    client.SendBytes(Frame(content));
    if (client.received().size() != 1) return 0;
    EXPECT_TRUE(At(client.received()[0], {"id"}).is_null()) << content;
    return ErrorOf(client.received()[0]);
  };
  EXPECT_EQ(error_for(""), -32700);
  EXPECT_EQ(error_for("{"), -32700);
  EXPECT_EQ(error_for("\xFF"), -32700);
  EXPECT_EQ(error_for("\"\\ud800\""), -32700);
  EXPECT_EQ(error_for(std::string(1'000'000, '[')), -32700);
  EXPECT_EQ(
      error_for(std::string(1'000'000, '[') + std::string(1'000'000, ']')),
      -32600);
  EXPECT_EQ(error_for("[]"), -32600);
  EXPECT_EQ(error_for("1"), -32600);
  EXPECT_EQ(error_for("{}"), -32600);
  EXPECT_EQ(error_for("{\"id\":1}"), -32600);
  EXPECT_EQ(error_for("{\"method\":7,\"id\":1}"), -32600);
  EXPECT_EQ(error_for("{\"method\":\"shutdown\",\"id\":{}}"), -32600);
  EXPECT_EQ(error_for("{\"method\":\"shutdown\",\"id\":1.5}"), -32600);
  // An answer to something that was asked is no request.
  EXPECT_EQ(error_for("{\"id\":\"watch\",\"result\":null}"), 0);
  EXPECT_EQ(client.Ask("shutdown", nullptr), Json(nullptr));
}

TEST(SessionTest, BrokenHeaders) {
  Client client;
  client.SendBytes("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(ErrorOf(client.received().at(0)), -32600);
  client.SendBytes("Content-Length: 999999999999\r\n\r\n{}");
  ASSERT_EQ(client.received().size(), 2u);
  EXPECT_EQ(ErrorOf(client.received()[1]), -32600);
}

// Parameters of every shape but the right one.
TEST(SessionTest, BrokenParameters) {
  const Json shapes[] = {
      nullptr,
      1,
      "x",
      Json::array({1}),
      Json::object(),
      {{"textDocument", 1}},
      {{"textDocument", {{"uri", 7}}}},
      {{"textDocument", {{"uri", kA}}}},
      {{"textDocument", {{"uri", kA}}}, {"position", {{"line", -1}}}},
      {{"textDocument", {{"uri", kA}}},
       {"position", {{"line", 1e99}, {"character", 0}}}},
      {{"textDocument", {{"uri", kA}, {"text", 1}}}, {"contentChanges", 1}},
      {{"textDocument", {{"uri", kA}}}, {"contentChanges", {1, nullptr}}},
      {{"textDocument", {{"uri", kA}}},
       {"contentChanges", {{{"text", "x"}, {"range", 1}}}}},
      {{"changes", 1}},
      {{"changes", {1, {{"uri", 1}}}}},
      {{"context", 1}, {"range", 1}, {"newName", 1}}};
  for (const char* method :
       {"completion", "hover", "definition", "references", "prepareRename",
        "rename", "documentSymbol", "formatting", "codeAction", "didOpen",
        "didChange", "didClose", "didSave"}) {
    Client client;
    client.Start();
    for (const bool open : {false, true}) {
      if (open) client.Open(kA, "locals {\n}\n");
      for (const Json& shape : shapes) {
        const std::string name = std::string("textDocument/") + method;
        if (name.find("did") == std::string::npos) {
          EXPECT_NE(client.Ask(name, shape), "no answer") << name << shape;
        } else {
          client.Tell(name, shape);
        }
      }
      client.Tell("workspace/didChangeWatchedFiles", shapes[13]);
      client.Tell("workspace/didChangeWatchedFiles", shapes[14]);
      client.Rest();
    }
    EXPECT_EQ(client.Ask("shutdown", nullptr), Json(nullptr));
  }
}

TEST(SessionTest, IncrementalText) {
  Client client;
  client.Start();
  // "é" is one unit, the letter behind it two.
  client.Open(kA, "# \xC3\xA9\xF0\x90\x90\xB7 x\r\npolicy \"p\" {\r\n}\r\n");
  EXPECT_NE(client.Codes(kA), "");
  // Cuts out the policy and leaves an empty block of constants.
  client.Edit(kA, 2, {0, 6, 2, 1}, "z\nlocals {\n}");
  EXPECT_EQ(client.Codes(kA), "");
  client.Edit(kA, 3, {0, 3, 0, 5}, "\xF0\x90\x90\xB7\xF0\x90\x90\xB7");
  client.Edit(kA, 4, {0, 7, 0, 8}, "\nfoo");
  EXPECT_NE(client.Codes(kA), "");
  const Json range = client.diagnostics(kA)[0]["range"];
  EXPECT_EQ(range["start"], Json({{"line", 1}, {"character", 4}}));
  client.Edit(kA, 5, {1, 0, 1, 99}, "");
  EXPECT_EQ(client.Codes(kA), "");
}

TEST(SessionTest, Utf8Positions) {
  Client client;
  EXPECT_EQ(StringAt(client.Start(true), {"capabilities", "positionEncoding"}),
            "utf-8");
  client.Open(kA, "# \xC3\xA9\n/* \xF0\x90\x90\xB7 */ nothing {\n}\n");
  EXPECT_NE(client.Codes(kA), "");
  EXPECT_EQ(client.diagnostics(kA)[0]["range"], Client::Range(1, 11, 1, 18));
}

// What is out of range is cut; what is upside down is turned.
TEST(SessionTest, EditsOutOfRange) {
  Client client;
  client.Start();
  client.Open(kA, "locals {\n}");
  client.Edit(kA, 2, {90, 90, 99, 99}, "\nlocals {\n}\n");
  EXPECT_EQ(client.Codes(kA), "");
  client.Edit(kA, 3, {1, 1, 0, 0}, "nothing {\n}");
  EXPECT_NE(client.Codes(kA), "");
  client.Tell("textDocument/didChange",
              {{"textDocument", {{"uri", kA}, {"version", 4}}},
               {"contentChanges", {{{"text", "locals {\n}\n"}}}}});
  EXPECT_EQ(client.Codes(kA), "");
  client.Edit("file:///nowhere/else.pol", 1, {0, 0, 0, 0}, "x");
  EXPECT_EQ(StringAt(client.received().back(), {"method"}),
            "window/logMessage");
}

// Many edits, one check.
TEST(SessionTest, ChecksWhenNothingMoreComes) {
  Client client;
  client.Start();
  client.Open(kA, "locals {\n}\n");
  for (int i = 0; i < 10; ++i) client.Edit(kA, 2 + i, {0, 0, 0, 0}, "# \n");
  client.received().clear();
  client.Rest();
  ASSERT_EQ(client.received().size(), 1u);
  EXPECT_EQ(IntegerAt(client.received()[0], {"params", "version"}), 11);
  client.Rest();
  EXPECT_EQ(client.received().size(), 1u);
}

TEST(SessionTest, AnyBytes) {
  uint32_t random = 7;
  const std::string pieces[] = {"Content-Length: ", "5",  "\r\n\r\n", "{",
                                "\"id\":1",         "}",  "\r\n",     "\xFF",
                                "\"method\":",      "12", ",",        ":"};
  for (int round = 0; round < 500; ++round) {
    Client client;
    client.Start();
    for (int i = 0; i < 30; ++i) {
      random = random * 1664525 + 1013904223;
      client.SendBytes(pieces[(random >> 16) % std::size(pieces)]);
    }
    client.Rest();
  }
}

}  // namespace
}  // namespace pol::lsp
