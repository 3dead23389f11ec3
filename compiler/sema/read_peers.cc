#include "compiler/sema/read_peers.h"

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"

namespace pol::sema {
namespace {

using diag::Cat;

template <typename T>
void AddOnce(std::vector<T>& list, T value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) {
    list.push_back(value);
  }
}

// What a reference means. False when a diagnostic has said why it means
// nothing, here or at its block.
bool AddReference(const Given& given, BlockReader& reader, Peers& peers) {
  const eval::Reference& reference = given.value.as_reference();
  Context& context = reader.context();
  const Declaration& declaration =
      context.names.declarations[reference.declaration];
  const bool fits = declaration.noun == Noun::kIdentity ||
                    declaration.noun == Noun::kIdentitySet ||
                    declaration.noun == Noun::kWorkload ||
                    declaration.noun == Noun::kEndpoint;
  if (!fits) {
    reader
        .Report(kWrongReference, given,
                Cat("`", reference.text, "` is no identity"))
        .Help(
            "write `identity.name`, `identity_set.name`, `workload.name`, "
            "`endpoint.name` or a SPIFFE ID in quotes");
    return false;
  }
  if (!declaration.meaning.has_value()) {
    reader.Fail();
    return false;
  }
  const uint32_t meaning = *declaration.meaning;
  switch (declaration.noun) {
    case Noun::kIdentitySet:
      AddOnce(peers.sets, meaning);
      return true;
    case Noun::kIdentity:
      if (declaration.is_pattern) {
        context.peers.UsePattern(meaning);
        AddOnce(peers.patterns, meaning);
        return true;
      }
      context.peers.UseIdentity(meaning);
      AddOnce(peers.identities, meaning);
      return true;
    case Noun::kWorkload:
      AddOnce(peers.identities, context.model.workloads[meaning].identity);
      return true;
    default:
      AddOnce(peers.identities, context.model.endpoints[meaning].identity);
      return true;
  }
}

bool AddText(const Given& given, BlockReader& reader, Peers& peers) {
  const std::string& text = given.value.as_string();
  if (text == "any") return peers.any = true;
  if (text == "unknown") return peers.unknown = true;
  PeerTable& table = reader.context().peers;
  if (text.find('*') != text.npos) {
    const auto pattern =
        reader.Parsed(given, kBadSpiffeId, values::SpiffePattern::Parse);
    if (!pattern.has_value()) return false;
    AddOnce(peers.patterns, table.Mention(*pattern, given.span()));
    return true;
  }
  const auto id = reader.Parsed(given, kBadSpiffeId, values::SpiffeId::Parse);
  if (!id.has_value()) return false;
  AddOnce(peers.identities, table.Mention(*id, given.span()));
  return true;
}

// Of a single value; nothing when it is absent or wrong.
std::optional<Peers> ReadOne(BlockReader& reader, std::string_view name) {
  const std::optional<Given> given = reader.Get(name);
  if (!given.has_value()) return std::nullopt;
  Peers peers;
  if (!AddPeer(*given, reader, peers)) return std::nullopt;
  peers.span = given->attribute->span;
  const bool one = peers.identities.size() + (peers.unknown ? 1u : 0u) == 1;
  if (one && peers.patterns.empty() && peers.sets.empty() && !peers.any) {
    return peers;
  }
  reader.Report(kWrongReference, *given, "this is not one identity")
      .Help("a single SPIFFE ID, or a name that stands for one");
  return std::nullopt;
}

}  // namespace

bool AddPeer(const Given& given, BlockReader& reader, Peers& peers) {
  if (given.value.kind() == eval::Kind::kReference) {
    return AddReference(given, reader, peers);
  }
  if (given.value.kind() == eval::Kind::kString) {
    return AddText(given, reader, peers);
  }
  reader.ReportType(given, "an identity");
  return false;
}

std::optional<Peers> ReadPeers(BlockReader& reader, std::string_view name) {
  const syntax::Attribute* attribute = reader.Find(name);
  if (attribute == nullptr) return std::nullopt;
  Peers peers;
  peers.span = attribute->span;
  bool good = true;
  const std::vector<Given> all = reader.Many(name);
  for (const Given& given : all) good &= AddPeer(given, reader, peers);
  if (!good || all.empty()) return std::nullopt;
  return peers;
}

std::optional<IdentityRef> ReadBorne(BlockReader& reader,
                                     std::string_view name) {
  const std::optional<Given> given = reader.Get(name);
  if (!given.has_value()) return std::nullopt;
  if (given->value.kind() == eval::Kind::kReference) {
    // A reference to another bearer would be a riddle.
    const uint32_t number = given->value.as_reference().declaration;
    const Declaration& declaration =
        reader.context().names.declarations[number];
    if (declaration.noun != Noun::kIdentity || declaration.is_pattern) {
      reader
          .Report(kWrongReference, *given,
                  declaration.is_pattern ? "a pattern is nobody's identity"
                                         : "this reference names no identity")
          .Help("write `identity.name` or a SPIFFE ID in quotes");
      return std::nullopt;
    }
  }
  const std::optional<Peers> peers = ReadOne(reader, name);
  if (!peers.has_value()) return std::nullopt;
  if (peers->unknown) {
    reader.Report(kWrongReference, *given,
                  "`unknown` is what bears no identity");
    return std::nullopt;
  }
  return peers->identities[0];
}

std::optional<Peers> ReadEnd(BlockReader& reader, std::string_view name) {
  return ReadOne(reader, name);
}

std::optional<uint32_t> ReadReference(BlockReader& reader,
                                      std::string_view name, Noun noun) {
  const std::optional<Given> given = reader.Get(name);
  if (!given.has_value()) return std::nullopt;
  const bool reference = given->value.kind() == eval::Kind::kReference;
  const Declaration* declaration =
      reference
          ? &reader.context()
                 .names.declarations[given->value.as_reference().declaration]
          : nullptr;
  if (declaration == nullptr || declaration->noun != noun) {
    const std::string_view root = noun == Noun::kPolicy ? "policy" : "workload";
    reader.Report(kWrongReference, *given, Cat("`", name, "` names a ", root))
        .Help(Cat("write `", root, ".name`"));
    return std::nullopt;
  }
  if (!declaration->meaning.has_value()) reader.Fail();
  return declaration->meaning;
}

}  // namespace pol::sema
