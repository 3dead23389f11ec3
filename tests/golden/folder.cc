#include "tests/golden/folder.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/driver/load_modules.h"
#include "compiler/driver/module_reader.h"
#include "compiler/driver/variables.h"
#include "compiler/support/check.h"
#include "compiler/syntax/parse.h"
#include "tests/harness/tar.h"

namespace pol::golden {
namespace {

constexpr char kMark[] = "# file: ";
constexpr char kArchive[] = ".tar/";

struct Folder {
  std::map<std::string, std::string> files;
  std::map<std::string, uint32_t> first_lines;  // in the text of all
};

Folder Split(const std::string& text) {
  Folder folder;
  std::string name = "main.pol";
  folder.first_lines[name] = 1;
  uint32_t line = 0;
  for (absl::string_view part :
       absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
    ++line;
    if (absl::ConsumePrefix(&part, kMark)) {
      name = std::string(part);
      folder.first_lines[name] = line + 1;
      folder.files[name];
    } else {
      absl::StrAppend(&folder.files[name], part, "\n");
    }
  }
  return folder;
}

// Moves what lies below a name like base.tar into an archive of that name.
std::map<std::string, std::string> Pack(
    const std::map<std::string, std::string>& files) {
  std::map<std::string, std::string> packed;
  std::map<std::string, std::map<std::string, std::string>> archives;
  for (const auto& [name, text] : files) {
    const size_t at = name.find(kArchive);
    if (at == name.npos) {
      packed[name] = text;
    } else {
      const size_t end = at + sizeof(kArchive) - 2;
      archives[name.substr(0, end)][name.substr(end + 1)] = text;
    }
  }
  for (const auto& [name, content] : archives) {
    packed[name] = harness::Tar(content);
  }
  return packed;
}

}  // namespace

bool IsFolder(const std::string& text) {
  return text.find(std::string("\n") + kMark) != text.npos;
}

FolderRun LoadFolder(const std::string& text) {
  const Folder folder = Split(text);
  const driver::MemoryReader reader(Pack(folder.files));
  FolderRun run;
  diag::Sink sink;
  std::vector<syntax::Ast> root;
  const auto names = reader.List("", ".pol");
  POL_CHECK(names.ok()) << names.status();
  for (const std::string& name : *names) {
    const auto text_of = reader.Read(name, 1 << 20);
    POL_CHECK(text_of.ok()) << text_of.status();
    const auto file = run.sources.Add(name, *text_of);
    root.push_back(syntax::Parse(file, run.sources, sink));
  }
  const auto values = driver::GatherVariables(reader, {}, run.sources, sink);
  POL_CHECK(values.ok()) << values.status();
  driver::LoadModules(std::move(root), run.sources, reader, sink);
  run.diagnostics = sink.Sorted();
  for (const diag::Diagnostic& diagnostic : run.diagnostics) {
    const std::string& name = run.sources.file(diagnostic.span.file).name();
    run.announcements.emplace_back(
        folder.first_lines.at(name) + run.sources.Locate(diagnostic.span).line -
            1,
        std::string(ToString(diagnostic.severity())), diagnostic.code->Name());
  }
  std::sort(run.announcements.begin(), run.announcements.end());
  return run;
}

driver::Compilation CompileFolder(const std::string& text) {
  const driver::MemoryReader reader(Pack(Split(text).files));
  support::SourceSet sources;
  const auto names = reader.List("", ".pol");
  POL_CHECK(names.ok()) << names.status();
  for (const std::string& name : *names) {
    const auto text_of = reader.Read(name, 1 << 20);
    POL_CHECK(text_of.ok()) << text_of.status();
    sources.Add(name, *text_of);
  }
  auto compilation = driver::Compile(std::move(sources), reader);
  POL_CHECK(compilation.ok()) << compilation.status();
  return *std::move(compilation);
}

}  // namespace pol::golden
