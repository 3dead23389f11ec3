#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/sema/check_paths.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/schema.h"

namespace pol::sema {
namespace {

using diag::Cat;
using syntax::Attribute;
using syntax::Block;
using values::Cidr;

// Of the attribute `addresses`; nothing when one of them is wrong.
std::optional<std::vector<Cidr>> ReadAddresses(const Attribute& attribute,
                                               Reader& reader) {
  const Reader::Values values = reader.OneOrMany(attribute);
  bool good = values.complete;
  std::vector<Cidr> addresses;
  for (const Value& value : values.known) {
    const std::optional<Cidr> address =
        reader.Parsed(value, kBadAddress, Cidr::Parse);
    good &= address.has_value();
    if (address.has_value() && std::find(addresses.begin(), addresses.end(),
                                         *address) == addresses.end()) {
      addresses.push_back(*address);
    }
  }
  if (!good) return std::nullopt;
  return addresses;
}

// Of the attribute `identity`, which a reference to another bearer would make a
// riddle.
std::optional<IdentityRef> ReadBorne(const Fields& fields, Reader& reader) {
  const Attribute* attribute = fields.Find("identity");
  if (attribute == nullptr) return std::nullopt;
  const std::optional<Value> value = reader.Resolve(attribute->value);
  if (!value.has_value()) return std::nullopt;
  return reader.OneIdentity(*value, /*only_identities=*/true);
}

// A uid may be written as a number.
std::optional<std::string> ReadUser(const Attribute& attribute,
                                    Reader& reader) {
  const std::optional<Value> value = reader.Resolve(attribute.value);
  if (!value.has_value()) return std::nullopt;
  std::optional<std::string> user;
  if (const auto* uid = std::get_if<int64_t>(&value->value->value)) {
    user = std::to_string(*uid);
  } else {
    user = reader.Text(*value);
  }
  if (!user.has_value()) return std::nullopt;
  const absl::Status status = CheckUser(*user);
  if (status.ok()) return user;
  reader.ReportBad(kBadUser, *value, status);
  return std::nullopt;
}

class WorkloadReader {
 public:
  WorkloadReader(const Block& block, Reader& reader)
      : block_(block), reader_(reader) {
    fields_ =
        CheckBlock(block, *FindRule(FileRules(), "workload"), reader.sink());
  }

  std::optional<Workload> Read() {
    if (!block_.labels.empty()) {
      workload_.name = block_.labels[0].text;
      workload_.span = block_.labels[0].span;
    }
    const auto identity = ReadBorne(fields_, reader_);
    good_ &= identity.has_value();
    workload_.identity = identity.value_or(0);
    if (identity.has_value()) {
      reader_.identities().Bear(Noun::kWorkload, workload_.name, *identity);
    }
    ReadSelectors();
    if (const Attribute* attribute = fields_.Find("addresses")) {
      auto addresses = ReadAddresses(*attribute, reader_);
      good_ &= addresses.has_value();
      if (addresses.has_value()) workload_.addresses = *std::move(addresses);
    }
    if (const Attribute* attribute = fields_.Find("enforce")) {
      const auto enforce =
          reader_.OneWord(*attribute, {Word<Enforce>{"both", Enforce::kBoth},
                                       {"ingress", Enforce::kIngress},
                                       {"egress", Enforce::kEgress}});
      good_ &= enforce.has_value();
      workload_.enforce = enforce.value_or(Enforce::kBoth);
    }
    if (!good_) return std::nullopt;
    return std::move(workload_);
  }

