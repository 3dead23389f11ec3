#include "compiler/filecontexts/resolver.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pol::filecontexts {
namespace {

using values::FileKind;

// What a resolver says: a context, "none" or "unknown", behind it where the
// rule stands; a context "u:r:T:s0" is "T".
std::string Says(const Answer& answer) {
  std::string where =
      answer.rule == nullptr
          ? ""
          : absl::StrCat(
                answer.rule->source == Source::kLocal ? " local:" : " ",
                answer.rule->line);
  switch (answer.kind) {
    case Answer::Kind::kContext:
      return absl::StrCat(answer.rule->context, where);
    case Answer::Kind::kNone:
      return absl::StrCat("none", where);
    case Answer::Kind::kUnknown:
      return absl::StrCat("unknown", where);
  }
  return "";
}

class Rules {
 public:
  explicit Rules(Texts texts)
      : contexts_(*FileContexts::Parse(texts)), resolver_(contexts_) {}

  std::string Of(const std::string& path, FileKind kind = FileKind::kFile) {
    return Says(resolver_.Lookup(path, kind));
  }

 private:
  FileContexts contexts_;
  Resolver resolver_;
};

Rules Base(std::string text) { return Rules({.base = std::move(text)}); }

TEST(ResolverTest, LastExpressionThatMatchesWins) {
  Rules rules = Base("/a/b/c.* x\n/.* y\n/a(/.*)? z\n");
  EXPECT_EQ(rules.Of("/a/b/c"), "z 3");
  EXPECT_EQ(rules.Of("/b"), "y 2");
  EXPECT_EQ(rules.Of("/"), "y 2");
  EXPECT_EQ(Base("/a/.* x\n").Of("/b"), "none");
}

TEST(ResolverTest, LiteralBeatsExpressionsEvenLocalOnes) {
  Rules rules(
      {.base = "/etc/shadow x\n/etc/g\\.conf y\n", .local = "/etc(/.*)? z\n"});
  EXPECT_EQ(rules.Of("/etc/shadow"), "x 1");
  EXPECT_EQ(rules.Of("/etc/g.conf"), "y 2");
  EXPECT_EQ(rules.Of("/etc/passwd"), "z local:1");
}

TEST(ResolverTest, LiteralOfAnotherKindFallsThrough) {
  Rules rules = Base("/dev/.* x\n/dev/null -c y\n/dev/[a-z]+ -d z\n");
  EXPECT_EQ(rules.Of("/dev/null", FileKind::kCharacter), "y 2");
  EXPECT_EQ(rules.Of("/dev/null", FileKind::kFile), "x 1");
  EXPECT_EQ(rules.Of("/dev/null", FileKind::kDirectory), "z 3");
  EXPECT_EQ(rules.Of("/dev/null", FileKind::kAny), "y 2");
  EXPECT_EQ(rules.Of("/dev/zero", FileKind::kAny), "z 3");
}

TEST(ResolverTest, NoneIsAnAnswerWithARule) {
  Rules rules = Base("/tmp/.* <<none>>\n/tmp/x y\n/run <<none>>\n");
  EXPECT_EQ(rules.Of("/tmp/a"), "none 1");
  EXPECT_EQ(rules.Of("/tmp/x"), "y 2");
  EXPECT_EQ(rules.Of("/run"), "none 3");
}

TEST(ResolverTest, LiteralSaidTwiceInOneFileIsUnknownUnlessAlike) {
  Rules rules({.base = "/a x\n/a -- y\n/b x\n/b -- x\n/c x\n/d -d x\n/d -- y\n",
               .local = "/c y\n"});
  EXPECT_EQ(rules.Of("/a"), "unknown 2");
  EXPECT_EQ(rules.Of("/a", FileKind::kDirectory), "x 1");
  EXPECT_EQ(rules.Of("/b"), "x 4");
  EXPECT_EQ(rules.Of("/c"), "y local:1");
  EXPECT_EQ(rules.Of("/d"), "y 7");
}

// libselinux 3.8 stops at a <<none>> further down in its tree.
TEST(ResolverTest, DeepNoneBelowALaterRuleIsUnknown) {
  Rules rules({.base = "/srv/a/b/.* <<none>>\n/srv/a/b/c/.* x\n",
               .local = "/srv/.* y\n"});
  EXPECT_EQ(rules.Of("/srv/a/b/z"), "unknown local:1");
  EXPECT_EQ(rules.Of("/srv/a/b/c/z"), "y local:1");
  EXPECT_EQ(rules.Of("/srv/a/z"), "y local:1");
  EXPECT_EQ(Base("/srv/a/.* x\n/srv/.* <<none>>\n").Of("/srv/a/b"), "none 2");
  EXPECT_EQ(Base("/srv/a/.* <<none>>\n/srv/a/b.* y\n").Of("/srv/a/b"), "y 2");
}

TEST(ResolverTest, WhatReleasesReadDifferentlyIsUnknownWhereItDecides) {
  Rules rules = Base(
      "/.* all\n/x/a|/y/b or\n/s/a\\x20b space\n/s/n\\d digit\n/p/q/? slash\n"
      "/br]/x bracket\n/q\\-r/x escape\n/t/.* t\n");
  EXPECT_EQ(rules.Of("/x/a"), "unknown 2");
  EXPECT_EQ(rules.Of("/z"), "all 1");
  EXPECT_EQ(rules.Of("/y/b"), "all 1");  // its first folder is /x to all
  EXPECT_EQ(rules.Of("/s/a b"), "unknown 3");
  EXPECT_EQ(rules.Of("/s/n7"), "unknown 4");
  EXPECT_EQ(rules.Of("/s/nx"), "all 1");
  EXPECT_EQ(rules.Of("/p/q"), "unknown 5");
  EXPECT_EQ(rules.Of("/p/qq"), "all 1");
  EXPECT_EQ(rules.Of("/br]/x"), "unknown 6");
  EXPECT_EQ(rules.Of("/q-r/x"), "unknown 7");
  EXPECT_EQ(rules.Of("/t/a"), "t 8");
}

TEST(ResolverTest, WhatMayBeALiteralIsUnknownEvenBeforeALiteral) {
  Rules rules = Base("/s/a\\x62 x\n/s/ab y\n/s/.* z\n");
  EXPECT_EQ(rules.Of("/s/ab"), "unknown 1");
  EXPECT_EQ(rules.Of("/s/b"), "z 3");
}

TEST(ResolverTest, WhatIsNotModelledIsUnknownWhereNoLaterRuleWins) {
  Rules rules =
      Base("/.* all\n/data/([a-z])\\1/.* twice\n/data/bb/x.* later\n");
  EXPECT_EQ(rules.Of("/data/bb/a"), "unknown 2");
  EXPECT_EQ(rules.Of("/data/bb/x"), "later 3");
  EXPECT_EQ(rules.Of("/dat"), "all 1");
  // libselinux stops at what is no expression, on every path in its folder.
  Rules wrong = Base("/.* all\n/srv/(x wrong\n/srv/y.* later\n");
  EXPECT_EQ(wrong.Of("/srv/z"), "unknown 2");
  EXPECT_EQ(wrong.Of("/srv/y"), "later 3");
  EXPECT_EQ(wrong.Of("/sr"), "all 1");
}

TEST(ResolverTest, NewlineAtTheEndIsUnknownWhereItMatters) {
  Rules rules = Base("/.* all\n/a/lit x\n/a/b+ y\n/a/c.* z\n");
  EXPECT_EQ(rules.Of("/a/lit\n"), "unknown 2");
  EXPECT_EQ(rules.Of("/a/bb\n"), "unknown 3");
  EXPECT_EQ(rules.Of("/a/c\n"), "z 4");
  EXPECT_EQ(rules.Of("/z\nz"), "all 1");
  EXPECT_EQ(rules.Of("/z\n"), "all 1");
}

TEST(ResolverTest, EquivalencesComeFirst) {
  Rules rules({.base = "/run/.* run\n/usr/lib/x lib\n/.* all\n/run(/.*)? r\n",
               .subs = "/opt/run /var/run\n/odd /usr/\n/h/*/b /run\n",
               .subs_dist = "/var/run /run\n/lib /usr/lib\n"});
  EXPECT_EQ(rules.Of("/opt/run/a"), "r 4");
  EXPECT_EQ(rules.Of("/var/run"), "r 4");
  EXPECT_EQ(rules.Of("/lib/x"), "lib 2");
  EXPECT_EQ(rules.Of("/libx"), "all 3");
  EXPECT_EQ(rules.Of("/odd/lib/x"), "unknown");  // "/usr//lib/x"
  EXPECT_EQ(rules.Of("/h/a/b"), "unknown");
}

TEST(ResolverTest, FolderAnswersAsThePathDoes) {
  FileContexts contexts = *FileContexts::Parse(
      {.base = "/.* all\n/usr/lib/x lib\n/usr/lib/.*\\.so so\n/run/.* run\n"
               "/u/a.* u\n",
       .subs_dist = "/lib /usr/lib\n/var/run /run\n/u /\n"});
  Resolver resolver(contexts);
  for (const char* folder : {"/", "/usr", "/usr/lib", "/lib", "/lib/a", "/var",
                             "/var/run", "/var/run/b", "/u"}) {
    Resolver::Folder entered = resolver.Enter(folder);
    for (const char* name : {"x", "a.so", "lib", "run", "a\n", "x\n"}) {
      const std::string path = absl::StrCat(
          folder, std::string_view(folder) == "/" ? "" : "/", name);
      EXPECT_EQ(Says(resolver.Lookup(entered, name, FileKind::kFile)),
                Says(resolver.Lookup(path, FileKind::kFile)))
          << path;
    }
  }
}

TEST(ResolverTest, ForgetsStatesRatherThanGrowing) {
  FileContexts contexts = *FileContexts::Parse(
      {.base = "/.* all\n/[ab]*a[ab]{12}c x\n/d/.*\\.so so\n"});
  constexpr size_t kMax = 200'000;
  Resolver resolver(contexts, kMax);
  Resolver free(contexts);
  Resolver::Folder folder = resolver.Enter("/d");
  for (uint32_t i = 0; i < 5000; ++i) {
    std::string path = "/";
    for (uint32_t bit = 0; bit < 14; ++bit)
      path += (i * 2654435761u >> bit & 1) != 0 ? 'a' : 'b';
    path += 'c';
    EXPECT_EQ(Says(resolver.Lookup(path, FileKind::kFile)),
              Says(free.Lookup(path, FileKind::kFile)));
    EXPECT_EQ(Says(resolver.Lookup(folder, "l.so", FileKind::kFile)), "so 3");
  }
  EXPECT_GT(resolver.flushes(), 0u);
  EXPECT_EQ(free.flushes(), 0u);
  // The last state made may be above the limit.
  EXPECT_LT(resolver.bytes(), 2 * kMax);
}

TEST(ResolverTest, ExpressionsOfAnySizeAreAnswered) {
  Rules rules = Base("/.* all\n/big/(a{1000}){1000} x\n/big/b(c?){300} y\n");
  EXPECT_EQ(rules.Of("/big/aaa"), "unknown 2");
  EXPECT_EQ(rules.Of("/big/bccc"), "y 3");
  EXPECT_EQ(rules.Of("/bi"), "all 1");
}

}  // namespace
}  // namespace pol::filecontexts
