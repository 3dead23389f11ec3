#include "compiler/target/target_policy.h"

#include <array>

#include "compiler/diag/nearest.h"
#include "compiler/support/files.h"
#include "compiler/target/policy_facts.h"

namespace pol::target {
namespace {

template <typename Names>
std::optional<std::string> NearestOf(std::string_view written,
                                     const Names& names) {
  std::vector<std::string_view> known(names.begin(), names.end());
  std::optional<std::string_view> nearest = diag::Nearest(written, known);
  if (!nearest) return std::nullopt;
  return std::string(*nearest);
}

}  // namespace

struct TargetPolicy::Handle {
  explicit Handle(pol_target_policy* opened) : policy(opened) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { pol_target_close(policy); }

  pol_target_policy* policy;
};

// Takes the facts in.
struct TargetPolicy::Collector {
  static TargetPolicy& Of(void* out) {
    return *static_cast<TargetPolicy*>(out);
  }
  static void Type(void* out, const char* name, const char* primary) {
    Of(out).types_.emplace(name, primary);
  }
  static void Attribute(void* out, const char* name) {
    Of(out).attributes_[name];
  }
  static void Member(void* out, const char* attribute, const char* type) {
    Of(out).attributes_[attribute].insert(type);
  }
  static void User(void* out, const char* name) { Of(out).users_.insert(name); }
  static void Role(void* out, const char* name) { Of(out).roles_.insert(name); }
  static void Boolean(void* out, const char* name) {
    Of(out).booleans_.insert(name);
  }
  static void Port(void* out, int protocol, int first, int last,
                   const char* type) {
    Of(out).ports_.push_back(
        {protocol,
         {{static_cast<uint16_t>(first), static_cast<uint16_t>(last)}, type}});
  }
  static void Transition(void* out, const char* source, const char* target,
                         const char* result) {
    Of(out).transitions_.emplace(std::pair(source, target), result);
  }
};

TargetPolicy::TargetPolicy(std::unique_ptr<Handle> handle)
    : handle_(std::move(handle)) {}
TargetPolicy::TargetPolicy(TargetPolicy&&) noexcept = default;
TargetPolicy& TargetPolicy::operator=(TargetPolicy&&) noexcept = default;
TargetPolicy::~TargetPolicy() = default;

absl::StatusOr<TargetPolicy> TargetPolicy::Read(const std::string& path) {
  std::array<char, 512> why = {};
  pol_target_policy* opened =
      pol_target_open(path.c_str(), why.data(), why.size());
  if (opened == nullptr)
    return absl::DataLossError(absl::StrCat("read ", path, ": ", why.data()));
  TargetPolicy policy(std::make_unique<Handle>(opened));
  policy.has_ranges_ = pol_target_has_ranges(opened) != 0;
  const pol_target_sink sink = {&policy,
                                &Collector::Type,
                                &Collector::Attribute,
                                &Collector::Member,
                                &Collector::User,
                                &Collector::Role,
                                &Collector::Boolean,
                                &Collector::Port,
                                &Collector::Transition};
  pol_target_list(opened, &sink);
  return policy;
}

TargetPolicy::Name TargetPolicy::WhatIs(std::string_view name) const {
  auto type = types_.find(name);
  if (type != types_.end())
    return type->first == type->second ? Name::kType : Name::kAlias;
  return attributes_.find(name) == attributes_.end() ? Name::kUnknown
                                                     : Name::kAttribute;
}

std::optional<std::string> TargetPolicy::TypeOf(std::string_view name) const {
  auto type = types_.find(name);
  if (type == types_.end()) return std::nullopt;
  return type->second;
}

std::optional<bool> TargetPolicy::Has(std::string_view type,
                                      std::string_view attribute) const {
  auto members = attributes_.find(attribute);
  std::optional<std::string> primary = TypeOf(type);
  if (members == attributes_.end() || !primary) return std::nullopt;
  return members->second.count(*primary) != 0;
}

std::optional<bool> TargetPolicy::IsFileType(std::string_view type) const {
  std::optional<bool> file = Has(type, "file_type");
  if (!file.has_value() || *file) return file;
  return Has(type, "device_node").value_or(false);
}

bool TargetPolicy::HasBoolean(std::string_view name) const {
  return booleans_.find(name) != booleans_.end();
}
bool TargetPolicy::HasUser(std::string_view name) const {
  return users_.find(name) != users_.end();
}
bool TargetPolicy::HasRole(std::string_view name) const {
  return roles_.find(name) != roles_.end();
}

std::optional<std::string> TargetPolicy::EntersBy(
    std::string_view source, std::string_view target) const {
  std::optional<std::string> from = TypeOf(source);
  std::optional<std::string> by = TypeOf(target);
  if (!from || !by) return std::nullopt;
  auto result = transitions_.find(std::pair(*from, *by));
  if (result == transitions_.end()) return std::nullopt;
  return result->second;
}

std::vector<TargetPolicy::Port> TargetPolicy::PortsIn(
    values::Protocol protocol, const values::PortRange& range) const {
  std::vector<Port> found;
  for (const auto& [number, port] : ports_) {
    if (number == static_cast<int>(protocol) &&
        port.ports.first <= range.last && range.first <= port.ports.last) {
      found.push_back(port);
    }
  }
  return found;
}

std::string TargetPolicy::Refusal(const std::string& context) const {
  std::array<char, 512> why = {};
  if (pol_target_takes(handle_->policy, context.c_str(), why.data(),
                       why.size()) != 0) {
    return "";
  }
  return why.data();
}

std::optional<std::string> TargetPolicy::NearestType(
    std::string_view written, std::string_view attribute) const {
  auto members = attributes_.find(attribute);
  if (members != attributes_.end()) return NearestOf(written, members->second);
  Names all;
  for (const auto& [name, primary] : types_) all.insert(name);
  return NearestOf(written, all);
}
std::optional<std::string> TargetPolicy::NearestBoolean(
    std::string_view written) const {
  return NearestOf(written, booleans_);
}
std::optional<std::string> TargetPolicy::NearestUser(
    std::string_view written) const {
  return NearestOf(written, users_);
}
std::optional<std::string> TargetPolicy::NearestRole(
    std::string_view written) const {
  return NearestOf(written, roles_);
}

absl::StatusOr<std::string> NewestPolicyFile(const std::string& folder) {
  return support::NewestNumbered(folder, "policy.",
                                 pol_target_newest_version());
}

}  // namespace pol::target
