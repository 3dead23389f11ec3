// The real SelinuxStore, over libsemanage.
#include <selinux/selinux.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "agent/kernel/files/policy_files.h"
#include "agent/kernel/files/selinux_store.h"
#include "agent/kernel/files/semanage_connection.h"
#include "agent/kernel/files/semanage_records.h"
#include "agent/kernel/files/store_repair.h"
#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

constexpr size_t kMaxText = 1u << 20;
constexpr char kOwnEquivalences[] = ".subs";

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

  std::vector<std::string> WatchedFolders() override {
    return {absl::StrCat(PolicyFolder(), "/contexts/files"), StoreFolder()};
  }

  bool KernelEnabled() override { return is_selinux_enabled() == 1; }

  absl::StatusOr<LocalRecords> Local() override {
    SemanageConnection connection;
    POL_RETURN_IF_ERROR(Connect(&connection));
    return List(connection);
  }

  absl::Status Replace(const LocalRecords& expected,
                       const LocalRecords& wanted) override {
    if (expected == wanted) return absl::OkStatus();
    absl::Status replaced = ReplaceOnce(expected, wanted);
    if (absl::IsAborted(replaced)) return replaced;
    // libsemanage does not hear of every write that fails.
    if (replaced.ok()) replaced = CheckHolds(wanted);
    if (replaced.ok()) replaced = CompareInstalled(Folders());
    if (replaced.ok()) return replaced;
    absl::Status repaired = PutRight(expected);
    if (repaired.ok()) return replaced;
    return absl::Status(
        replaced.code(),
        absl::StrCat(replaced.message(),
                     "; and the SELinux store could not be put right: ",
                     repaired.message()));
  }

  absl::StatusOr<std::string> Repair(Repairs repairs) override {
    POL_RETURN_IF_ERROR(RemoveUnfinished());
    StoreFolders folders = Folders();
    absl::StatusOr<std::string> done = MakeUsable(folders);
    bool reinstall = repairs == Repairs::kReinstall;
    // What is under way is not cut off.
    if (absl::IsUnavailable(done.status()) && !reinstall) return "";
    if (!done.ok() || (done->empty() && !reinstall)) return done;
    if (absl::Status again = Reinstall(); !again.ok()) {
      DropForgottenLock(folders);
      return again;
    }
    POL_RETURN_IF_ERROR(CompareInstalled(folders));
    return done;
  }

  absl::StatusOr<std::vector<BooleanState>> Booleans() override {
    SemanageConnection connection;
    POL_RETURN_IF_ERROR(Connect(&connection));
    POL_ASSIGN_OR_RETURN(std::vector<BooleanEntry> booleans,
                         ListPolicyBooleans(connection));
    bool runs = KernelRunsIt();
    std::vector<BooleanState> states;
    for (const BooleanEntry& boolean : booleans) {
      int running =
          runs ? security_get_boolean_active(boolean.name.c_str()) : -1;
      states.push_back({boolean.name, boolean.on, std::nullopt});
      if (running >= 0) states.back().running = running != 0;
    }
    return states;
  }

  absl::Status SetRunning(const std::vector<BooleanEntry>& values) override {
    if (values.empty() || !KernelRunsIt()) return absl::OkStatus();
    std::vector<std::string> names;
    for (const BooleanEntry& value : values) names.push_back(value.name);
    std::vector<SELboolean> list;
    for (size_t i = 0; i < values.size(); ++i)
      list.push_back({names[i].data(), values[i].on ? 1 : 0});
    if (security_set_boolean_list(list.size(), list.data(), 0) == 0)
      return absl::OkStatus();
    return support::SystemError(
        errno, absl::StrCat("set the boolean ", names[0],
                            names.size() > 1 ? " and others" : "",
                            " in the running kernel"));
  }

  absl::StatusOr<bool> HasRanges() override {
    SemanageConnection connection;
    POL_RETURN_IF_ERROR(Connect(&connection));
    return semanage_mls_enabled(connection.get()) == 1;
  }

  absl::StatusOr<std::unique_ptr<LabelAnswers>> Answers(
      const LocalRecords& local) override {
    return OpenAnswers(FileContexts(), local);
  }

  absl::StatusOr<std::vector<std::string>> CheckContexts(
      const std::vector<std::string>& contexts) override {
    return CheckContextsAgainst(absl::StrCat(PolicyFolder(), "/policy"),
                                contexts);
  }

  EquivalenceList Equivalences() override {
    return ParseEquivalences(ReadBeside(kOwnEquivalences));
  }

  PathMap Paths(const EquivalenceList& own) override {
    return PathMap(own, ParseEquivalences(ReadBeside(".subs_dist")));
  }

 private:
  absl::Status ReplaceOnce(const LocalRecords& expected,
                           const LocalRecords& wanted) {
    SemanageConnection connection;
    POL_RETURN_IF_ERROR(Connect(&connection));
    if (semanage_begin_transaction(connection.get()) < 0)
      return connection.Error("lock the SELinux store");
    POL_ASSIGN_OR_RETURN(LocalRecords have, List(connection));
    if (have == wanted) return absl::OkStatus();
    if (have != expected) {
      return absl::AbortedError(
          "somebody else changed the local SELinux records meanwhile; try "
          "again");
    }
    POL_RETURN_IF_ERROR(WriteEquivalences(wanted.equivalences));
    LocalRecords same_policy = have;
    same_policy.equivalences = wanted.equivalences;
    if (same_policy == wanted) return absl::OkStatus();
    POL_RETURN_IF_ERROR(WriteRecords(connection, have, wanted));
    same_policy.fcontexts = wanted.fcontexts;
    if (same_policy != wanted && KernelRunsIt())
      semanage_set_reload(connection.get(), 1);
    if (semanage_commit(connection.get()) < 0)
      return connection.Error("commit the local SELinux records");
    return absl::OkStatus();
  }

  absl::Status CheckHolds(const LocalRecords& wanted) {
    POL_ASSIGN_OR_RETURN(LocalRecords now, Local());
    if (now == wanted) return absl::OkStatus();
    return absl::DataLossError(
        "the SELinux store does not hold what was written to it");
  }

  // After a commit that failed. libsemanage goes back to the old store when it
  // cannot install the new one, and leaves installed what it had got to; when
  // it cannot tidy up behind the new one, it fails and has committed.
  absl::Status PutRight(const LocalRecords& before) {
    DropForgottenLock(Folders());
    POL_RETURN_IF_ERROR(Repair(Repairs::kWhatIsCutOff).status());
    if (!CompareInstalled(Folders()).ok()) POL_RETURN_IF_ERROR(Reinstall());
    POL_ASSIGN_OR_RETURN(LocalRecords now, Local());
    return now == before ? absl::OkStatus() : ReplaceOnce(now, before);
  }

  // Adds a record and takes it away again: to libsemanage that is a change,
  // which it installs, the same file contexts as before.
  absl::Status Reinstall() const {
    SemanageConnection connection;
    POL_RETURN_IF_ERROR(Connect(&connection));
    if (semanage_begin_transaction(connection.get()) < 0)
      return connection.Error("lock the SELinux store");
    POL_ASSIGN_OR_RETURN(LocalRecords have, ListRecords(connection));
    LocalRecords more = have;
    more.fcontexts.push_back(
        {"/polc/installs/the/policy/again", "--", "<<none>>"});
    POL_RETURN_IF_ERROR(WriteRecords(connection, have, more));
    POL_RETURN_IF_ERROR(WriteRecords(connection, more, have));
    if (semanage_commit(connection.get()) < 0)
      return connection.Error("install the SELinux policy again");
    return absl::OkStatus();
  }

  absl::Status Connect(SemanageConnection* connection) const {
    POL_RETURN_IF_ERROR(CheckStore());
    return connection->Open(root_, policy_);
  }

  bool KernelRunsIt() const {
    return root_.empty() && is_selinux_enabled() == 1;
  }

  StoreFolders Folders() const {
    return {StoreFolder(),
            absl::StrCat(root_, "/var/lib/selinux/final/", policy_),
            PolicyFolder()};
  }
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
                     "the next change of this host puts it right"));
  }

  absl::StatusOr<LocalRecords> List(const SemanageConnection& connection) {
    POL_ASSIGN_OR_RETURN(LocalRecords records, ListRecords(connection));
    records.equivalences = Equivalences();
    return records;
  }

  // libsemanage knows nothing of this file; semanage(8), too, writes it itself.
  absl::Status WriteEquivalences(const EquivalenceList& wanted) {
    const std::string path = absl::StrCat(FileContexts(), kOwnEquivalences);
    const std::string text = ReadBeside(kOwnEquivalences);
    const std::string edited = EditEquivalences(text, wanted);
    if (edited == text) return absl::OkStatus();
    if (edited.empty()) return support::RemoveFile(path);
    return support::WriteFile(path, edited, 0644);
  }

  // What WriteEquivalences() leaves beside the file when it is cut off.
  absl::Status RemoveUnfinished() const {
    const std::string folder = absl::StrCat(PolicyFolder(), "/contexts/files");
    const std::string prefix =
        absl::StrCat("file_contexts", kOwnEquivalences, ".new.");
    POL_ASSIGN_OR_RETURN(std::vector<std::string> names,
                         support::ListFiles(folder, ""));
    for (const std::string& name : names) {
      if (name.compare(0, prefix.size(), prefix) != 0) continue;
      POL_RETURN_IF_ERROR(support::RemoveFile(absl::StrCat(folder, "/", name)));
    }
    return absl::OkStatus();
  }

  // "" when there is none.
  std::string ReadBeside(const char* suffix) const {
    return support::ReadFile(absl::StrCat(FileContexts(), suffix), kMaxText)
        .value_or("");
  }

  std::string root_;
  std::string policy_;
};

}  // namespace

std::unique_ptr<SelinuxStore> MakeSelinuxStore(const std::string& root) {
  return std::make_unique<SemanageStore>(root);
}

}  // namespace pol::kernel
