#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "compiler/diag/cat.h"
#include "compiler/sema/check_paths.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"

namespace pol::sema {
namespace {

using diag::Cat;
using syntax::Block;
using values::Protocol;

// What SELinux's policy language takes for a type or boolean.
absl::Status CheckSelinuxName(std::string_view name) {
  const bool good =
      !name.empty() &&
      absl::ascii_isalpha(static_cast<unsigned char>(name[0])) &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
               c == '.' || c == '-';
      });
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Cat("`", name, "` is no name of the SELinux policy language"));
}

// The label of a block in `selinux`; nothing, reported, when it is no such
// name.
std::optional<std::string> ReadLabel(BlockReader& reader) {
  const Block& block = reader.block();
  if (block.labels.empty() || block.labels[0].broken) return std::nullopt;
  const absl::Status status = CheckSelinuxName(block.labels[0].text);
  if (status.ok()) return block.labels[0].text;
  reader.sink().Report(kBadSelinuxName, block.labels[0].span,
                       std::string(status.message()));
  reader.Fail();
  return std::nullopt;
}

void ReadBoolean(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("selinux", "boolean"), context);
  std::optional<std::string> name = ReadLabel(reader);
  const std::optional<bool> value = reader.Bool("value");
  if (!reader.good() || !name.has_value() || !value.has_value()) return;
  context.model.booleans.push_back(
      {*std::move(name), *value, reader.LabelSpan()});
}

void ReadPort(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("selinux", "port"), context);
  std::optional<std::string> type = ReadLabel(reader);
  Protocol protocol = Protocol::kTcp;
  reader.SetProtocol(protocol);
  std::vector<values::PortRange> ports;
  const syntax::Attribute* attribute = reader.Find("ports");
  if (attribute != nullptr) ports = reader.Ports(*attribute);
  if (!reader.good() || !type.has_value()) return;
  for (const values::PortRange& range : ports) {
    context.model.selinux_ports.push_back(
        {*type, protocol, range, attribute->value.span});
  }
}

// The two paths of an equivalence are words of one line, and some releases of
// libselinux take a star for a pattern.
absl::Status CheckEquivalent(std::string_view path) {
  constexpr size_t kLimit = 500;  // libselinux reads lines of 1021 bytes
  POL_RETURN_IF_ERROR(CheckFilePath(path));
  const size_t odd = path.find_first_of(" *");
  if (odd != path.npos) {
    return absl::InvalidArgumentError(
        Cat("a path of an equivalence has no `", path.substr(odd, 1), "`"));
  }
  if (path.size() <= kLimit) return absl::OkStatus();
  return absl::InvalidArgumentError(Cat("a path of an equivalence has at most ",
                                        kLimit, " bytes, this has ",
                                        path.size()));
}

absl::Status CheckEqualTo(std::string_view path) {
  return path == "/" ? absl::OkStatus() : CheckEquivalent(path);
}

void ReadEquivalence(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("selinux", "equivalence"), context);
  if (!block.labels.empty() && !block.labels[0].broken) {
    const absl::Status status = CheckEquivalent(block.labels[0].text);
    if (!status.ok()) {
      reader.sink().Report(kBadPath, block.labels[0].span,
                           std::string(status.message()));
      reader.Fail();
    }
  }
  std::optional<std::string> equal_to =
      reader.Checked("equal_to", kBadPath, CheckEqualTo);
  if (!reader.good() || block.labels.empty() || !equal_to.has_value()) return;
  context.model.selinux_equivalences.push_back(
      {block.labels[0].text, *std::move(equal_to), reader.LabelSpan(),
       reader.Find("equal_to")->value.span});
}

}  // namespace

void ReadSelinux(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("selinux"), context);
  for (const Given& given :
       reader.Many("permissive", BlockReader::Empty::kTaken)) {
    std::optional<std::string> type = reader.TextOf(given);
    if (!type.has_value()) continue;
    const absl::Status status = CheckSelinuxName(*type);
    if (!status.ok()) {
      reader.ReportBad(kBadSelinuxName, given, status);
      continue;
    }
    auto& types = context.model.permissives;
    const bool known = std::any_of(
        types.begin(), types.end(),
        [&](const SelinuxPermissive& p) { return p.type == *type; });
    if (!known) types.push_back({*std::move(type), given.span()});
  }
  for (const Block& inner : block.body.blocks) {
    if (inner.type == "boolean") ReadBoolean(inner, context);
    if (inner.type == "port") ReadPort(inner, context);
    if (inner.type == "equivalence") ReadEquivalence(inner, context);
  }
}

}  // namespace pol::sema
