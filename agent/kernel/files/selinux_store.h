// The SELinux policy of a host: the store of libsemanage with the local file
// contexts, the compiled policy, and what the two say about a path.
//
// Contexts and regular expressions are those of file_contexts(5). Paths given
// here are absolute and normal.
#ifndef POL_AGENT_KERNEL_FILES_SELINUX_STORE_H_
#define POL_AGENT_KERNEL_FILES_SELINUX_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/kernel/files/equivalences.h"
#include "compiler/support/status.h"
#include "compiler/values/file_context.h"

namespace pol::kernel {

inline constexpr char kSelinuxXattr[] = "security.selinux";

// One line of the local file contexts. Expression and kind are its key.
struct FcontextEntry {
  std::string regex;
  std::string kind;     // "", "--", "-d" …
  std::string context;  // or "<<none>>"

  bool SameKey(const FcontextEntry& other) const {
    return regex == other.regex && kind == other.kind;
  }
  friend bool operator==(const FcontextEntry&, const FcontextEntry&) = default;
};

// A boolean of the policy and a value for it. The name is its key.
struct BooleanEntry {
  std::string name;
  bool on = false;

  bool SameKey(const BooleanEntry& other) const { return name == other.name; }
  friend bool operator==(const BooleanEntry&, const BooleanEntry&) = default;
};

// One line of the local port labels. Protocol and ports are its key.
struct PortEntry {
  std::string protocol;  // "tcp", "udp", "dccp", "sctp"
  int first = 0;
  int last = 0;
  std::string context;

  bool SameKey(const PortEntry& other) const {
    return protocol == other.protocol && first == other.first &&
           last == other.last;
  }
  bool Overlaps(const PortEntry& other) const {
    return protocol == other.protocol && first <= other.last &&
           other.first <= last;
  }
  friend bool operator==(const PortEntry&, const PortEntry&) = default;
};

// A domain whose denials are only logged (semanage-permissive(8)).
struct PermissiveEntry {
  std::string type;

  bool SameKey(const PermissiveEntry& other) const { return *this == other; }
  friend bool operator==(const PermissiveEntry&,
                         const PermissiveEntry&) = default;
};

// What an administrator has added to a policy. File contexts and equivalences
// have an order of their own, the one in which they stand in their file: the
// last that fits wins. The rest is sorted by key.
struct LocalRecords {
  std::vector<FcontextEntry> fcontexts = {};
  std::vector<BooleanEntry> booleans = {};  // values over reboots
  std::vector<PortEntry> ports = {};
  std::vector<PermissiveEntry> permissive = {};
  EquivalenceList equivalences = {};

  friend bool operator==(const LocalRecords&, const LocalRecords&) = default;
};

// A boolean that the policy has.
struct BooleanState {
  std::string name;
  bool in_policy = false;  // when the policy is loaded, local value included
  std::optional<bool> running;  // now; unset when no kernel runs this policy
};

// What a set of file contexts says about one file.
struct LabelAnswer {
  // Which rule says it.
  enum class By {
    kLocal,  // the local record of number `record`
    kOther,  // a rule of the policy, or none matches
    kAny,    // that is not known
  };

  // The context that restorecon(8) would give; nullopt when no rule matches or
  // the one that does says <<none>>: leave the label alone.
  std::optional<std::string> context;
  By by = By::kAny;
  size_t record = 0;
};

// What a set of file contexts says about paths; a snapshot. One thread asks it
// at a time. Files of one folder, asked about one after the other, are
// answered fastest.
class LabelAnswers {
 public:
  virtual ~LabelAnswers() = default;
  LabelAnswers() = default;
  LabelAnswers(const LabelAnswers&) = delete;
  LabelAnswers& operator=(const LabelAnswers&) = delete;

  virtual absl::StatusOr<LabelAnswer> Ask(const std::string& path,
                                          values::FileKind kind) = 0;
  absl::StatusOr<std::optional<std::string>> Lookup(const std::string& path,
                                                    values::FileKind kind) {
    POL_ASSIGN_OR_RETURN(LabelAnswer answer, Ask(path, kind));
    return std::move(answer.context);
  }

