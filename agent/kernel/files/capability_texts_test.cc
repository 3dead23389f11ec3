// Texts of capabilities as a policy has them, against libcap, against the
// bytes that libcap writes to a real file, and against a second reading of
// cap_text_formats(7) that is as simple as can be.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/capability.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "agent/kernel/files/file_capabilities.h"
#include "compiler/values/capability_set.h"

namespace pol::kernel {
namespace {

using values::CapabilitySet;

constexpr int kBits = 64;

std::string LibcapText(cap_t cap) {
  char* text = cap_to_text(cap, nullptr);
  std::string copy = text;
  cap_free(text);
  return copy;
}

// A file on a file system that holds capabilities, gone after the test.
class CapabilityTextsTest : public ::testing::Test {
 protected:
  ~CapabilityTextsTest() override {
    if (fd_ < 0) return;
    close(fd_);
    unlink(path_.c_str());
  }

  // What libcap writes for a text; "" when it refuses.
  std::string Written(cap_t cap, uid_t root) {
    cap_set_nsowner(cap, root);
    removexattr(path_.c_str(), kCapabilityXattr);
    if (cap_set_fd(fd_, cap) != 0) return "";
    std::string bytes(64, '\0');
    ssize_t size =
        lgetxattr(path_.c_str(), kCapabilityXattr, bytes.data(), bytes.size());
    bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return bytes;
  }

  // Why nothing can be written here; empty when it can.
  std::string Open() {
    if (geteuid() != 0) return "capabilities are given by root";
    fd_ = mkstemp(path_.data());
    if (fd_ < 0) return "no file in the folder for tests";
    cap_t cap = cap_from_text("cap_chown=p");
    bool written = !Written(cap, 0).empty();
    cap_free(cap);
    return written ? "" : "the folder for tests holds no capabilities";
  }

  // What a policy and its agent make of a text is what libcap makes of it.
  void Compare(const std::string& text) {
    SCOPED_TRACE(text);
    absl::StatusOr<CapabilitySet> ours = CapabilitySet::Parse(text);
    cap_t theirs = cap_from_text(text.c_str());
    std::string bytes = theirs == nullptr ? "" : Written(theirs, 0);
    ASSERT_EQ(ours.ok(), !bytes.empty()) << ours.status();
    if (ours.ok()) {
      EXPECT_EQ(ours->text(), LibcapText(theirs));
      EXPECT_EQ(*EncodeCapabilities(ours->text()), bytes);
      std::string rooted = Written(theirs, 100000);
      EXPECT_EQ(rooted.size(), 24u);
      EXPECT_EQ(*EncodeCapabilities(ours->text(), 100000), rooted);
      EXPECT_EQ(*DecodeCapabilities(rooted),
                *DecodeCapabilities(bytes) + " [rootid=100000]");
    }
    if (theirs != nullptr) cap_free(theirs);
  }

  std::string path_ = ::testing::TempDir() + "capabilities.XXXXXX";
  int fd_ = -1;
};

struct Row {
  std::string text;
  std::string canonical;  // "refused": no text
  bool no_file = false;
};

std::string WithBlanks(const std::string& text) {
  constexpr std::string_view kLetters = "tnvfr";
  constexpr std::string_view kBlanks = "\t\n\v\f\r";
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t letter = i + 1 < text.size() && text[i] == '\\'
                        ? kLetters.find(text[i + 1])
                        : kLetters.npos;
    out += letter == kLetters.npos ? text[i] : kBlanks[letter];
    if (letter != kLetters.npos) ++i;
  }
  return out;
}

std::vector<Row> Table() {
  std::ifstream lines(std::string(std::getenv("POL_SOURCE_DIR")) +
                      "/agent/kernel/files/testdata/capability_texts.txt");
  std::vector<Row> rows;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    size_t end = line.rfind("] ");
    Row row = {WithBlanks(line.substr(1, end - 1)), line.substr(end + 2)};
    absl::string_view canonical = row.canonical;
    row.no_file = absl::ConsumePrefix(&canonical, "no-file ");
    row.canonical = std::string(canonical);
    rows.push_back(row);
  }
  return rows;
}

TEST_F(CapabilityTextsTest, TableOfTexts) {
  std::vector<Row> rows = Table();
  ASSERT_GE(rows.size(), 200u);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    absl::StatusOr<CapabilitySet> set = CapabilitySet::Parse(row.text);
    bool refused = row.canonical == "refused";
    ASSERT_EQ(set.ok(), !refused && !row.no_file) << set.status();
    if (set.ok()) {
      EXPECT_EQ(set->text(), row.canonical);
      EXPECT_EQ(CapabilitySet::Parse(set->text())->text(), row.canonical);
    } else {
      EXPECT_THAT(std::string(set.status().message()),
                  ::testing::HasSubstr(refused ? "is not a capability text"
                                               : "one effective flag"));
    }
  }
}

TEST_F(CapabilityTextsTest, TableIsWrittenAsLibcapWritesIt) {
  if (std::string why = Open(); !why.empty()) GTEST_SKIP() << why;
  for (const Row& row : Table()) Compare(row.text);
}

// Three words of 64 bits: effective, inheritable, permitted.
using Sets = std::array<uint64_t, 3>;

