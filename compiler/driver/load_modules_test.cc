#include "compiler/driver/load_modules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/diag/render.h"
#include "compiler/driver/module_block.h"
#include "compiler/syntax/parse.h"
#include "tests/harness/tar.h"

namespace pol::driver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Files = std::map<std::string, std::string>;

// One run over files in memory.
struct Loaded {
  support::SourceSet sources;
  std::vector<Module> modules;
  std::vector<diag::Diagnostic> diagnostics;

  explicit Loaded(const Files& files) : Loaded(MemoryReader(files)) {}

  explicit Loaded(const ModuleReader& reader) {
    diag::Sink sink;
    std::vector<syntax::Ast> root;
    const auto names = reader.List("", ".pol");
    for (const std::string& name : *names) {
      const support::FileId file =
          sources.Add(name, *reader.Read(name, 1 << 20));
      root.push_back(syntax::Parse(file, sources, sink));
    }
    modules = LoadModules(std::move(root), sources, reader, sink);
    diagnostics = sink.Sorted();
  }

  std::vector<std::string> Folders() const {
    std::vector<std::string> folders;
    for (const Module& module : modules) folders.push_back(module.folder);
    return folders;
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (support::FileId file = 0; file < sources.size(); ++file)
      names.push_back(sources.file(file).name());
    return names;
  }

  std::string Text() const {
    return diag::RenderText(diagnostics, sources, {});
  }

  // The code and the message of the only diagnostic.
  std::string Only() const {
    if (diagnostics.size() != 1) return Text();
    return diagnostics[0].code->Name() + " " + diagnostics[0].message;
  }
};

std::string Uses(const std::string& source, const std::string& more = "") {
  return "module \"m\" {\n  source = \"" + source + "\"\n" + more + "}\n";
}

TEST(LoadModulesTest, OneWithoutModulesIsItself) {
  const Loaded run(Files{{"a.pol", "locals {}\n"}});
  EXPECT_THAT(run.Folders(), ElementsAre(""));
  EXPECT_THAT(run.diagnostics, IsEmpty()) << run.Text();
}

TEST(LoadModulesTest, FollowsSourcesFromTheFolderOfTheFile) {
  const Loaded run(Files{{"main.pol", Uses("./net")},
                         {"net/a.pol", Uses("./deep")},
                         {"net/b.pol", Uses("../../shared")},
                         {"net/deep/c.pol", ""},
                         {"../shared/d.pol", ""},
                         {"unused/e.pol", "}"}});
  EXPECT_THAT(run.diagnostics, IsEmpty()) << run.Text();
  EXPECT_THAT(run.Folders(), ElementsAre("", "net", "net/deep", "../shared"));
  EXPECT_THAT(run.Names(), ElementsAre("main.pol", "net/a.pol", "net/b.pol",
                                       "net/deep/c.pol", "../shared/d.pol"));
  ASSERT_EQ(run.modules[0].children.size(), 1u);
  EXPECT_EQ(run.modules[0].children[0].module, 1u);
  EXPECT_EQ(run.modules[0].children[0].block,
            &run.modules[0].files[0].body.blocks[0]);
  ASSERT_EQ(run.modules[1].children.size(), 2u);
  EXPECT_EQ(run.modules[1].children[0].module, 2u);
  EXPECT_EQ(run.modules[1].children[1].module, 3u);
}

TEST(LoadModulesTest, OneUsedTwiceIsLoadedOnce) {
  const Loaded run(Files{{"a.pol", Uses("./x") + Uses("./y")},
                         {"b.pol", Uses("./y/../x/.")},
                         {"x/x.pol", Uses("../y")},
                         {"y/y.pol", ""}});
  EXPECT_THAT(run.diagnostics, IsEmpty()) << run.Text();
  EXPECT_THAT(run.Folders(), ElementsAre("", "x", "y"));
  EXPECT_EQ(run.modules[0].children.size(), 3u);
}

