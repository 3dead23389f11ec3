#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/sema/check_paths.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/read_peers.h"

namespace pol::sema {
namespace {

using diag::Cat;
using syntax::Block;
using values::Cidr;

std::vector<Cidr> ReadAddresses(BlockReader& reader) {
  std::vector<Cidr> addresses;
  for (const Given& given : reader.Many("addresses")) {
    const std::optional<Cidr> address =
        reader.Parsed(given, kBadAddress, Cidr::Parse);
    if (address.has_value() && std::find(addresses.begin(), addresses.end(),
                                         *address) == addresses.end()) {
      addresses.push_back(*address);
    }
  }
  return addresses;
}

// A uid may be written as a number.
std::optional<std::string> ReadUser(BlockReader& reader) {
  const std::optional<Given> given = reader.Get("user");
  if (!given.has_value()) return std::nullopt;
  std::optional<std::string> user;
  if (const auto uid = given->value.as_integer()) {
    user = std::to_string(*uid);
  } else {
    user = reader.TextOf(*given);
  }
  if (!user.has_value()) return std::nullopt;
  const absl::Status status = CheckUser(*user);
  if (status.ok()) return user;
  reader.ReportBad(kBadUser, *given, status);
  return std::nullopt;
}

std::optional<Listen> ReadListen(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("workload", "listen"), context);
  Listen listen;
  reader.SetProtocol(listen.protocol);
  const syntax::Attribute* ports =
      reader.Either("ports", "port", "say what it serves: `port = 5432`");
  if (ports == nullptr) return std::nullopt;
  listen.span = ports->span;
  listen.ports = reader.Ports(*ports);
  if (!reader.good()) return std::nullopt;
  return listen;
}

void ReadSelectors(BlockReader& reader, Workload& workload) {
  workload.systemd_unit = reader.Checked("systemd_unit", kBadUnit, CheckUnit);
  workload.cgroup = reader.Checked("cgroup", kBadCgroup, CheckCgroup);
  workload.exec = reader.Checked("exec", kBadPath, CheckFilePath);
  workload.user = ReadUser(reader);
  for (std::string_view name : {"systemd_unit", "cgroup", "exec", "user"}) {
    if (reader.Find(name) != nullptr) return;
  }
  reader.sink()
      .Report(
          kMissing, reader.block().header_span,
          Cat(Describe(reader.block()), " says of no process that it bears it"))
      .Help("write `systemd_unit`, `cgroup`, `exec` or `user`");
  reader.Fail();
}

void Declare(Noun noun, uint32_t meaning, BlockReader& reader) {
  Context& context = reader.context();
  const auto number =
      context.names.Of(context.instance(), noun, reader.block());
  if (number.has_value()) {
    context.names.declarations[*number].meaning = meaning;
  }
}

}  // namespace

void ReadWorkload(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("workload"), context);
  Workload workload;
  workload.name = reader.Name();
  workload.span = reader.LabelSpan();
  const auto identity = ReadBorne(reader, "identity");
  if (!identity.has_value()) reader.Fail();
  workload.identity = identity.value_or(0);
  ReadSelectors(reader, workload);
  workload.addresses = ReadAddresses(reader);
  reader.Set(workload.enforce, "enforce",
             {Word<Enforce>{"both", Enforce::kBoth},
              {"ingress", Enforce::kIngress},
              {"egress", Enforce::kEgress}});
  for (const Block& inner : block.body.blocks) {
    if (inner.type != "listen") continue;
    const std::optional<Listen> listen = ReadListen(inner, context);
    if (!listen.has_value()) reader.Fail();
    if (listen.has_value()) workload.listens.push_back(*listen);
  }
  const auto ref = static_cast<WorkloadRef>(context.model.workloads.size());
  const size_t first_file = context.model.files.size();
  for (const Block& inner : block.body.blocks) {
    if (inner.type == "file") ReadFile(inner, context);
  }
  if (!reader.good()) return;
  for (size_t i = first_file; i < context.model.files.size(); ++i) {
    context.model.files[i].workload = ref;
  }
  context.model.workloads.push_back(std::move(workload));
  Declare(Noun::kWorkload, ref, reader);
}

void ReadEndpoint(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf(block.type), context);
  Endpoint endpoint;
  endpoint.name = reader.Name();
  endpoint.span = reader.LabelSpan();
  const auto identity = ReadBorne(reader, "identity");
  endpoint.addresses = ReadAddresses(reader);
  if (!identity.has_value() || !reader.good()) return;
  endpoint.identity = *identity;
  const auto ref = static_cast<uint32_t>(context.model.endpoints.size());
  context.model.endpoints.push_back(std::move(endpoint));
  Declare(Noun::kEndpoint, ref, reader);
}

}  // namespace pol::sema