  // The same, for another thread. May outlive this one.
  virtual std::unique_ptr<LabelAnswers> Another() = 0;
};

class SelinuxStore {
 public:
  virtual ~SelinuxStore() = default;
  SelinuxStore() = default;
  SelinuxStore(const SelinuxStore&) = delete;
  SelinuxStore& operator=(const SelinuxStore&) = delete;

  // Why there is no policy store to write to; nullopt when there is one. What
  // follows is called only then.
  virtual std::optional<std::string> Missing() = 0;

  // Folders in which something changes when the policy or its local records do.
  virtual std::vector<std::string> WatchedFolders() { return {}; }

  // Whether the running kernel enforces or at least checks labels.
  virtual bool KernelEnabled() = 0;

  virtual absl::StatusOr<LocalRecords> Local() = 0;

  // Makes the local records exactly `wanted` in one transaction, and loads the
  // policy into a kernel that runs it when more than file contexts and
  // equivalences changed. These have a file of their own beside the store,
  // which is replaced just before: cut off between the two, they are new and
  // the rest is old.
  // kAborted when they are neither `expected` nor `wanted`: somebody else
  // changed them meanwhile. kInvalidArgument for a boolean that the policy
  // does not have. Any error carries what libsemanage said, and leaves the
  // store as it was.
  virtual absl::Status Replace(const LocalRecords& expected,
                               const LocalRecords& wanted) = 0;

  // The booleans of the policy, by name.
  virtual absl::StatusOr<std::vector<BooleanState>> Booleans() = 0;

  // Sets booleans of the running kernel, all or none; does nothing when no
  // kernel runs this policy.
  virtual absl::Status SetRunning(const std::vector<BooleanEntry>& values) = 0;

  // Whether contexts of the policy have a range.
  virtual absl::StatusOr<bool> HasRanges() = 0;

  // Puts right what a transaction of libsemanage that was cut off left behind,
  // ours or anybody's: a store without its active half, unfinished folders,
  // installed files that are not the store's. Returns what was done; "" when
  // there was nothing to do. kReinstall copies the store over the installed
  // files even when nothing looks cut off.
  enum class Repairs { kWhatIsCutOff, kReinstall };
  virtual absl::StatusOr<std::string> Repair(Repairs repairs) = 0;

  // What the policy's file contexts say with the file contexts and
  // equivalences of `local` in place of the local ones; touches nothing.
  virtual absl::StatusOr<std::unique_ptr<LabelAnswers>> Answers(
      const LocalRecords& local) = 0;

  // For each context, why the compiled policy refuses it: a user, role, type
  // or range it does not know, or that may not stand together. Empty when it
  // takes it; "<<none>>" is always fine.
  virtual absl::StatusOr<std::vector<std::string>> CheckContexts(
      const std::vector<std::string>& contexts) = 0;

  // The equivalences of Local(), read alone.
  virtual EquivalenceList Equivalences() = 0;

  // Under which paths the file contexts would know paths with `own` as the
  // local equivalences.
  virtual PathMap Paths(const EquivalenceList& own) = 0;
};

// The store below `root` ("" or "/" is the host's own), named by SELINUXTYPE
// in its etc/selinux/config. libsemanage keeps the first root of a process for
// good: one process, one root.
std::unique_ptr<SelinuxStore> MakeSelinuxStore(const std::string& root);

// One expression of file contexts, matched as libselinux does: anchored
// without a group, over bytes, a dot matching anything.
class PathPattern {
 public:
  // kInvalidArgument says what is wrong with the expression, and where.
  static absl::StatusOr<PathPattern> Compile(const std::string& regex);

  PathPattern(PathPattern&&) noexcept;
  PathPattern& operator=(PathPattern&&) noexcept;
  ~PathPattern();

  bool Matches(const std::string& path) const;

 private:
  struct Code;
  explicit PathPattern(std::unique_ptr<Code> code);

  std::unique_ptr<Code> code_;
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_SELINUX_STORE_H_
