#include "agent/kernel/files/semanage_permissive.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/strip.h"

namespace pol::kernel {
namespace {

constexpr uint16_t kPriority = 400;
constexpr char kPrefix[] = "permissive_";

// The type that a module of ours speaks for; empty for any other module.
absl::StatusOr<std::string> TypeOf(const SemanageConnection& connection,
                                   semanage_module_info_t* module) {
  semanage_handle_t* handle = connection.get();
  uint16_t priority = 0;
  int enabled = 0;
  const char* name = nullptr;
  if (semanage_module_info_get_priority(handle, module, &priority) != 0 ||
      semanage_module_info_get_enabled(handle, module, &enabled) != 0 ||
      semanage_module_info_get_name(handle, module, &name) != 0) {
    return connection.Error("read what a policy module is");
  }
  absl::string_view type = name;
  if (priority != kPriority || enabled == 0 ||
      !absl::ConsumePrefix(&type, kPrefix)) {
    return std::string();
  }
  return std::string(type);
}

bool Holds(const std::vector<PermissiveEntry>& list,
           const PermissiveEntry& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

}  // namespace

absl::StatusOr<std::vector<PermissiveEntry>> ListPermissive(
    const SemanageConnection& connection) {
  semanage_module_info_t* modules = nullptr;
  int count = 0;
  if (semanage_module_list_all(connection.get(), &modules, &count) != 0)
    return connection.Error("list the policy modules");
  std::vector<PermissiveEntry> entries;
  absl::Status failed;
  for (int i = 0; i < count; ++i) {
    semanage_module_info_t* module = semanage_module_list_nth(modules, i);
    absl::StatusOr<std::string> type = TypeOf(connection, module);
    failed.Update(type.status());
    if (type.ok() && !type->empty()) entries.push_back({*std::move(type)});
    semanage_module_info_datum_destroy(module);
  }
  free(modules);
  POL_RETURN_IF_ERROR(failed);
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.type < b.type; });
  return entries;
}

absl::Status WritePermissive(const SemanageConnection& connection,
                             const std::vector<PermissiveEntry>& have,
                             const std::vector<PermissiveEntry>& wanted) {
  semanage_handle_t* handle = connection.get();
  if (semanage_set_default_priority(handle, kPriority) < 0)
    return connection.Error("set the priority of policy modules");
  for (const PermissiveEntry& entry : have) {
    if (Holds(wanted, entry)) continue;
    std::string name = absl::StrCat(kPrefix, entry.type);
    if (semanage_module_remove(handle, name.data()) < 0)
      return connection.Error(absl::StrCat("remove the module ", name));
  }
  for (const PermissiveEntry& entry : wanted) {
    if (Holds(have, entry)) continue;
    std::string name = absl::StrCat(kPrefix, entry.type);
    std::string text = absl::StrCat("(typepermissive ", entry.type, ")");
    if (semanage_module_install(handle, text.data(), text.size(), name.c_str(),
                                "cil") < 0) {
      return connection.Error(absl::StrCat("install the module ", name));
    }
  }
  return absl::OkStatus();
}

}  // namespace pol::kernel
