// The real SelinuxStore, over libsemanage.
#include <selinux/selinux.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <utility>

// The headers of libsemanage are for C alone.
extern "C" {
#include <semanage/semanage.h>
}

#include "agent/kernel/files/policy_files.h"
#include "agent/kernel/files/selinux_store.h"
#include "compiler/support/check.h"
#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

constexpr size_t kMaxText = 1u << 20;

// Indexed by SEMANAGE_FCONTEXT_ALL … SEMANAGE_FCONTEXT_PIPE.
constexpr std::array<const char*, 8> kKinds = {"",   "--", "-d", "-c",
                                               "-b", "-s", "-l", "-p"};

int KindNumber(const std::string& kind) {
  auto found = std::find(kKinds.begin(), kKinds.end(), kind);
  POL_CHECK(found != kKinds.end()) << "file kind " << kind;
  return static_cast<int>(found - kKinds.begin());
}

// libsemanage keeps its root in a global.
std::mutex& SemanageMutex() {
  static std::mutex mutex;
  return mutex;
}

struct SemanageFree {
  void operator()(semanage_fcontext_key_t* k) const {
    semanage_fcontext_key_free(k);
  }
  void operator()(semanage_fcontext_t* f) const { semanage_fcontext_free(f); }
  void operator()(semanage_context_t* c) const { semanage_context_free(c); }
};
template <typename T>
using Semanage = std::unique_ptr<T, SemanageFree>;

// One connection to the store. What libsemanage says is kept, not printed.
class Connection {
 public:
  Connection() : lock_(SemanageMutex()) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (handle_ == nullptr) return;
    if (semanage_is_connected(handle_)) semanage_disconnect(handle_);
    semanage_handle_destroy(handle_);
  }

  absl::Status Open(const std::string& root, std::string policy) {
    if (semanage_set_root(root.c_str()) != 0)
      return absl::ResourceExhaustedError("no memory for libsemanage");
    handle_ = semanage_handle_create();
    if (handle_ == nullptr) return Error("start libsemanage");
    semanage_msg_set_callback(handle_, &Collect, &said_);
    semanage_select_store(handle_, policy.data(), SEMANAGE_CON_DIRECT);
    // File contexts are read by user space only; the kernel's policy stays.
    semanage_set_reload(handle_, 0);
    if (semanage_connect(handle_) < 0) return Error("open the SELinux store");
    return absl::OkStatus();
  }

  semanage_handle_t* get() const { return handle_; }

  absl::Status Error(const std::string& what) const {
    return absl::InternalError(absl::StrCat(
        what, ": ", said_.empty() ? "libsemanage does not say why" : said_));
  }

 private:
  __attribute__((format(printf, 3, 4))) static void Collect(
      void* out, semanage_handle_t* handle, const char* format, ...) {
    if (semanage_msg_get_level(handle) == SEMANAGE_MSG_INFO) return;
    std::array<char, 1024> line;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line.data(), line.size(), format, arguments);
    va_end(arguments);
    std::string* text = static_cast<std::string*>(out);
    absl::StrAppend(text, text->empty() ? "" : "; ", line.data());
  }

  std::lock_guard<std::mutex> lock_;
  std::string said_;
  semanage_handle_t* handle_ = nullptr;
};

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
  char* text = nullptr;
  if (semanage_context_to_string(connection.get(), context, &text) < 0)
    return connection.Error(absl::StrCat("read the context of ", entry.regex));
  entry.context = text;
  free(text);
  return entry;
}

absl::StatusOr<Semanage<semanage_fcontext_key_t>> Key(
    const Connection& connection, const FcontextEntry& entry) {
  semanage_fcontext_key_t* key = nullptr;
  if (semanage_fcontext_key_create(connection.get(), entry.regex.c_str(),
                                   KindNumber(entry.kind), &key) < 0) {
    return connection.Error(absl::StrCat("name the record ", entry.regex));
  }
  return Semanage<semanage_fcontext_key_t>(key);
}

absl::Status Add(const Connection& connection, const FcontextEntry& entry) {
  POL_ASSIGN_OR_RETURN(Semanage<semanage_fcontext_key_t> key,
                       Key(connection, entry));
  semanage_handle_t* handle = connection.get();
  semanage_fcontext_t* raw = nullptr;
  auto failed = [&connection, &entry] {
    return connection.Error(absl::StrCat("build the record ", entry.regex));
  };
  if (semanage_fcontext_create(handle, &raw) < 0) return failed();
  Semanage<semanage_fcontext_t> record(raw);
  if (semanage_fcontext_set_expr(handle, raw, entry.regex.c_str()) < 0)
    return failed();
  semanage_fcontext_set_type(raw, KindNumber(entry.kind));
  if (entry.context != "<<none>>") {
    semanage_context_t* raw_context = nullptr;
    if (semanage_context_from_string(handle, entry.context.c_str(),
                                     &raw_context) < 0) {
      return failed();
    }
    Semanage<semanage_context_t> context(raw_context);
    if (semanage_fcontext_set_con(handle, raw, raw_context) < 0)
      return failed();
  }
  if (semanage_fcontext_modify_local(handle, key.get(), raw) < 0)
    return connection.Error(absl::StrCat("add the record ", entry.regex));
  return absl::OkStatus();
}