 private:
  void ReadSelectors() {
    bool selected = false;
    if (const Attribute* attribute = fields_.Find("systemd_unit")) {
      selected = true;
      workload_.systemd_unit = reader_.Checked(*attribute, kBadUnit, CheckUnit);
      good_ &= workload_.systemd_unit.has_value();
    }
    if (const Attribute* attribute = fields_.Find("cgroup")) {
      selected = true;
      workload_.cgroup = reader_.Checked(*attribute, kBadCgroup, CheckCgroup);
      good_ &= workload_.cgroup.has_value();
    }
    if (const Attribute* attribute = fields_.Find("user")) {
      selected = true;
      workload_.user = ReadUser(*attribute, reader_);
      good_ &= workload_.user.has_value();
    }
    if (selected) return;
    reader_.sink()
        .Report(kMissing, block_.header_span,
                Cat(Describe(block_), " says of no process that it bears it"))
        .Help("write `systemd_unit`, `cgroup` or `user`");
    good_ = false;
  }

  const Block& block_;
  Reader& reader_;
  Fields fields_;
  Workload workload_;
  bool good_ = true;
};

}  // namespace

void ReadLanguage(const Block& block, Reader& reader) {
  const Fields fields =
      CheckBlock(block, *FindRule(FileRules(), "language"), reader.sink());
  const Attribute* attribute = fields.Find("edition");
  if (attribute == nullptr) return;
  const std::optional<int64_t> edition = reader.Integer(*attribute);
  if (!edition.has_value() || *edition == 1) return;
  reader.sink()
      .Report(kEdition, attribute->value.span,
              Cat("edition ", *edition, " is not known"))
      .Help("this version knows edition 1");
}

void ReadTrustDomain(const Block& block, Reader& reader) {
  CheckBlock(block, *FindRule(FileRules(), "trust_domain"), reader.sink());
  if (!reader.scope().Declare(Noun::kTrustDomain, block)) return;
  const absl::Status status = values::CheckTrustDomain(block.labels[0].text);
  if (status.ok()) return;
  reader.sink().Report(kBadTrustDomain, block.labels[0].span,
                       std::string(status.message()));
}

void ReadIdentity(const Block& block, Reader& reader) {
  const Fields fields =
      CheckBlock(block, *FindRule(FileRules(), "identity"), reader.sink());
  const Attribute* attribute = fields.Find("spiffe");
  if (attribute == nullptr || block.labels.empty()) return;
  const std::optional<Value> value = reader.Resolve(attribute->value);
  if (!value.has_value()) return;
  const auto* text = std::get_if<std::string>(&value->value->value);
  if (text != nullptr && text->find('*') != text->npos) {
    ReportLater(kNetworkLater, value->value->span, "identity patterns (`*`)",
                reader.sink());
    return;
  }
  const auto id = reader.Parsed(*value, kBadSpiffeId, values::SpiffeId::Parse);
  if (!id.has_value()) return;
  reader.identities().Declare(block.labels[0].text, *id, block.labels[0].span);
}

void ReadWorkload(const Block& block, Reader& reader, Model& model) {
  if (auto workload = WorkloadReader(block, reader).Read()) {
    model.workloads.push_back(*std::move(workload));
  }
  for (const Block& nested : block.body.blocks) {
    if (nested.type == "file") ReadFile(nested, reader, model);
  }
}

void ReadEndpoint(const Block& block, Reader& reader, Model& model) {
  const Fields fields =
      CheckBlock(block, *FindRule(FileRules(), block.type), reader.sink());
  Endpoint endpoint;
  if (!block.labels.empty()) {
    endpoint.name = block.labels[0].text;
    endpoint.span = block.labels[0].span;
  }
  const auto identity = ReadBorne(fields, reader);
  if (identity.has_value()) {
    reader.identities().Bear(Noun::kEndpoint, endpoint.name, *identity);
  }
  const Attribute* attribute = fields.Find("addresses");
  std::optional<std::vector<Cidr>> addresses;
  if (attribute != nullptr) addresses = ReadAddresses(*attribute, reader);
  if (!identity.has_value() || !addresses.has_value()) return;
  endpoint.identity = *identity;
  endpoint.addresses = *std::move(addresses);
  model.endpoints.push_back(std::move(endpoint));
}

}  // namespace pol::sema
