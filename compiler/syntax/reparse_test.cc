#include "compiler/syntax/reparse.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/diag/render.h"
#include "compiler/syntax/dump.h"

namespace pol::syntax {
namespace {

using support::SourceSet;

// All there is to compare: the tree with its places, and what was said with its
// other places and fixes.
std::string Everything(const ParsedFile& parsed, const SourceSet& sources);

void AppendSpan(Span span, std::string_view text, std::string& out) {
  absl::StrAppend(&out, " ", span.begin, "-", span.end);
  if (!text.empty()) absl::StrAppend(&out, "=", std::string(text));
}

void AppendSpans(const Expression& expression, std::string& out);

struct SpansOf {
  std::string& out;
  void All(const std::vector<Expression>& all) const {
    for (const Expression& one : all) AppendSpans(one, out);
  }
  template <typename Leaf>
  void operator()(const Leaf&) const {}
  void operator()(const Decimal& value) const {
    absl::StrAppend(&out, " ", std::string(value.text));
  }
  void operator()(const Traversal& value) const {
    AppendSpan(value.root_span, value.root, out);
    for (const auto& step : value.steps) AppendSpan(step.span, "", out);
  }
  void operator()(const List& value) const { All(value.elements); }
  void operator()(const Object& value) const {
    for (const ObjectItem& item : value.items) {
      AppendSpans(item.key, out);
      AppendSpans(item.value, out);
    }
  }
  void operator()(const Template& value) const { All(value.parts); }
  void operator()(const Operation& value) const {
    AppendSpan(value.op_span, "", out);
    All(value.operands);
  }
  void operator()(const Call& value) const {
    AppendSpan(value.name_span, value.name, out);
    All(value.arguments);
  }
  void operator()(const Index& value) const { All(value.operands); }
  void operator()(const Splat& value) const { All(value.operands); }
  void operator()(const For& value) const {
    AppendSpan(value.key_span, value.key_name, out);
    AppendSpan(value.value_span, value.value_name, out);
    All(value.parts);
  }
};

void AppendSpans(const Expression& expression, std::string& out) {
  AppendSpan(expression.span, "", out);
  std::visit(SpansOf{out}, expression.value);
}

void AppendSpans(const Body& body, std::string& out) {
  for (const Attribute& attribute : body.attributes) {
    AppendSpan(attribute.name_span, attribute.name, out);
    AppendSpan(attribute.span, "", out);
    AppendSpans(attribute.value, out);
  }
  for (const Block& block : body.blocks) {
    AppendSpan(block.type_span, block.type, out);
    AppendSpan(block.span, block.broken ? "broken" : "", out);
    AppendSpan(block.header_span, "", out);
    for (const Label& label : block.labels) AppendSpan(label.span, "", out);
    AppendSpans(block.body, out);
  }
}

std::string Everything(const ParsedFile& parsed, const SourceSet& sources) {
  std::string out = Dump(parsed.ast);
  AppendSpans(parsed.ast.body, out);
  absl::StrAppend(&out, "\n", diag::RenderText(parsed.diagnostics, sources, {}),
                  diag::RenderJson(parsed.diagnostics, sources));
  return out;
}

// A text under edits, with the parse that follows them.
class Edited {
 public:
  explicit Edited(std::string text) : text_(std::move(text)) {
    sources_.Add("a.pol", text_);
    parsed_ = ParseFile(0, sources_);
  }

  void Edit(uint32_t begin, uint32_t end, const std::string& replacement) {
    text_.replace(begin, end - begin, replacement);
    change_ =
        change_.Then({begin, end, static_cast<uint32_t>(replacement.size())});
  }