TEST(LoadModulesTest, MistakesOfAModuleAreItsFiles) {
  const Loaded run(Files{{"a.pol", Uses("./x")}, {"x/x.pol", "locals {"}});
  EXPECT_THAT(run.Text(), HasSubstr("--> x/x.pol:1"));
  EXPECT_EQ(run.modules.size(), 2u);
}

TEST(LoadModulesTest, SourceHasToBeAPlainString) {
  EXPECT_EQ(Loaded(Files{{"a.pol", "module \"m\" {\n}\n"}}).Only(),
            "P2200 this module has no source");
  for (const char* source :
       {"local.x", "1", "[\"./x\"]", "null", "\"./${local.x}\""}) {
    EXPECT_EQ(
        Loaded(Files{{"a.pol", std::string("module \"m\" {\n  source = ") +
                                   source + "\n}\n"}})
            .Only(),
        "P2201 the source of a module is not a plain string");
  }
}

TEST(LoadModulesTest, SourceHasToBeLocal) {
  for (const char* source : {"", "/etc", "git::https://example.org/x.git",
                             "~/x", "C:/x", "https://example.org/x.tar.gz",
                             "hashicorp/consul/aws", "net", "./x\\n"}) {
    const Loaded run(Files{{"a.pol", Uses(source)}, {"x/x.pol", ""}});
    ASSERT_EQ(run.diagnostics.size(), 1u) << run.Text();
    EXPECT_EQ(run.diagnostics[0].code->Name(), "P2202");
    EXPECT_THAT(run.diagnostics[0].fixes, IsEmpty());
  }
  const Loaded run(Files{{"a.pol", Uses("x")}, {"x/x.pol", ""}});
  ASSERT_EQ(run.diagnostics.size(), 1u) << run.Text();
  ASSERT_EQ(run.diagnostics[0].fixes.size(), 1u);
  EXPECT_EQ(run.diagnostics[0].fixes[0].title, "did you mean `./x`?");
  EXPECT_EQ(
      run.sources.Text({0, 0, run.diagnostics[0].fixes[0].edits[0].span.begin}),
      "module \"m\" {\n  source = \"");
}

TEST(LoadModulesTest, NotFound) {
  const Files files = {{"x/read.me", ""}, {"y.pol", ""}};
  const auto only = [&](const std::string& source) {
    Files with = files;
    with["a.pol"] = Uses(source);
    return Loaded(with).Only();
  };
  EXPECT_EQ(only("./z"), "P2203 module source `./z` is not there");
  EXPECT_EQ(only("./x"), "P2203 module source `./x` holds no .pol file");
  EXPECT_EQ(only("./y.pol"),
            "P2203 module source `./y.pol` is a file and neither a folder nor "
            "an archive");
  EXPECT_EQ(only("./z.tar"), "P2203 module source `./z.tar` is not there");
}

TEST(LoadModulesTest, CyclesAreShown) {
  EXPECT_EQ(Loaded(Files{{"a.pol", Uses(".")}}).Only(),
            "P2204 this module uses itself: `. -> .`");
  const Loaded run(Files{{"r.pol", Uses("./a")},
                         {"a/a.pol", Uses("../b")},
                         {"b/b.pol", Uses("../a")}});
  EXPECT_EQ(run.Only(), "P2204 this module uses itself: `a -> b -> a`");
  EXPECT_THAT(run.Text(), HasSubstr("--> b/b.pol:2:12"));
  EXPECT_EQ(run.modules.size(), 3u);
  EXPECT_THAT(run.modules[2].children, IsEmpty());
}

