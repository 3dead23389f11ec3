#include "compiler/values/capability_set.h"

#include <sys/capability.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/support/check.h"
#include "compiler/support/view.h"

namespace pol::values {
namespace {

// As many as a file's attribute has room for (revisions 2 and 3), whatever the
// running kernel knows.
constexpr cap_value_t kFileBits = 64;

struct CapFree {
  void operator()(void* p) const { cap_free(p); }
};
using Cap = std::unique_ptr<std::remove_pointer_t<cap_t>, CapFree>;

bool Has(cap_t cap, cap_value_t value, cap_flag_t flag) {
  cap_flag_value_t set = CAP_CLEAR;
  return cap_get_flag(cap, value, flag, &set) == 0 && set == CAP_SET;
}

// A file stores one effective bit for the whole set (capabilities(7)).
absl::Status CheckEffective(cap_t cap) {
  bool any = false;
  bool all = true;
  for (cap_value_t value = 0; value < kFileBits; ++value) {
    bool effective = Has(cap, value, CAP_EFFECTIVE);
    any |= effective;
    if (Has(cap, value, CAP_PERMITTED) || Has(cap, value, CAP_INHERITABLE))
      all &= effective;
  }
  if (!any || all) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "a file stores one effective flag for all of its capabilities: give `e` "
      "to each of them "
      "or to none");
}

absl::StatusOr<std::string> Canonical(cap_t cap) {
  std::unique_ptr<char, CapFree> text(cap_to_text(cap, nullptr));
  if (text == nullptr) return absl::InternalError("cap_to_text(3) failed");
  return std::string(text.get());
}

}  // namespace

CapabilitySet::CapabilitySet() : text_("=") {}

absl::StatusOr<CapabilitySet> CapabilitySet::Parse(std::string_view text) {
  if (text.find('\0') != text.npos) {
    return absl::InvalidArgumentError("a capability text holds no NUL byte");
  }
  Cap cap(cap_from_text(std::string(text).c_str()));
  if (cap == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", support::ToAbsl(text),
        "` is not a capability text; cap_from_text(3) shows the form, e.g. "
        "`cap_net_bind_service=ep`"));
  }
  POL_RETURN_IF_ERROR(CheckEffective(cap.get()));
  POL_ASSIGN_OR_RETURN(std::string canonical, Canonical(cap.get()));
  return CapabilitySet(std::move(canonical));
}

absl::StatusOr<CapabilitySet> CapabilitySet::FromNames(
    const std::vector<std::string>& names) {
  if (names.empty()) return CapabilitySet();
  for (const std::string& name : names) {
    cap_value_t value = 0;
    if (name.find('\0') != name.npos ||
        cap_from_name(name.c_str(), &value) != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("`", name, "` is not a capability"));
    }
  }
  return Parse(absl::StrCat(absl::StrJoin(names, ","), "=ep"));
}

bool CapabilitySet::IsEffective(std::string_view name) const {
  cap_value_t value = 0;
  Cap cap(cap_from_text(text_.c_str()));
  return cap != nullptr &&
         cap_from_name(std::string(name).c_str(), &value) == 0 &&
         Has(cap.get(), value, CAP_EFFECTIVE);
}

std::vector<CapabilityLint> Lint(const CapabilitySet& set) {
  using Kind = CapabilityLint::Kind;
  Cap cap(cap_from_text(set.text().c_str()));
  POL_CHECK(cap != nullptr) << set.text();
  std::vector<CapabilityLint> findings;
  for (Kind kind : {Kind::kUnknown, Kind::kEffectiveOnly,
                    Kind::kInheritableOnly, Kind::kNotEffective}) {
    findings.push_back({kind, {}});
  }
  for (cap_value_t value = 0; value < kFileBits; ++value) {
    bool effective = Has(cap.get(), value, CAP_EFFECTIVE);
    bool permitted = Has(cap.get(), value, CAP_PERMITTED);
    bool inheritable = Has(cap.get(), value, CAP_INHERITABLE);
    auto add = [&](Kind kind) {
      std::unique_ptr<char, CapFree> name(cap_to_name(value));
      findings[static_cast<size_t>(kind)].names.emplace_back(name.get());
    };
    if (!effective && !permitted && !inheritable) continue;
    if (value > CAP_LAST_CAP) {
      add(Kind::kUnknown);
    } else if (!permitted && !inheritable) {
      add(Kind::kEffectiveOnly);
    } else if (!permitted) {
      add(Kind::kInheritableOnly);
    } else if (!effective) {
      add(Kind::kNotEffective);
    }
  }
  findings.erase(
      std::remove_if(findings.begin(), findings.end(),
                     [](const auto& finding) { return finding.names.empty(); }),
      findings.end());
  return findings;
}

std::vector<std::string> CapabilityNames() {
  std::vector<std::string> names;
  for (cap_value_t value = 0; value <= CAP_LAST_CAP; ++value) {
    std::unique_ptr<char, CapFree> name(cap_to_name(value));
    if (name != nullptr) names.emplace_back(name.get());
  }
  return names;
}

}  // namespace pol::values
