#include <optional>
#include <string>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/sema/check_paths.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/read_peers.h"
#include "compiler/values/duration.h"

namespace pol::sema {

using diag::Cat;
using syntax::Block;

namespace {

Declaration* DeclarationOf(Noun noun, BlockReader& reader) {
  Context& context = reader.context();
  const auto number =
      context.names.Of(context.instance(), noun, reader.block());
  return number.has_value() ? &context.names.declarations[*number] : nullptr;
}

}  // namespace

void ReadTrustDomain(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("trust_domain"), context);
  TrustDomain domain;
  domain.span = reader.LabelSpan();
  if (const auto path = reader.Checked("bundle", kBadPath, CheckFilePath)) {
    domain.bundle = *path;
  }
  for (const Given& given :
       reader.Many("federates_with", BlockReader::Empty::kTaken)) {
    std::optional<std::string> name = reader.TextOf(given);
    if (!name.has_value()) continue;
    const absl::Status status = values::CheckTrustDomain(*name);
    if (!status.ok()) {
      reader.ReportBad(kBadTrustDomain, given, status);
      continue;
    }
    domain.federates_with.push_back(*std::move(name));
  }
  if (const auto ttl = reader.Parsed("max_svid_ttl", kBadDuration,
                                     values::Duration::Parse)) {
    domain.max_svid_ttl = ttl->seconds;
  }
  if (block.labels.empty() || block.labels[0].broken) return;
  // A trust domain is the same in every module.
  domain.name = block.labels[0].text;
  const absl::Status status = values::CheckTrustDomain(domain.name);
  if (!status.ok()) {
    reader.sink().Report(kBadTrustDomain, domain.span,
                         std::string(status.message()));
    return;
  }
  Declaration* declaration = DeclarationOf(Noun::kTrustDomain, reader);
  if (!reader.good() || declaration == nullptr) return;
  declaration->meaning =
      static_cast<uint32_t>(context.model.trust_domains.size());
  context.model.trust_domains.push_back(std::move(domain));
}

void ReadIdentity(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("identity"), context);
  const std::optional<Given> given = reader.Get("spiffe");
  Declaration* declaration = DeclarationOf(Noun::kIdentity, reader);
  if (!given.has_value() || declaration == nullptr) return;
  const std::optional<std::string> text = reader.TextOf(*given);
  if (!text.has_value()) return;
  if (text->find('*') != text->npos) {
    const auto pattern =
        reader.Parsed(*given, kBadSpiffeId, values::SpiffePattern::Parse);
    if (!pattern.has_value()) return;
    declaration->meaning =
        context.peers.Declare(declaration->name, *pattern, declaration->span);
    declaration->is_pattern = true;
    return;
  }
  const auto id = reader.Parsed(*given, kBadSpiffeId, values::SpiffeId::Parse);
  if (!id.has_value()) return;
  declaration->meaning =
      context.peers.Declare(declaration->name, *id, declaration->span);
}

void ReadIdentitySet(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("identity_set"), context);
  IdentitySet set;
  set.name = reader.Name();
  set.span = reader.LabelSpan();
  std::optional<Peers> include = ReadPeers(reader, "include");
  if (include.has_value()) set.include = *std::move(include);
  const syntax::Attribute* exclude = reader.Find("exclude");
  if (exclude != nullptr) {
    for (const Given& given :
         reader.Many("exclude", BlockReader::Empty::kTaken)) {
      AddPeer(given, reader, set.exclude);
    }
    set.exclude.span = exclude->span;
  }
  const Declaration* declaration = DeclarationOf(Noun::kIdentitySet, reader);
  if (declaration == nullptr || !declaration->meaning.has_value()) return;
  context.model.identity_sets[*declaration->meaning] = std::move(set);
}

}  // namespace pol::sema
