// A bundle for tests of the programs, written rule by rule: each identity has a
// class of its own, each port that a rule names an interval of its own.
#ifndef POL_TESTS_BPF_POLICY_H_
#define POL_TESTS_BPF_POLICY_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "compiler/bundle/bundle.pb.h"

namespace pol::testing {

enum Governed { kNot = 0, kIngress = 1, kEgress = 2, kBoth = 3 };

class Policy {
 public:
  Policy();

  uint32_t Identity(const std::string& name, Governed governed);
  void ByCgroup(uint32_t identity, const std::string& cgroup,
                const std::string& user = "");
  void ByUnit(uint32_t identity, const std::string& unit,
              const std::string& user = "");
  void ByUser(uint32_t identity, const std::string& user);
  // "10.0.0.1/32", "fd87::/64"
  void ByAddress(uint32_t identity, const std::string& prefix);

  // The rule ids; later rules do not override earlier ones for the same port.
  // `tls` is a minimum version, 0: none.
  uint32_t Allow(uint32_t source, uint32_t target, uint16_t port,
                 uint32_t tls = 0);
  uint32_t Deny(uint32_t source, uint32_t target, uint16_t port);
  // Left to the default by the enforced rules, `effect` with the audited ones.
  uint32_t Audit(uint32_t source, uint32_t target, uint16_t port,
                 bundle::v1::Effect effect);

  bundle::v1::Bundle Build() const;

 private:
  struct Decision {
    bundle::v1::Effect effect = bundle::v1::EFFECT_UNSPECIFIED;
    bundle::v1::Effect audit = bundle::v1::EFFECT_UNSPECIFIED;
    uint32_t rule = 0;
    uint32_t tls = 0;
  };
  using Key = std::tuple<uint32_t, uint32_t, uint16_t>;

  uint32_t Add(const Key& key, Decision decision);

  bundle::v1::Bundle bundle_;
  std::map<Key, Decision> decisions_;
  uint32_t rules_ = 0;
};

}  // namespace pol::testing

#endif  // POL_TESTS_BPF_POLICY_H_
