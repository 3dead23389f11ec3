#include "agent/kernel/files/semanage_records.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <tuple>
#include <utility>

#include "agent/kernel/files/semanage_permissive.h"
#include "compiler/support/check.h"

namespace pol::kernel {
namespace {

using Connection = SemanageConnection;

// Indexed by SEMANAGE_FCONTEXT_ALL … SEMANAGE_FCONTEXT_PIPE.
constexpr std::array<const char*, 8> kKinds = {"",   "--", "-d", "-c",
                                               "-b", "-s", "-l", "-p"};
// Indexed by SEMANAGE_PROTO_UDP … SEMANAGE_PROTO_SCTP.
constexpr std::array<const char*, 4> kProtocols = {"udp", "tcp", "dccp",
                                                   "sctp"};

template <size_t N>
int NumberOf(const std::array<const char*, N>& names, const std::string& name) {
  auto found = std::find(names.begin(), names.end(), name);
  POL_CHECK(found != names.end()) << "no number for " << name;
  return static_cast<int>(found - names.begin());
}

std::string NameOf(const FcontextEntry& entry) { return entry.regex; }
std::string NameOf(const BooleanEntry& entry) { return entry.name; }
std::string NameOf(const PortEntry& entry) {
  return absl::StrCat(entry.protocol, " ", entry.first, "-", entry.last);
}

absl::StatusOr<std::string> ContextText(const Connection& connection,
                                        semanage_context_t* context,
                                        const std::string& of) {
  char* text = nullptr;
  if (semanage_context_to_string(connection.get(), context, &text) < 0)
    return connection.Error(absl::StrCat("read the context of ", of));
  std::string result = text;
  free(text);
  return result;
}

absl::StatusOr<Semanage<semanage_context_t>> ContextOf(
    const Connection& connection, const std::string& text) {
  semanage_context_t* context = nullptr;
  if (semanage_context_from_string(connection.get(), text.c_str(), &context) <
      0) {
    return connection.Error(absl::StrCat("build the context ", text));
  }
  return Semanage<semanage_context_t>(context);
}

absl::StatusOr<FcontextEntry> FromRecord(const Connection& connection,
                                         const semanage_fcontext_t* record) {
  FcontextEntry entry;
  entry.regex = semanage_fcontext_get_expr(record);
  entry.kind =
      kKinds.at(static_cast<size_t>(semanage_fcontext_get_type(record)));
  semanage_context_t* context = semanage_fcontext_get_con(record);
  if (context == nullptr) {
    entry.context = "<<none>>";
    return entry;
  }
  POL_ASSIGN_OR_RETURN(entry.context,
                       ContextText(connection, context, entry.regex));
  return entry;
}

absl::StatusOr<BooleanEntry> FromRecord(const Connection&,
                                        const semanage_bool_t* record) {
  return BooleanEntry{semanage_bool_get_name(record),
                      semanage_bool_get_value(record) != 0};
}

absl::StatusOr<PortEntry> FromRecord(const Connection& connection,
                                     const semanage_port_t* record) {
  PortEntry entry;
  entry.protocol =
      kProtocols.at(static_cast<size_t>(semanage_port_get_proto(record)));
  entry.first = semanage_port_get_low(record);
  entry.last = semanage_port_get_high(record);
  POL_ASSIGN_OR_RETURN(
      entry.context,
      ContextText(connection, semanage_port_get_con(record), NameOf(entry)));
  return entry;
}

absl::StatusOr<Semanage<semanage_fcontext_key_t>> Key(
    const Connection& connection, const FcontextEntry& entry) {
  semanage_fcontext_key_t* key = nullptr;
  if (semanage_fcontext_key_create(connection.get(), entry.regex.c_str(),
                                   NumberOf(kKinds, entry.kind), &key) < 0) {
    return connection.Error(absl::StrCat("name the record ", entry.regex));
  }
  return Semanage<semanage_fcontext_key_t>(key);
}

absl::StatusOr<Semanage<semanage_bool_key_t>> Key(const Connection& connection,
                                                  const BooleanEntry& entry) {
  semanage_bool_key_t* key = nullptr;
  if (semanage_bool_key_create(connection.get(), entry.name.c_str(), &key) < 0)
    return connection.Error(absl::StrCat("name the boolean ", entry.name));
  return Semanage<semanage_bool_key_t>(key);
}

absl::StatusOr<Semanage<semanage_port_key_t>> Key(const Connection& connection,
                                                  const PortEntry& entry) {
  semanage_port_key_t* key = nullptr;
  if (semanage_port_key_create(connection.get(), entry.first, entry.last,
                               NumberOf(kProtocols, entry.protocol),
                               &key) < 0) {
    return connection.Error(absl::StrCat("name the ports ", NameOf(entry)));
  }
  return Semanage<semanage_port_key_t>(key);
}

absl::Status Add(const Connection& connection, const FcontextEntry& entry) {
  POL_ASSIGN_OR_RETURN(Semanage<semanage_fcontext_key_t> key,
                       Key(connection, entry));
  semanage_handle_t* handle = connection.get();
  semanage_fcontext_t* raw = nullptr;
  auto failed = [&connection, &entry] {
    return connection.Error(absl::StrCat("add the record ", entry.regex));
  };
  if (semanage_fcontext_create(handle, &raw) < 0) return failed();
  Semanage<semanage_fcontext_t> record(raw);
  if (semanage_fcontext_set_expr(handle, raw, entry.regex.c_str()) < 0)
    return failed();
  semanage_fcontext_set_type(raw, NumberOf(kKinds, entry.kind));
  if (entry.context != "<<none>>") {
    POL_ASSIGN_OR_RETURN(Semanage<semanage_context_t> context,
                         ContextOf(connection, entry.context));
    if (semanage_fcontext_set_con(handle, raw, context.get()) < 0)
      return failed();
  }
  if (semanage_fcontext_modify_local(handle, key.get(), raw) < 0)
    return failed();
  return absl::OkStatus();
}

absl::Status Add(const Connection& connection, const BooleanEntry& entry) {
  POL_ASSIGN_OR_RETURN(Semanage<semanage_bool_key_t> key,
                       Key(connection, entry));
  semanage_handle_t* handle = connection.get();
  // A record of a boolean that is not there would vanish in the commit.
  int exists = 0;
  if (semanage_bool_exists(handle, key.get(), &exists) < 0)
    return connection.Error(absl::StrCat("look for the boolean ", entry.name));
  if (exists == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("the SELinux policy has no boolean ", entry.name));
  }
  semanage_bool_t* raw = nullptr;
  auto failed = [&connection, &entry] {
    return connection.Error(absl::StrCat("set the boolean ", entry.name));
  };
  if (semanage_bool_create(handle, &raw) < 0) return failed();
  Semanage<semanage_bool_t> record(raw);
  if (semanage_bool_set_name(handle, raw, entry.name.c_str()) < 0)
    return failed();
  semanage_bool_set_value(raw, entry.on ? 1 : 0);
  if (semanage_bool_modify_local(handle, key.get(), raw) < 0) return failed();
  return absl::OkStatus();
}

absl::Status Add(const Connection& connection, const PortEntry& entry) {
  POL_ASSIGN_OR_RETURN(Semanage<semanage_port_key_t> key,
                       Key(connection, entry));
  POL_ASSIGN_OR_RETURN(Semanage<semanage_context_t> context,
                       ContextOf(connection, entry.context));
  semanage_handle_t* handle = connection.get();
  semanage_port_t* raw = nullptr;
  auto failed = [&connection, &entry] {
    return connection.Error(absl::StrCat("label the ports ", NameOf(entry)));
  };
  if (semanage_port_create(handle, &raw) < 0) return failed();
  Semanage<semanage_port_t> record(raw);
  semanage_port_set_proto(raw, NumberOf(kProtocols, entry.protocol));
  semanage_port_set_range(raw, entry.first, entry.last);
  if (semanage_port_set_con(handle, raw, context.get()) < 0 ||
      semanage_port_modify_local(handle, key.get(), raw) < 0) {
    return failed();
  }
  return absl::OkStatus();
}

int DeleteByKey(semanage_handle_t* handle, semanage_fcontext_key_t* key) {
  return semanage_fcontext_del_local(handle, key);
}
int DeleteByKey(semanage_handle_t* handle, semanage_bool_key_t* key) {
  return semanage_bool_del_local(handle, key);
}
int DeleteByKey(semanage_handle_t* handle, semanage_port_key_t* key) {
  return semanage_port_del_local(handle, key);
}

template <typename Entry>
absl::Status Delete(const Connection& connection, const Entry& entry) {
  POL_ASSIGN_OR_RETURN(auto key, Key(connection, entry));
  if (DeleteByKey(connection.get(), key.get()) < 0)
    return connection.Error(absl::StrCat("delete the record ", NameOf(entry)));
  return absl::OkStatus();
}

template <typename Entry, typename RawRecord>
absl::StatusOr<std::vector<Entry>> List(
    const Connection& connection, const std::string& what,
    int (*list)(semanage_handle_t*, RawRecord***, unsigned int*)) {
  RawRecord** records = nullptr;
  unsigned int count = 0;
  if (list(connection.get(), &records, &count) < 0)
    return connection.Error(absl::StrCat("list ", what));
  std::vector<Semanage<RawRecord>> owned(records, records + count);
  free(records);
  std::vector<Entry> entries;
  for (const Semanage<RawRecord>& record : owned) {
    POL_ASSIGN_OR_RETURN(Entry entry, FromRecord(connection, record.get()));
    entries.push_back(std::move(entry));
  }
  return entries;
}

void SortByName(std::vector<BooleanEntry>* booleans) {
  std::sort(booleans->begin(), booleans->end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

// What stands before the first difference keeps its place; the rest is taken
// away and added anew, because only the end can be added to.
absl::Status WriteInOrder(const Connection& connection,
                          const std::vector<FcontextEntry>& have,
                          const std::vector<FcontextEntry>& wanted) {
  auto [gone, added] =
      std::mismatch(have.begin(), have.end(), wanted.begin(), wanted.end());
  for (auto it = gone; it != have.end(); ++it)
    POL_RETURN_IF_ERROR(Delete(connection, *it));
  for (auto it = added; it != wanted.end(); ++it)
    POL_RETURN_IF_ERROR(Add(connection, *it));
  return absl::OkStatus();
}

template <typename Entry>
absl::Status WriteByKey(const Connection& connection,
                        const std::vector<Entry>& have,
                        const std::vector<Entry>& wanted) {
  for (const Entry& entry : have) {
    bool stays = std::any_of(wanted.begin(), wanted.end(),
                             [&](const Entry& w) { return w.SameKey(entry); });
    if (!stays) POL_RETURN_IF_ERROR(Delete(connection, entry));
  }
  for (const Entry& entry : wanted) {
    if (std::find(have.begin(), have.end(), entry) == have.end())
      POL_RETURN_IF_ERROR(Add(connection, entry));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LocalRecords> ListRecords(const Connection& connection) {
  LocalRecords records;
  POL_ASSIGN_OR_RETURN(
      records.fcontexts,
      List<FcontextEntry>(connection, "the local file contexts",
                          &semanage_fcontext_list_local));
  POL_ASSIGN_OR_RETURN(records.booleans,
                       List<BooleanEntry>(connection, "the local booleans",
                                          &semanage_bool_list_local));
  SortByName(&records.booleans);
  POL_ASSIGN_OR_RETURN(records.ports,
                       List<PortEntry>(connection, "the local port labels",
                                       &semanage_port_list_local));
  std::sort(records.ports.begin(), records.ports.end(),
            [](const PortEntry& a, const PortEntry& b) {
              return std::tie(a.protocol, a.first, a.last) <
                     std::tie(b.protocol, b.first, b.last);
            });
  POL_ASSIGN_OR_RETURN(records.permissive, ListPermissive(connection));
  return records;
}

absl::Status WriteRecords(const Connection& connection,
                          const LocalRecords& have,
                          const LocalRecords& wanted) {
  POL_RETURN_IF_ERROR(
      WriteInOrder(connection, have.fcontexts, wanted.fcontexts));
  POL_RETURN_IF_ERROR(WriteByKey(connection, have.booleans, wanted.booleans));
  POL_RETURN_IF_ERROR(WriteByKey(connection, have.ports, wanted.ports));
  return WritePermissive(connection, have.permissive, wanted.permissive);
}

absl::StatusOr<std::vector<BooleanEntry>> ListPolicyBooleans(
    const Connection& connection) {
  POL_ASSIGN_OR_RETURN(
      std::vector<BooleanEntry> booleans,
      List<BooleanEntry>(connection, "the booleans of the policy",
                         &semanage_bool_list));
  SortByName(&booleans);
  return booleans;
}

}  // namespace pol::kernel