  // Compares with a fresh parse.
  void Check(const std::string& before) {
    SourceSet sources;
    sources.Add("other.pol", "# another file, so that the number is another\n");
    const auto file = sources.Add("a.pol", text_);
    ParsedFile after = Reparse(std::move(parsed_), change_, file, sources);
    const ParsedFile fresh = ParseFile(file, sources);
    EXPECT_EQ(Everything(after, sources), Everything(fresh, sources))
        << "before:\n"
        << before << "\nafter:\n"
        << text_;
    parsed_ = std::move(after);
    sources_ = std::move(sources);
    change_ = {};
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  SourceSet sources_;
  ParsedFile parsed_;
  Change change_;
};

constexpr char kText[] =
    "# The first line.\n"
    "language { edition = 1 }\n"
    "\n"
    "locals {\n"
    "  apps = [\"a\", \"b\"]  # two\n"
    "  text = \"x ${local.apps[0]} y\"\n"
    "}\n"
    "policy \"a\" {\n"
    "  source = workload.a\n"
    "  port = 5432\n"
    "  tls {\n"
    "    min_version = \"1.3\"\n"
    "  }\n"
    "}\n"
    "/* a comment\n"
    "   of lines */ policy \"b\" {\n"
    "  reason = <<-EOT\n"
    "    because\n"
    "    EOT\n"
    "}\n"
    "stray = 1\n"
    "workload \"w\" {\n"
    "  cgroup = `/w`\n"
    "  file \"/x\" { selinux = \"s\" }\n"
    "}\n";

TEST(ReparseTest, NoChange) {
  Edited edited(kText);
  edited.Check(kText);
}

TEST(ReparseTest, EveryByteTakenOut) {
  const std::string text = kText;
  for (uint32_t at = 0; at < text.size(); ++at) {
    Edited edited(text);
    edited.Edit(at, at + 1, "");
    edited.Check(text);
    edited.Edit(at, at, text.substr(at, 1));
    edited.Check(text);
  }
}

TEST(ReparseTest, EverythingPutEverywhere) {
  const std::string text = kText;
  for (const char* piece :
       {"{", "}", "[", "\"", "\n", "/*", "*/", "<<E\n", "=", "x ", "\n}\n",
        "\npolicy \"n\" {\n", "${", "#", "\xC3\xA9", "\xFF", "\xE2\x80\x8B"}) {
    for (uint32_t at = 0; at <= text.size(); ++at) {
      Edited edited(text);
      edited.Edit(at, at, piece);
      edited.Check(text);
      if (HasFailure()) return;
    }
  }
}

TEST(ReparseTest, RandomEdits) {
  const std::string pieces[] = {"{",    "}",       "[",        "]",
                                "\"",   "\n",      "\n\n",     "/*",
                                "*/",   "<<E",     "\nE\n",    "a = 1\n",
                                " ",    "= ",      "# c",      "policy \"p\" {",
                                "x",    "}\n",     "\r\n",     "(",
                                "${",   "`",       ",",        "tls {\n}\n",
                                "1.5",  "local.a", "for ",     "? 1 : 2",
                                "f(1)", "[*]",     "\xC3\xA9", "\t"};
  std::mt19937 random(20);
  auto upto = [&](size_t most) {
    return static_cast<uint32_t>(random() % (most + 1));
  };
  for (int round = 0; round < 400; ++round) {
    Edited edited(kText);
    for (int step = 0; step < 8; ++step) {
      const std::string before = edited.text();
      // Several changes before a look, as when somebody types fast.
      for (uint32_t more = upto(2) + 1; more > 0; --more) {
        const uint32_t begin = upto(edited.text().size());
        const auto rest = static_cast<uint32_t>(edited.text().size() - begin);
        const uint32_t length =
            std::min(rest, upto(6) == 0 ? upto(80) : upto(2));
        edited.Edit(begin, begin + length,
                    upto(3) == 0 ? "" : pieces[upto(std::size(pieces) - 1)]);
      }
      edited.Check(before);
      if (HasFailure()) return;
    }
  }
}

// Edits of a file with more errors than are reported.
TEST(ReparseTest, ManyErrors) {
  std::string text;
  for (int i = 0; i < 250; ++i) {
    absl::StrAppend(&text, "policy \"p", i, "\" {\n  port = = 1\n}\n");
  }
  Edited edited(text);
  for (uint32_t at : {30u, 2000u, 5000u, 7000u}) {
    const std::string before = edited.text();
    edited.Edit(at, at, "\n");
    edited.Check(before);
  }
  for (int i = 0; i < 60; ++i) {
    const std::string before = edited.text();
    const size_t broken = before.find("= = 1");
    edited.Edit(static_cast<uint32_t>(broken),
                static_cast<uint32_t>(broken + 2), "");
    edited.Check(before);
  }
}

}  // namespace
}  // namespace pol::syntax