TEST(LoadModulesTest, DepthHasALimit) {
  const auto chain = [](size_t depth) {
    Files files = {{"0.pol", Uses("./1")}};
    for (size_t i = 1; i <= depth; ++i) {
      files[std::to_string(i) + "/x.pol"] =
          i < depth ? Uses("../" + std::to_string(i + 1)) : "";
    }
    return files;
  };
  EXPECT_THAT(Loaded(chain(kModuleDepth)).diagnostics, IsEmpty());
  EXPECT_EQ(Loaded(chain(kModuleDepth + 1)).Only(),
            "P2209 more than 32 modules lie one within the other");
}

TEST(LoadModulesTest, FilesHaveALimit) {
  Files files = {{"0.pol", Uses("./1") + Uses("./2") + Uses("./3")},
                 {"3/x.pol", ""}};
  for (size_t i = 0; i < kModuleFiles; ++i)
    files[(i % 2 == 0 ? "1/" : "2/") + std::to_string(i) + ".pol"] = "";
  EXPECT_EQ(Loaded(files).Only(),
            "P2209 the modules of this policy have more than 10000 files");
}

std::string Digest(const std::string& digest) {
  return "  digest = \"" + digest + "\"\n";
}

TEST(LoadModulesTest, DigestsHaveAForm) {
  const std::string good = PinOf("");
  for (const std::string& digest :
       {std::string(), std::string("sha256:"), good + "0",
        "sha512" + good.substr(6),
        std::string("sha256:") + std::string(64, 'A')}) {
    const Loaded run(
        Files{{"a.pol", Uses("./x", Digest(digest))}, {"x/x.pol", ""}});
    EXPECT_EQ(run.Only(), "P2207 this is not the digest of a module") << digest;
    EXPECT_EQ(run.modules.size(), 2u);
  }
}

// The listing is what the header says, written by hand.
TEST(LoadModulesTest, ListingOfAFolder) {
  using namespace std::string_literals;
  EXPECT_EQ(FolderListing({{"b.pol", "x"}, {"a.pol", ""}}),
            "\5\0\0\0\0\0\0\0a.pol\0\0\0\0\0\0\0\0"
            "\5\0\0\0\0\0\0\0b.pol\1\0\0\0\0\0\0\0x"s);
}

TEST(LoadModulesTest, FolderIsPinnedWithAllThatItUses) {
  const std::string net = Uses("./deep") + Uses("../shared");
  const std::string pin = PinOf(FolderListing(
      {{"a.pol", net}, {"deep/c.pol", "# c\n"}, {"../shared/d.pol", "# d\n"}}));
  const Files files = {{"main.pol", Uses("./net", Digest(pin))},
                       {"net/a.pol", net},
                       {"net/deep/c.pol", "# c\n"},
                       {"net/read.me", "not policy"},
                       {"shared/d.pol", "# d\n"}};
  EXPECT_THAT(Loaded(files).diagnostics, IsEmpty()) << Loaded(files).Text();
  for (const char* name : {"net/a.pol", "net/deep/c.pol", "shared/d.pol"}) {
    Files changed = files;
    changed[name] += "\n";
    const Loaded run(changed);
    EXPECT_EQ(run.Only(), "P2206 module `./net` is not what was pinned")
        << name;
    EXPECT_EQ(run.modules.size(), 4u);
    // What it suggests is right.
    const diag::Edit& edit = run.diagnostics[0].fixes.at(0).edits.at(0);
    EXPECT_EQ(run.sources.Text(edit.span), "\"" + pin + "\"");
    changed["main.pol"] =
        Uses("./net", "  digest = " + edit.replacement + "\n");
    EXPECT_THAT(Loaded(changed).diagnostics, IsEmpty());
  }
}

