// File capabilities (capabilities(7)) as text, in the canonical form of
// cap_to_text(3).
#ifndef POL_COMPILER_VALUES_CAPABILITY_SET_H_
#define POL_COMPILER_VALUES_CAPABILITY_SET_H_

#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/status.h"

namespace pol::values {

class CapabilitySet {
 public:
  // The empty set, "=": a file that carries it runs without capabilities, which
  // differs from a file that carries no set at all.
  CapabilitySet();

  // Any form that cap_from_text(3) takes: "cap_net_bind_service=ep",
  // "cap_net_raw,cap_chown+p". A set some of whose permitted or inheritable
  // capabilities are effective and others not cannot be stored in a file, and
  // is an error.
  static absl::StatusOr<CapabilitySet> Parse(std::string_view text);

  // A list of names, each permitted and effective: {"cap_net_bind_service"} is
  // "cap_net_bind_service=ep".
  static absl::StatusOr<CapabilitySet> FromNames(
      const std::vector<std::string>& names);

  const std::string& text() const { return text_; }

  // Whether a program that carries the set starts with a capability in effect;
  // false for a name that is none.
  bool IsEffective(std::string_view name) const;

  friend bool operator==(const CapabilitySet&, const CapabilitySet&) = default;

 private:
  explicit CapabilitySet(std::string canonical) : text_(std::move(canonical)) {}

  std::string text_;
};

// What a set asks for and an execve(2) will not give (capabilities(7), "File
// capabilities" and "Transformation of capabilities during execve()").
struct CapabilityLint {
  enum class Kind {
    // Numbers that no kernel of today has; it leaves them out without a word.
    kUnknown,
    // Effective, yet neither permitted nor inheritable: the file gets the
    // effective flag and an empty set, and runs without capabilities.
    kEffectiveOnly,
    // Inheritable and not permitted: gained only by a process that already
    // holds them in its inheritable set, which hardly any does.
    kInheritableOnly,
    // Permitted and not effective: of use only to a program that raises them
    // itself with cap_set_proc(3).
    kNotEffective,
  };
  Kind kind = Kind::kUnknown;
  std::vector<std::string> names;  // in numerical order, "41" without a name

  friend bool operator==(const CapabilityLint&,
                         const CapabilityLint&) = default;
};

// By kind. The empty set asks for nothing, and gets no finding.
std::vector<CapabilityLint> Lint(const CapabilitySet& set);

// Every capability this libcap knows, in numerical order, for suggestions.
std::vector<std::string> CapabilityNames();

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_CAPABILITY_SET_H_
