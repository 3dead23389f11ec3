// How long an editor waits: from one typed character in the middle of a file of
// 1 MB to its diagnostics, beside a whole compilation of the same text.

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "compiler/driver/compile.h"
#include "compiler/lsp/session.h"
#include "compiler/support/check.h"
#include "tests/bench/summary.h"

namespace pol::bench {
namespace {

constexpr int kPolicies = 3400;
constexpr int kLinesOfOne = 10;
constexpr int kRounds = 41;
constexpr char kUri[] = "file:///nowhere/bench.pol";

std::string GeneratePolicies() {
  std::string text;
  for (int i = 0; i < kPolicies; ++i) {
    absl::StrAppend(
        &text, "# Application ", i, " reads and writes its own database,\n",
        "# and nothing else of it may be reached by anybody else.\n",
        "policy \"db-access-", i, "\" {\n",
        "  source_identity = \"spiffe://gov.cn/ns/finance/app-", i, "\"\n",
        "  target_identity = \"spiffe://gov.cn/ns/postgres-", i % 100, "\"\n",
        "  port            = ", 1024 + i % 40000, "\n",
        "  protocol        = \"tcp\"\n", "  tls_required    = true\n", "}\n\n");
  }
  return text;
}

std::string Message(const std::string& method, const std::string& params,
                    const char* id = "") {
  const std::string body =
      absl::StrCat("{\"jsonrpc\":\"2.0\",", id, "\"method\":\"", method,
                   "\",\"params\":", params, "}");
  return absl::StrCat("Content-Length: ", body.size(), "\r\n\r\n", body);
}

std::string Change(int version, int line, int from, int to,
                   const std::string& text) {
  return Message(
      "textDocument/didChange",
      absl::StrCat(
          "{\"textDocument\":{\"uri\":\"", kUri, "\",\"version\":", version,
          "},\"contentChanges\":[{\"range\":{\"start\":{\"line\":", line,
          ",\"character\":", from, "},\"end\":{\"line\":", line,
          ",\"character\":", to, "}},\"text\":\"", text, "\"}]}"));
}

template <typename Work>
double Milliseconds(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - begin;
  return time.count();
}

class Editor {
 public:
  explicit Editor(const std::string& text) : session_("bench") {
    session_.Receive(Message("initialize", "{}", "\"id\":1,"));
    session_.Receive(Message(
        "textDocument/didOpen",
        absl::StrCat("{\"textDocument\":{\"uri\":\"", kUri,
                     "\",\"languageId\":\"pol\",\"version\":1,\"text\":\"",
                     absl::StrReplaceAll(text, {{"\"", "\\\""}, {"\n", "\\n"}}),
                     "\"}}")));
    opened_ = Milliseconds([this] { Finish(); });
  }

  // Until the diagnostics of the change are there.
  double Type(int line, int from, int to, const std::string& text) {
    const std::string bytes = Change(++version_, line, from, to, text);
    return Milliseconds([&] {
      session_.Receive(bytes);
      Finish();
    });
  }

  double opened() const { return opened_; }
  const std::string& output() const { return output_; }

 private:
  void Finish() {
    while (session_.HasWork()) session_.Work();
    output_ = session_.TakeOutput();
    POL_CHECK(absl::StrContains(output_, "publishDiagnostics"))
        << "nothing was published";
  }

  lsp::Session session_;
  std::string output_;
  int version_ = 1;
  double opened_ = 0;
};

void Run() {
  const std::string text = GeneratePolicies();
  const int line = kPolicies / 2 * kLinesOfOne + 5;  // a port
  Editor editor(text);
  std::vector<double> good;
  std::vector<double> broken;
  std::vector<double> open;
  std::vector<double> whole;
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    // The last digit of a port is written anew.
    good.push_back(editor.Type(line, 23, 24, std::to_string(round % 10)));
    POL_CHECK(!absl::StrContains(editor.output(), "\"code\"")) << "an error";
    // The value goes, and comes back.
    broken.push_back(editor.Type(line, 20, 24, ""));
    POL_CHECK(absl::StrContains(editor.output(), "\"code\"")) << "no error";
    editor.Type(line, 20, 20, "2723");
    // A bracket is opened: everything behind it could be inside.
    open.push_back(editor.Type(line, 20, 20, "["));
    editor.Type(line, 20, 21, "");
    whole.push_back(Milliseconds([&text] {
      support::SourceSet sources;
      sources.Add("bench.pol", text);
      POL_CHECK(driver::Compile(std::move(sources)).ok()) << "no compilation";
    }));
    ratios.push_back(good.back() / whole.back());
  }
  std::printf(
      "%zu bytes, %d policies, an edit in the middle; median of %d "
      "rounds (quartiles)\n",
      text.size(), kPolicies, kRounds);
  auto print = [](const char* what, std::vector<double> values) {
    std::printf("%-44s %s\n", what,
                ToString(Summarise(std::move(values))).c_str());
  };
  print("edit to diagnostics                    ms", good);
  print("edit that breaks a line to diagnostics ms", broken);
  print("edit that opens a bracket              ms", open);
  print("whole compilation                      ms", whole);
  print("edit / whole compilation            ratio", ratios);
  std::printf("%-44s %.3f\n", "opening the file                       ms",
              editor.opened());
}

}  // namespace
}  // namespace pol::bench

int main() { pol::bench::Run(); }
