#include "compiler/testrun/names.h"

#include "compiler/diag/cat.h"
#include "compiler/ir/dump.h"

namespace pol::testrun {
namespace {

using diag::Cat;

constexpr std::string_view kScheme = "spiffe://";

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

bool IsPlainName(std::string_view name) {
  if (name.empty() || !IsLetter(name.front())) return false;
  for (char c : name) {
    if (!IsLetter(c) && !(c >= '0' && c <= '9') && c != '-') return false;
  }
  return true;
}

References WorkloadReferences(const ir::RuleSet& rules) {
  References references(rules.identities.size());
  for (const ir::Workload& workload : rules.workloads) {
    std::string& reference = references[workload.identity];
    if (reference.empty() && IsPlainName(workload.name))
      reference = Cat("workload.", workload.name);
  }
  return references;
}

std::string Names::Reference(ir::IdentityNumber identity) const {
  if (identity < references_.size() && !references_[identity].empty())
    return references_[identity];
  // A SPIFFE ID has nothing that a string would have to escape.
  return Cat("\"", ir::Name(rules_, identity), "\"");
}

std::string Names::Long(ir::IdentityNumber identity) const {
  if (identity < references_.size() && !references_[identity].empty())
    return references_[identity];
  return ir::Name(rules_, identity);
}

std::string Names::Short(ir::IdentityNumber identity) const {
  if (identity < references_.size() && !references_[identity].empty()) {
    const std::string& reference = references_[identity];
    return reference.substr(reference.rfind('.') + 1);
  }
  std::string name = ir::Name(rules_, identity);
  if (std::string_view(name).substr(0, kScheme.size()) == kScheme)
    name.erase(0, kScheme.size());
  return name;
}

std::string Names::Rule(size_t rule) const {
  const ir::Rule& which = rules_.rules[rule];
  return Cat("policy ", which.name, Place(which.origin));
}

std::string Names::Place(const ir::Origin& origin) {
  return origin.line == 0 ? "" : Cat(" (", ir::ToString(origin), ")");
}

std::string Names::Text(const Trial& trial) const {
  const ir::Connection& connection = trial.connection;
  return Cat(Long(connection.source), " -> ", Long(connection.target), " ",
             values::ToString(connection.protocol, connection.port),
             values::HasPorts(connection.protocol)
                 ? Cat(", ", EncryptionText(trial.seen))
                 : "");
}

std::string EncryptionText(const std::optional<ir::SeenTls>& seen) {
  if (!seen) return "clear text";
  std::string text = Cat("TLS ", values::ToString(seen->version));
  for (ir::TlsList list : ir::kTlsLists) {
    const std::string& name = SeenName(*seen, list);
    if (!name.empty()) text += Cat(", ", ir::ToString(list), " ", name);
  }
  return text;
}

}  // namespace pol::testrun
