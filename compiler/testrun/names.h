// How a policy and its readers call identities and rules.
#ifndef POL_COMPILER_TESTRUN_NAMES_H_
#define POL_COMPILER_TESTRUN_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/rule_set.h"
#include "compiler/testrun/trial.h"

namespace pol::testrun {

// By identity number: the reference that a policy file may use for it
// ("workload.pg", "identity.finance"); empty where there is none.
using References = std::vector<std::string>;

// Those that the RuleSet itself knows: of workloads, the first by name of each
// identity, as far as the name can stand in a reference.
References WorkloadReferences(const ir::RuleSet& rules);

// Whether `policy.NAME` is a reference: letters, digits, `_` and `-`, no digit
// or `-` in front.
bool IsPlainName(std::string_view name);

class Names {
 public:
  // Both stay where they are.
  Names(const ir::RuleSet& rules, const References& references)
      : rules_(rules), references_(references) {}

  // In a policy file: `workload.pg`, `"spiffe://gov.cn/ns/app"`, `"unknown"`.
  std::string Reference(ir::IdentityNumber identity) const;
  // For people: `workload.pg`, `spiffe://gov.cn/ns/app`, `unknown`.
  std::string Long(ir::IdentityNumber identity) const;
  // For the name of a test: `pg`, `gov.cn/ns/app`, `unknown`.
  std::string Short(ir::IdentityNumber identity) const;

  // `policy db-access (db.pol:3)`.
  std::string Rule(size_t rule) const;
  // ` (db.pol:3)`, or nothing for nowhere.
  static std::string Place(const ir::Origin& origin);

  // `workload.app -> workload.pg tcp/5432, TLS 1.3, ALPN h2`.
  std::string Text(const Trial& trial) const;

 private:
  const ir::RuleSet& rules_;
  const References& references_;
};

// ", TLS 1.3, ALPN protocol h2" without the comma in front; "clear text".
std::string EncryptionText(const std::optional<ir::SeenTls>& seen);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_NAMES_H_
