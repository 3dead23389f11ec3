#include "compiler/testrun/tell_apart.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "compiler/testrun/trial.h"

namespace pol::testrun {
namespace {

using ir::Decision;
using ir::TlsList;
using ir::Verdict;

// Well-known names, so that a test that uses one is worth reading.
std::array<std::string_view, 2> Usual(TlsList list) {
  switch (list) {
    case TlsList::kServerName:
      return {"other.example", "another.example"};
    case TlsList::kAlpn:
      return {"h2", "http/1.1"};
    case TlsList::kKeyExchange:
      return {"x25519", "secp256r1"};
    case TlsList::kCipherSuite:
      return {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};
    case TlsList::kStarttls:
      break;
  }
  return {"none", "smtp"};
}

// A name that is not asked for; empty, as if none was seen, when every usual
// one is.
std::string OtherThan(const ir::AskedNames& asked, TlsList list) {
  for (std::string_view name : Usual(list)) {
    if (std::find(asked.names.begin(), asked.names.end(), name) ==
        asked.names.end()) {
      return std::string(name);
    }
  }
  return "";
}

// Gives the lists that `other` alone asks for a name that it does not want.
void Displease(const Decision& other, const Decision& decision,
               ir::SeenTls& seen) {
  for (TlsList list : ir::kTlsLists) {
    if (!decision.names(list) && other.names(list))
      SeenName(seen, list) = OtherThan(*other.names(list), list);
  }
}

// What `a` allows and `b` refuses.
std::optional<Encryption> AllowedByFirst(const Decision& a, const Decision& b) {
  std::optional<Encryption> least = LeastThatMeets(a);
  if (!least) return std::nullopt;
  if (least->seen) Displease(b, a, *least->seen);
  if (ir::FirstUnmet(b, least->seen)) return least;
  // Whoever takes the least version takes the later ones; a name may differ.
  for (TlsList list : ir::kTlsLists) {
    if (!a.names(list) || !b.names(list)) continue;
    for (const std::string& name : a.names(list)->names) {
      Encryption varied = *least;
      SeenName(*varied.seen, list) = name;
      if (ir::FirstUnmet(b, varied.seen) && !ir::FirstUnmet(a, varied.seen))
        return varied;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Encryption> LeastThatMeets(const Decision& decision) {
  if (!decision.min_tls) return Encryption{};
  if (!ir::CanBeMet(decision)) return std::nullopt;
  ir::SeenTls seen;
  seen.version = *decision.min_tls;
  for (TlsList list : ir::kTlsLists) {
    if (decision.names(list))
      SeenName(seen, list) = decision.names(list)->names.front();
  }
  return Encryption{seen};
}

std::optional<Encryption> TellApart(const Decision& a, const Decision& b) {
  if (a.verdict != Verdict::kAllow && b.verdict != Verdict::kAllow) {
    if (a.verdict == b.verdict) return std::nullopt;
    return Encryption{};
  }
  if (a.verdict == b.verdict) {
    std::optional<Encryption> found = AllowedByFirst(a, b);
    return found ? found : AllowedByFirst(b, a);
  }
  const bool a_allows = a.verdict == Verdict::kAllow;
  std::optional<Encryption> found = LeastThatMeets(a_allows ? a : b);
  // What is refused for its TLS differs from what is left alone, too.
  const Verdict other = a_allows ? b.verdict : a.verdict;
  if (!found && other == Verdict::kLeftAlone) return Encryption{};
  return found;
}

std::optional<Encryption> LetDecide(const Decision& decision, size_t rule) {
  auto decides = [&](const Encryption& with) {
    return Judge(decision, with.seen).rule == rule;
  };
  if (decision.rule == rule) {
    if (decision.verdict != Verdict::kAllow) return Encryption{};
    if (std::optional<Encryption> least = LeastThatMeets(decision))
      return least;
  }
  if (decision.verdict != Verdict::kAllow || !decision.min_tls)
    return std::nullopt;
  if (decides(Encryption{})) return Encryption{};
  // The lists in their order: those in front have to be met.
  ir::SeenTls seen;
  seen.version = *decision.min_tls;
  for (TlsList list : ir::kTlsLists) {
    const std::optional<ir::AskedNames>& asked = decision.names(list);
    if (!asked) continue;
    SeenName(seen, list) = OtherThan(*asked, list);
    if (decides(Encryption{seen})) return Encryption{seen};
    if (asked->names.empty()) break;
    SeenName(seen, list) = asked->names.front();
  }
  return std::nullopt;
}

}  // namespace pol::testrun
