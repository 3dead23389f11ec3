#include "compiler/archive/read_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "compiler/support/check.h"

namespace pol::archive {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

struct Entry {
  std::string name;
  std::string bytes;
  std::string link;  // to where, symbolically
  std::string hardlink;
};

enum class Kind { kTar, kTarGz, kTarXz, kZip };

std::string Pack(Kind kind, const std::vector<Entry>& entries) {
  struct archive* writer = archive_write_new();
  if (kind == Kind::kZip) {
    archive_write_set_format_zip(writer);
  } else {
    archive_write_set_format_ustar(writer);
  }
  if (kind == Kind::kTarGz) archive_write_add_filter_gzip(writer);
  if (kind == Kind::kTarXz) archive_write_add_filter_xz(writer);
  size_t space = 65536;
  for (const Entry& entry : entries) space += 4096 + entry.bytes.size();
  std::string out(space, '\0');
  size_t used = 0;
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const Entry& from : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, from.name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(from.bytes.size()));
    if (!from.link.empty()) {
      archive_entry_set_filetype(entry, AE_IFLNK);
      archive_entry_set_symlink(entry, from.link.c_str());
    }
    if (!from.hardlink.empty())
      archive_entry_set_hardlink(entry, from.hardlink.c_str());
    if (from.name.back() == '/') archive_entry_set_filetype(entry, AE_IFDIR);
    POL_CHECK(archive_write_header(writer, entry) == ARCHIVE_OK)
        << archive_error_string(writer);
    archive_write_data(writer, from.bytes.data(), from.bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

bool IsPolicy(std::string_view name) {
  return absl::EndsWith(support::ToAbsl(name), ".pol");
}

absl::StatusOr<Files> Read(std::string_view bytes, const Limits& limits = {}) {
  return ReadArchive(bytes, IsPolicy, limits);
}

class KindTest : public testing::TestWithParam<Kind> {};

TEST_P(KindTest, HasWhatIsWanted) {
  const std::string big(200'000, 'x');
  const std::string bytes =
      Pack(GetParam(), {{"net/", {}, {}, {}},
                        {"./net//b.pol", big, {}, {}},
                        {"read.me", "no", {}, {}},
                        {"é.pol", "", {}, {}},
                        {"a.pol", "locals {}\n", {}, {}}});
  const auto files = Read(bytes);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_THAT(*files,
              UnorderedElementsAre(Pair("a.pol", "locals {}\n"),
                                   Pair("net/b.pol", big), Pair("é.pol", "")));
}

TEST_P(KindTest, NoPrefixIsMistakenForTheWhole) {
  const std::string bytes = Pack(
      GetParam(), {{"a.pol", "a = 1\n", {}, {}}, {"b.pol", "b\n", {}, {}}});
  for (size_t length = 0; length + 1024 < bytes.size(); length += 97) {
    const auto files = Read(std::string_view(bytes).substr(0, length));
    EXPECT_FALSE(files.ok()) << length;
  }
}

INSTANTIATE_TEST_SUITE_P(All, KindTest,
                         testing::Values(Kind::kTar, Kind::kTarGz, Kind::kTarXz,
                                         Kind::kZip));

TEST(ReadArchiveTest, RefusesNamesOutside) {
  for (const char* name :
       {"/etc/a.pol", "../a.pol", "x/../../a.pol", "x/..", "../read.me"}) {
    const auto files = Read(Pack(Kind::kTar, {{name, "", {}, {}}}));
    EXPECT_EQ(files.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(files.status().message()),
                HasSubstr("outside of it"))
        << name;
  }
}

TEST(ReadArchiveTest, FollowsNoLink) {
  const Entry there = {"a.pol", "x", {}, {}};
  const auto symbolic =
      Read(Pack(Kind::kTar, {there, {"b.pol", "", "/etc/passwd", {}}}));
  EXPECT_THAT(std::string(symbolic.status().message()),
              HasSubstr("`b.pol` is not a file"));
  const auto hard = Read(Pack(Kind::kTar, {there, {"b.pol", "", {}, "a.pol"}}));
  EXPECT_THAT(std::string(hard.status().message()),
              HasSubstr("`b.pol` is not a file"));
  // Nobody asks for this one.
  const auto other =
      Read(Pack(Kind::kTar, {there, {"b.txt", "", "/etc/passwd", {}}}));
  EXPECT_TRUE(other.ok()) << other.status();
}

TEST(ReadArchiveTest, RefusesOneNameTwice) {
  const auto files = Read(
      Pack(Kind::kTar, {{"a.pol", "1", {}, {}}, {"./a.pol", "2", {}, {}}}));
  EXPECT_THAT(std::string(files.status().message()),
              HasSubstr("two entries `a.pol`"));
}

TEST(ReadArchiveTest, RefusesNamesThatAreNotUtf8) {
  std::string bytes = Pack(Kind::kTar, {{"aaaa.pol", "1", {}, {}}});
  bytes[1] = '\xff';
  int sum = 0;  // the header's checksum, its own field counted as spaces
  for (size_t i = 0; i < 512; ++i) {
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(bytes[i]);
  }
  bytes.replace(148, 6, absl::StrFormat("%06o", sum));
  EXPECT_EQ(std::string(Read(bytes).status().message()),
            "it has a name that is not UTF-8");
}

TEST(ReadArchiveTest, RefusesWhatIsNoArchive) {
  for (const std::string& bytes :
       {std::string(), std::string("hello\n"), std::string(4096, 'x')}) {
    EXPECT_EQ(Read(bytes).status().code(), absl::StatusCode::kInvalidArgument);
  }
  const auto empty = Read(Pack(Kind::kTar, {}));
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_THAT(*empty, IsEmpty());
}

TEST(ReadArchiveTest, RefusesBombs) {
  const std::string zeros(3 << 20, '\0');
  for (Kind kind : {Kind::kTarGz, Kind::kTarXz, Kind::kZip}) {
    // What is not wanted counts as well.
    const std::string bomb = Pack(kind, {{"read.me", zeros, {}, {}}});
    ASSERT_LT(bomb.size(), zeros.size() / 100);
    EXPECT_TRUE(Read(bomb).ok());
    const auto large = Read(bomb, {.bytes = 1 << 20});
    EXPECT_EQ(large.status().code(), absl::StatusCode::kResourceExhausted);
    const auto dense = Read(bomb, {.ratio = 50, .free_bytes = 1 << 20});
    EXPECT_THAT(std::string(dense.status().message()),
                HasSubstr("more than 50 times its size"));
  }
  const auto many = Read(
      Pack(Kind::kTar, {{"a", "", {}, {}}, {"b", "", {}, {}}}), {.entries = 1});
  EXPECT_THAT(std::string(many.status().message()),
              HasSubstr("more than 1 entries"));
}

TEST(ReadArchiveTest, RefusesCompressionOfCompression) {
  struct archive* writer = archive_write_new();
  archive_write_set_format_ustar(writer);
  archive_write_add_filter_gzip(writer);
  archive_write_add_filter_xz(writer);
  std::string out(65536, '\0');
  size_t used = 0;
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  archive_write_free(writer);
  out.resize(used);
  EXPECT_EQ(std::string(Read(out).status().message()),
            "it is compressed more than once");
}

}  // namespace
}  // namespace pol::archive