TEST(LoadModulesTest, ArchiveIsLoadedWhenItIsWhatWasPinned) {
  const std::string tar = harness::Tar(
      {{"a.pol", Uses("./net")}, {"net/b.pol", ""}, {"net/read.me", "x"}});
  const Files files = {
      {"main.pol", Uses("./lib/base.tar", Digest(PinOf(tar)))},
      {"other.pol", Uses("./lib/base.tar//net/", Digest(PinOf(tar)))},
      {"lib/base.tar", tar}};
  const Loaded run(files);
  EXPECT_THAT(run.diagnostics, IsEmpty()) << run.Text();
  EXPECT_THAT(run.Folders(),
              ElementsAre("", "lib/base.tar", "lib/base.tar/net"));
  EXPECT_THAT(run.Names(),
              ElementsAre("main.pol", "other.pol", "lib/base.tar/a.pol",
                          "lib/base.tar/net/b.pol"));
  EXPECT_EQ(run.modules[0].children[1].module, 2u);
}

TEST(LoadModulesTest, ArchiveHasToBePinned) {
  const std::string tar = harness::Tar({{"a.pol", ""}});
  Files files = {{"main.pol", Uses("./base.tar")}, {"base.tar", tar}};
  const Loaded bare(files);
  EXPECT_EQ(bare.Only(), "P2205 the archive `./base.tar` is not pinned");
  EXPECT_EQ(bare.modules.size(), 1u);
  const diag::Edit& edit = bare.diagnostics[0].fixes.at(0).edits.at(0);
  std::string fixed = files["main.pol"];
  fixed.insert(edit.span.begin, edit.replacement);
  EXPECT_EQ(fixed, Uses("./base.tar", Digest(PinOf(tar))));

  files["main.pol"] = fixed;
  EXPECT_THAT(Loaded(files).diagnostics, IsEmpty());
  files["base.tar"] += '\0';
  const Loaded changed(files);
  EXPECT_EQ(changed.Only(), "P2206 module `./base.tar` is not what was pinned");
  EXPECT_EQ(changed.modules.size(), 1u);
  EXPECT_THAT(changed.Text(),
              HasSubstr("its digest is `" + PinOf(files["base.tar"]) + "`"));

  // On one line there is no room for a second attribute.
  files["main.pol"] = "module \"m\" { source = \"./base.tar\" }\n";
  const Loaded line(files);
  EXPECT_EQ(line.Only(), "P2205 the archive `./base.tar` is not pinned");
  EXPECT_THAT(line.diagnostics[0].fixes, IsEmpty());
}

TEST(LoadModulesTest, ArchiveThatCannotBeUsed) {
  for (const std::string& bytes :
       {std::string("no archive"), harness::Tar({{"../a.pol", ""}}),
        harness::Tar({{"a.pol", "x"}}).substr(0, 512)}) {
    EXPECT_EQ(
        Loaded(Files{{"main.pol", Uses("./base.tar", Digest(PinOf(bytes)))},
                     {"base.tar", bytes}})
            .Only(),
        "P2208 the archive `./base.tar` cannot be used");
  }
}

TEST(LoadModulesTest, NothingLeadsOutOfAnArchive) {
  const std::string tar = harness::Tar({{"a.pol", Uses("../secret")},
                                        {"b/b.pol", Uses("../../secret")},
                                        {"d/base.tar", "x"}});
  const auto only = [&](const std::string& source) {
    return Loaded(Files{{"main.pol", Uses(source, Digest(PinOf(tar)))},
                        {"base.tar", tar},
                        {"secret/s.pol", ""}})
        .Only();
  };
  EXPECT_EQ(only("./base.tar"),
            "P2210 `../secret` leads out of the archive `base.tar`");
  EXPECT_EQ(only("./base.tar//b"),
            "P2210 `../../secret` leads out of the archive `base.tar`");
  EXPECT_EQ(only("./base.tar//../secret"),
            "P2210 `./base.tar//../secret` leads out of the archive "
            "`base.tar`");
  EXPECT_EQ(only("./base.tar//x"),
            "P2203 module source `./base.tar//x` is not there");
  // Archives do not hold archives.
  EXPECT_EQ(only("./base.tar//d/base.tar"),
            "P2203 module source `./base.tar//d/base.tar` is not there");
}

}  // namespace
}  // namespace pol::driver