absl::Status Delete(const Connection& connection, const FcontextEntry& entry) {
  POL_ASSIGN_OR_RETURN(Semanage<semanage_fcontext_key_t> key,
                       Key(connection, entry));
  if (semanage_fcontext_del_local(connection.get(), key.get()) < 0)
    return connection.Error(absl::StrCat("delete the record ", entry.regex));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FcontextEntry>> ListLocal(
    const Connection& connection) {
  semanage_fcontext_t** records = nullptr;
  unsigned int count = 0;
  if (semanage_fcontext_list_local(connection.get(), &records, &count) < 0)
    return connection.Error("list the local file contexts");
  std::vector<Semanage<semanage_fcontext_t>> owned(records, records + count);
  free(records);
  std::vector<FcontextEntry> entries;
  for (const auto& record : owned) {
    POL_ASSIGN_OR_RETURN(FcontextEntry entry,
                         FromRecord(connection, record.get()));
    entries.push_back(std::move(entry));
  }
  return entries;
}

class SemanageStore : public SelinuxStore {
 public:
  explicit SemanageStore(const std::string& root)
      : root_(root == "/" ? "" : root) {}

  std::optional<std::string> Missing() override {
    std::string config = absl::StrCat(root_, "/etc/selinux/config");
    absl::StatusOr<std::string> text = support::ReadFile(config, kMaxText);
    if (!text.ok())
      return absl::StrCat("no SELinux policy is chosen: ", config,
                          " cannot be read");
    policy_ = PolicyName(*text);
    for (const std::string& path : {FileContexts(), StoreFolder()}) {
      if (access(path.c_str(), F_OK) != 0) {
        return absl::StrCat("the SELinux policy `", policy_,
                            "` is not installed: ", path, " is not there");
      }
    }
    for (const char* program : {"/sbin/setfiles", "/sbin/sefcontext_compile"}) {
      if (access(program, X_OK) != 0) {
        return absl::StrCat("libsemanage needs ", program,
                            ", which is not installed");
      }
    }
    return std::nullopt;
  }

  bool KernelEnabled() override { return is_selinux_enabled() == 1; }

  absl::StatusOr<std::vector<FcontextEntry>> Local() override {
    POL_RETURN_IF_ERROR(CheckStore());
    Connection connection;
    POL_RETURN_IF_ERROR(connection.Open(root_, policy_));
    return ListLocal(connection);
  }

  absl::Status Replace(const std::vector<FcontextEntry>& expected,
                       const std::vector<FcontextEntry>& wanted) override {
    if (expected == wanted) return absl::OkStatus();
    POL_RETURN_IF_ERROR(CheckStore());
    Connection connection;
    POL_RETURN_IF_ERROR(connection.Open(root_, policy_));
    if (semanage_begin_transaction(connection.get()) < 0)
      return connection.Error("lock the SELinux store");
    POL_ASSIGN_OR_RETURN(std::vector<FcontextEntry> have,
                         ListLocal(connection));
    if (have == wanted) return absl::OkStatus();
    if (have != expected) {
      return absl::AbortedError(
          "somebody else changed the local file contexts meanwhile; try again");
    }
    // What stands before the first difference keeps its place; the rest is
    // taken away and added anew, because only the end can be added to.
    auto [gone, added] =
        std::mismatch(have.begin(), have.end(), wanted.begin(), wanted.end());
    for (auto it = gone; it != have.end(); ++it)
      POL_RETURN_IF_ERROR(Delete(connection, *it));
    for (auto it = added; it != wanted.end(); ++it)
      POL_RETURN_IF_ERROR(Add(connection, *it));
    if (semanage_commit(connection.get()) < 0)
      return connection.Error("commit the local file contexts");
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<LabelAnswers>> Answers(
      const std::vector<FcontextEntry>& local) override {
    return OpenAnswers(FileContexts(), local);
  }

  absl::StatusOr<std::vector<std::string>> CheckContexts(
      const std::vector<std::string>& contexts) override {
    return CheckContextsAgainst(absl::StrCat(PolicyFolder(), "/policy"),
                                contexts);
  }

  std::string Canonical(const std::string& path) override {
    return Substitute(Read(".subs_dist"), Substitute(Read(".subs"), path));
  }

  std::vector<std::string> Aliases(const std::string& prefix) override {
    std::vector<std::string> result;
    Equivalences own = Read(".subs");
    for (const std::string& middle : Unsubstitute(Read(".subs_dist"), prefix)) {
      for (std::string& alias : Unsubstitute(own, middle))
        result.push_back(std::move(alias));
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
  }

 private:
  std::string PolicyFolder() const {
    return absl::StrCat(root_, "/etc/selinux/", policy_);
  }
  std::string FileContexts() const {
    return absl::StrCat(PolicyFolder(), "/contexts/files/file_contexts");
  }
  std::string StoreFolder() const {
    return absl::StrCat(root_, "/var/lib/selinux/", policy_);
  }

  // libsemanage killed between its two renames leaves a store without
  // "active", takes it for an empty one, and would write that.
  absl::Status CheckStore() const {
    std::string active = absl::StrCat(StoreFolder(), "/active");
    if (access(active.c_str(), F_OK) == 0) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(active,
                     " is not there: a transaction of libsemanage was cut off; "
                     "rename ",
                     StoreFolder(), "/previous to ", active));
  }

  Equivalences Read(const char* suffix) const {
    absl::StatusOr<std::string> text =
        support::ReadFile(absl::StrCat(FileContexts(), suffix), kMaxText);
    return text.ok() ? ParseEquivalences(*text) : Equivalences();
  }

  std::string root_;
  std::string policy_;
};

}  // namespace

std::unique_ptr<SelinuxStore> MakeSelinuxStore(const std::string& root) {
  return std::make_unique<SemanageStore>(root);
}

}  // namespace pol::kernel