// A random text and what it means, clause by clause.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  std::string Make(Sets* sets) {
    *sets = {};
    std::string text;
    size_t clauses = Below(4);
    for (size_t i = 0; i < clauses; ++i) {
      if (!text.empty()) text += Below(3) == 0 ? "\t " : " ";
      text += Clause(sets);
    }
    return text;
  }

  // Another text that is one slip of the finger away.
  std::string Slip(std::string text) {
    constexpr std::string_view kAny = "=+-,eip xE0189_capnet\t#";
    size_t at = Below(text.size() + 1);
    char any = kAny[Below(kAny.size())];
    switch (Below(3)) {
      case 0:
        text.insert(at, 1, any);
        break;
      case 1:
        if (at < text.size()) text[at] = any;
        break;
      default:
        if (at < text.size()) text.erase(at, 1);
    }
    return text;
  }

 private:
  size_t Below(size_t end) {
    return std::uniform_int_distribution<size_t>(0, end - 1)(random_);
  }

  std::string Flags(std::array<bool, 3>* raised, bool one_at_least) {
    std::string flags;
    *raised = {};
    size_t count = Below(4) + (one_at_least ? 1 : 0);
    for (size_t i = 0; i < count; ++i) {
      size_t flag = Below(3);
      flags += "eip"[flag];
      (*raised)[flag] = true;
    }
    return flags;
  }

  std::string Name(int bit) {
    switch (Below(5)) {
      case 0:
        return std::to_string(bit);
      case 1:
        return absl::StrCat("0x", absl::Hex(bit));
      case 2: {
        std::string octal;
        for (int rest = bit; rest > 0; rest /= 8)
          octal.insert(0, 1, static_cast<char>('0' + rest % 8));
        return "0" + octal;
      }
      default: {
        char* name = cap_to_name(bit);
        std::string copy = name;
        cap_free(name);
        if (Below(4) == 0) {
          for (char& c : copy) c = static_cast<char>(toupper(c));
        }
        return copy;
      }
    }
  }

  std::string List(uint64_t* bits) {
    if (Below(6) == 0) {
      *bits = All();
      return Below(2) == 0 ? "all" : "ALL";
    }
    std::string list;
    size_t count = 1 + Below(4);
    for (size_t i = 0; i < count; ++i) {
      int bit = static_cast<int>(
          Below(8) == 0 ? Below(kBits)
                        : Below(static_cast<size_t>(cap_max_bits())));
      absl::StrAppend(&list, i == 0 ? "" : ",", Name(bit));
      *bits |= uint64_t{1} << bit;
    }
    return list;
  }

  static uint64_t All() { return (uint64_t{1} << cap_max_bits()) - 1; }

  static void Act(Sets* sets, uint64_t bits, char op,
                  const std::array<bool, 3>& raised) {
    for (size_t flag = 0; flag < 3; ++flag) {
      if (op == '=') (*sets)[flag] &= ~bits;
      if (!raised[flag]) continue;
      if (op == '-') {
        (*sets)[flag] &= ~bits;
      } else {
        (*sets)[flag] |= bits;
      }
    }
  }

  std::string Clause(Sets* sets) {
    std::array<bool, 3> raised;
    if (Below(6) == 0) {
      std::string flags = Flags(&raised, false);
      Act(sets, All(), '=', raised);
      return "=" + flags;
    }
    uint64_t bits = 0;
    std::string text = List(&bits);
    char op = "==+-"[Below(4)];
    std::string flags = Flags(&raised, op != '=');
    Act(sets, bits, op, raised);
    absl::StrAppend(&text, std::string(1, op), flags);
    for (size_t more = Below(3); more > 0; --more) {
      op = "+-"[Below(2)];
      flags = Flags(&raised, true);
      Act(sets, bits, op, raised);
      absl::StrAppend(&text, std::string(1, op), flags);
    }
    return text;
  }

  std::mt19937_64 random_;
};

// The attribute of linux/capability.h, straight from the sets.
std::string Bytes(const Sets& sets) {
  const auto [effective, inheritable, permitted] = sets;
  std::string bytes;
  auto word = [&bytes](uint64_t value) {
    for (int shift = 0; shift < 32; shift += 8)
      bytes += static_cast<char>(value >> shift & 0xff);
  };
  word(0x02000000 | (effective != 0 ? 1 : 0));
  word(permitted);
  word(inheritable);
  word(permitted >> 32);
  word(inheritable >> 32);
  return bytes;
}

TEST_F(CapabilityTextsTest, GeneratedTexts) {
  if (std::string why = Open(); !why.empty()) GTEST_SKIP() << why;
  Generator generator(20120611);
  int held = 0;
  for (int i = 0; i < 10000; ++i) {
    Sets sets;
    std::string text = generator.Make(&sets);
    Compare(text);
    bool fits = sets[0] == 0 || ((sets[1] | sets[2]) & ~sets[0]) == 0;
    absl::StatusOr<CapabilitySet> set = CapabilitySet::Parse(text);
    ASSERT_EQ(set.ok(), fits) << text;
    if (fits) {
      ++held;
      EXPECT_EQ(*EncodeCapabilities(set->text()), Bytes(sets)) << text;
    }
    Compare(generator.Slip(text));
    if (HasFailure()) break;
  }
  EXPECT_GT(held, 2000);
}

}  // namespace
}  // namespace pol::kernel
