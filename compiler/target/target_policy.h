// A compiled SELinux policy, as far as what a .pol says is compared with it:
// names, what a type is for, which contexts are legal.
#ifndef POL_COMPILER_TARGET_TARGET_POLICY_H_
#define POL_COMPILER_TARGET_TARGET_POLICY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/support/status.h"
#include "compiler/values/file_context.h"
#include "compiler/values/port_range.h"
#include "compiler/values/protocol.h"

namespace pol::target {

class TargetPolicy {
 public:
  // What a name in the place of a type is.
  enum class Name { kUnknown, kType, kAlias, kAttribute };

  // Reads a policy file (policy.33). kDataLoss when it is none that this
  // version of libsepol can read.
  static absl::StatusOr<TargetPolicy> Read(const std::string& path);

  TargetPolicy(TargetPolicy&&) noexcept;
  TargetPolicy& operator=(TargetPolicy&&) noexcept;
  ~TargetPolicy();

  Name WhatIs(std::string_view name) const;
  // The type that a name means, aliases followed; nothing for no type.
  std::optional<std::string> TypeOf(std::string_view name) const;

  // Whether a type, or the type behind an alias, has the attribute; unset when
  // the policy has no such attribute, and nothing can be said.
  std::optional<bool> Has(std::string_view type,
                          std::string_view attribute) const;
  // Whether a file can bear the type: `file_type`, or `device_node`, as
  // semanage-fcontext(8) asks for.
  std::optional<bool> IsFileType(std::string_view type) const;

  bool HasBoolean(std::string_view name) const;
  bool HasUser(std::string_view name) const;
  bool HasRole(std::string_view name) const;
  bool has_ranges() const { return has_ranges_; }

  // The domain that a process of `source` enters by executing a file of type
  // `target`; nothing when it stays where it is.
  std::optional<std::string> EntersBy(std::string_view source,
                                      std::string_view target) const;

  // The type that decides over a port; nothing when no record names it.
  struct Port {
    values::PortRange ports;
    std::string type;
  };
  // All records of the policy that name a port of the range, in the order in
  // which the kernel looks.
  std::vector<Port> PortsIn(values::Protocol protocol,
                            const values::PortRange& range) const;

  // Why the policy refuses a context, in libsepol's words; empty when it takes
  // it.
  std::string Refusal(const std::string& context) const;

  // Known names that are closest to a written one; nothing when none is close.
  std::optional<std::string> NearestType(std::string_view written,
                                         std::string_view attribute) const;
  std::optional<std::string> NearestBoolean(std::string_view written) const;
  std::optional<std::string> NearestUser(std::string_view written) const;
  std::optional<std::string> NearestRole(std::string_view written) const;

 private:
  struct Handle;
  struct Collector;
  explicit TargetPolicy(std::unique_ptr<Handle> handle);

  using Names = std::set<std::string, std::less<>>;

  std::unique_ptr<Handle> handle_;
  bool has_ranges_ = false;
  std::map<std::string, std::string, std::less<>> types_;  // and aliases
  std::map<std::string, Names, std::less<>> attributes_;   // their types
  Names users_;
  Names roles_;
  Names booleans_;
  std::vector<std::pair<int, Port>> ports_;  // by IANA protocol number
  std::map<std::pair<std::string, std::string>, std::string, std::less<>>
      transitions_;
};

// The newest policy.N in a folder that can be read.
absl::StatusOr<std::string> NewestPolicyFile(const std::string& folder);

}  // namespace pol::target

#endif  // POL_COMPILER_TARGET_TARGET_POLICY_H_
