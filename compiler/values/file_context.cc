#include "compiler/values/file_context.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/check.h"
#include "compiler/support/view.h"

namespace pol::values {
namespace {

struct KindName {
  FileKind kind;
  std::string_view name;
  std::string_view flag;
};

constexpr std::array<KindName, 8> kKinds = {{
    {FileKind::kAny, "any", ""},
    {FileKind::kFile, "file", "--"},
    {FileKind::kDirectory, "directory", "-d"},
    {FileKind::kLink, "link", "-l"},
    {FileKind::kBlock, "block", "-b"},
    {FileKind::kCharacter, "character", "-c"},
    {FileKind::kPipe, "pipe", "-p"},
    {FileKind::kSocket, "socket", "-s"},
}};

const KindName& NameOf(FileKind kind) {
  auto* found = std::find_if(
      kKinds.begin(), kKinds.end(),
      [kind](const KindName& known) { return known.kind == kind; });
  POL_CHECK(found != kKinds.end()) << "file kind " << static_cast<int>(kind);
  return *found;
}

absl::Status CheckIdentifier(std::string_view part, std::string_view text) {
  if (text.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ", support::ToAbsl(part), " is empty"));
  }
  bool good =
      absl::ascii_isalpha(text.front()) &&
      std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '-';
      });
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("`", support::ToAbsl(text),
                                                 "` is not the name of a ",
                                                 support::ToAbsl(part)));
}

// Sensitivities, categories and the signs between them: "s0",
// "s0-s15:c0.c1023".
absl::Status CheckRange(std::string_view text) {
  bool good =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == ',' ||
               c == ':' || c == '-';
      });
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("`", support::ToAbsl(text), "` is not an MLS range"));
}

}  // namespace

absl::StatusOr<FileContext> FileContext::Parse(std::string_view text) {
  FileContext context;
  std::array<std::string*, 3> parts = {&context.user, &context.role,
                                       &context.type};
  bool has_range = false;
  for (size_t i = 0; i < parts.size(); ++i) {
    size_t colon = text.find(':');
    if (colon == text.npos && i + 1 < parts.size()) {
      return absl::InvalidArgumentError(
          "a security context is `user:role:type` or `user:role:type:range`");
    }
    *parts[i] = text.substr(0, colon);
    has_range = colon != text.npos;
    text = has_range ? text.substr(colon + 1) : std::string_view();
  }
  POL_RETURN_IF_ERROR(CheckIdentifier("user", context.user));
  POL_RETURN_IF_ERROR(CheckIdentifier("role", context.role));
  POL_RETURN_IF_ERROR(CheckIdentifier("type", context.type));
  if (has_range) {
    POL_RETURN_IF_ERROR(CheckRange(text));
    context.range = text;
  }
  return context;
}

std::string FileContext::ToString() const {
  std::string text = absl::StrCat(user, ":", role, ":", type);
  if (!range.empty()) absl::StrAppend(&text, ":", range);
  return text;
}

std::optional<FileKind> ParseFileKind(std::string_view text) {
  for (const KindName& known : kKinds) {
    if (known.name == text) return known.kind;
  }
  return std::nullopt;
}

std::string_view ToString(FileKind kind) { return NameOf(kind).name; }

std::string_view Flag(FileKind kind) { return NameOf(kind).flag; }

bool AppliesTo(FileKind rule, FileKind file) {
  return rule == FileKind::kAny || file == FileKind::kAny || rule == file;
}

}  // namespace pol::values
