#include "agent/enforce/filecaps/filecaps_fence.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "agent/enforce/filecaps/lint.h"
#include "agent/enforce/filecaps/unit_file.h"
#include "agent/enforce/xattrs/xattr_step.h"
#include "agent/kernel/files/file_capabilities.h"
#include "agent/kernel/files/program_facts.h"
#include "compiler/bundle/origin.h"
#include "compiler/support/files.h"

namespace pol::enforce {
namespace {

using bundle::v1::FileRecord;
using kernel::kCapabilityXattr;

// A set as text; nullopt: the file carries none.
using Set = std::optional<std::string>;

Set Show(const std::optional<std::string>& bytes) {
  if (!bytes) return std::nullopt;
  absl::StatusOr<std::string> text = kernel::DecodeCapabilities(*bytes);
  // Bytes that are no set differ from every set, and plan shows them.
  return text.ok() ? *text : std::string(text.status().message());
}

std::vector<Change> ChangesOf(const XattrWrites& writes) {
  return ChangesOf(writes, "capabilities",
                   [](const std::string& bytes) { return *Show(bytes); });
}

// The bytes a record asks for, and the set they are.
struct Wish {
  std::optional<std::string> bytes;
  Set set;
};

absl::StatusOr<Wish> WishOf(const FileRecord& record) {
  if (record.capabilities().empty()) return Wish();
  POL_ASSIGN_OR_RETURN(std::string bytes, kernel::EncodeCapabilities(
                                              record.capabilities(),
                                              record.capabilities_rootid()));
  return Wish{bytes, Show(bytes)};
}

std::string KindText(values::FileKind kind) {
  switch (kind) {
    case values::FileKind::kDirectory:
      return "a folder";
    case values::FileKind::kLink:
      return "a symbolic link";
    case values::FileKind::kPipe:
      return "a FIFO";
    case values::FileKind::kSocket:
      return "a socket";
    default:
      return "a device";
  }
}

// How a missing file counts: as an error, or as nothing to do.
enum class Gone { kError, kPassOver };

class FilecapsFence : public Fence {
 public:
  FilecapsFence(kernel::FileSystem& files, std::string unit_root)
      : files_(files), unit_root_(std::move(unit_root)) {}

  std::string_view name() const override { return "capabilities"; }

  Support Probe() override {
    absl::StatusOr<std::string> line =
        support::ReadFile("/proc/cmdline", 1u << 16);
    return line.ok() ? SupportUnder(*line) : Support{true, ""};
  }

  absl::StatusOr<std::vector<Change>> Read(const Bundle* active,
                                           const Bundle& target) override {
    POL_ASSIGN_OR_RETURN(XattrWrites writes,
                         Differences(active, target, Gone::kError));
    return ChangesOf(writes);
  }

  absl::StatusOr<std::vector<Finding>> Findings(const Bundle*,
                                                const Bundle& target) override {
    HostFacts host;
    if (absl::StatusOr<int> last = kernel::LastCapability(); last.ok())
      host.last_capability = *last;
    host.user_namespace = kernel::InUserNamespace();
    std::vector<Finding> findings;
    for (const FileRecord& record : target.files()) {
      if (!record.manages_capabilities()) continue;
      absl::StatusOr<std::vector<std::string>> texts =
          Lint(target, record, host);
      // What cannot be looked at is what Read() complains of.
      if (!texts.ok()) continue;
      for (std::string& text : *texts) {
        findings.push_back({absl::StrCat("file ", record.path()),
                            std::move(text), bundle::Text(record.origin()),
                            ""});
      }
    }
    return findings;
  }

  absl::StatusOr<std::unique_ptr<Step>> Prepare(const Bundle* active,
                                                const Bundle& target,
                                                uint64_t) override {
    POL_ASSIGN_OR_RETURN(XattrWrites writes,
                         Differences(active, target, Gone::kError));
    for (const auto& [path, write] : writes) {
      absl::StatusOr<kernel::ProgramFacts> facts =
          kernel::ReadProgramFacts(path);
      std::string why = facts.ok() ? WhyNotWritable(*facts) : "";
      if (why.empty()) continue;
      return support::Annotate(
          absl::FailedPreconditionError(absl::StrCat(path, ": ", why)),
          write.origin);
    }
    return MakeStep(std::move(writes));
  }

  absl::StatusOr<std::unique_ptr<Step>> PrepareReturn(
      const Bundle& active, const Bundle& former, uint64_t,
      const std::string& journal) override {
    POL_ASSIGN_OR_RETURN(XattrWrites writes,
                         Differences(&active, former, Gone::kPassOver));
    POL_ASSIGN_OR_RETURN(v1::Undo undo, ParseUndo(journal));
    POL_RETURN_IF_ERROR(AddReturns(files_, kCapabilityXattr, undo, &writes));
    return MakeStep(std::move(writes));
  }

  absl::StatusOr<std::unique_ptr<Step>> PrepareUndo(
      const Bundle* /*from*/, const Bundle& /*to*/, uint64_t,
      const std::string& journal, std::vector<std::string>* left) override {
    POL_ASSIGN_OR_RETURN(v1::Undo undo, ParseUndo(journal));
    XattrWrites writes;
    POL_RETURN_IF_ERROR(
        AddUndone(files_, kCapabilityXattr, undo, &writes, left));
    return std::make_unique<XattrStep>(files_, kCapabilityXattr,
                                       std::move(writes));
  }

  absl::StatusOr<std::string> JoinJournals(const std::string& newer,
                                           const std::string& older) override {
    POL_ASSIGN_OR_RETURN(v1::Undo last, ParseUndo(newer));
    POL_ASSIGN_OR_RETURN(v1::Undo first, ParseUndo(older));
    return JoinUndos(last, first).SerializeAsString();
  }

  absl::Status Verify(const Bundle& target) override {
    POL_ASSIGN_OR_RETURN(std::vector<Change> changes, Read(&target, target));
    if (changes.empty()) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrCat(
        changes.size(), " files do not carry their capabilities, the first is ",
        changes[0].object, " (", changes[0].origin, ")"));
  }

  absl::Status Remove(const Bundle& active) override {
    POL_ASSIGN_OR_RETURN(XattrWrites writes,
                         Differences(&active, Bundle(), Gone::kPassOver));
    return XattrStep(files_, kCapabilityXattr, std::move(writes)).Switch();
  }

 private:
  std::unique_ptr<Step> MakeStep(XattrWrites writes) {
    std::vector<Change> changes = ChangesOf(writes);
    return std::make_unique<XattrStep>(files_, kCapabilityXattr,
                                       std::move(writes), std::move(changes));
  }

  absl::StatusOr<XattrWrites> Differences(const Bundle* active,
                                          const Bundle& target, Gone gone) {
    XattrWrites writes;
    std::map<std::string, const FileRecord*> kept;
    for (const FileRecord& record : target.files()) {
      if (!record.manages_capabilities()) continue;
      kept[record.path()] = &record;
      absl::Status added = AddWanted(record, gone, &writes);
      if (!added.ok())
        return support::Annotate(added, bundle::Text(record.origin()));
    }
    if (active == nullptr) return writes;
    for (const FileRecord& record : active->files()) {
      bool left = record.manages_capabilities() &&
                  !record.capabilities().empty() &&
                  kept.count(record.path()) == 0;
      if (left) POL_RETURN_IF_ERROR(AddLeft(record, &writes));
    }
    return writes;
  }

  absl::Status AddWanted(const FileRecord& record, Gone gone,
                         XattrWrites* writes) {
    POL_ASSIGN_OR_RETURN(Wish wish, WishOf(record));
    absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file =
        files_.Open(record.path());
    if (absl::IsNotFound(file.status()) && gone == Gone::kPassOver)
      return absl::OkStatus();
    if (!file.ok()) return file.status();
    if ((*file)->info().kind != values::FileKind::kFile) {
      return absl::InvalidArgumentError(
          absl::StrCat(record.path(), " is ", KindText((*file)->info().kind),
                       ": only a regular file can carry capabilities"));
    }
    absl::StatusOr<std::optional<std::string>> now =
        (*file)->GetXattr(kCapabilityXattr);
    // Where no file can carry a set, this one carries none.
    if (absl::IsUnimplemented(now.status())) now = std::nullopt;
    if (!now.ok()) return now.status();
    if (Show(*now) == wish.set) return absl::OkStatus();
    (*writes)[record.path()] = {(*file)->info(), *now, wish.bytes,
                                bundle::Text(record.origin()), /*named=*/true};
    return absl::OkStatus();
  }

  // A file that left the policy.
  absl::Status AddLeft(const FileRecord& record, XattrWrites* writes) {
    POL_ASSIGN_OR_RETURN(Wish wish, WishOf(record));
    absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file =
        files_.Open(record.path());
    // Whatever stands there now is not the file that we gave capabilities to.
    if (!file.ok()) return absl::OkStatus();
    POL_ASSIGN_OR_RETURN(std::optional<std::string> now,
                         (*file)->GetXattr(kCapabilityXattr));
    if (Show(now) != wish.set) return absl::OkStatus();
    (*writes)[record.path()] = {(*file)->info(), now, std::nullopt, "",
                                /*named=*/false};
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> Lint(const Bundle& target,
                                                const FileRecord& record,
                                                const HostFacts& host) {
    LintSubject subject;
    subject.path = record.path();
    subject.host = host;
    XattrWrites writes;
    POL_RETURN_IF_ERROR(AddWanted(record, Gone::kError, &writes));
    subject.to_be_written = !writes.empty();
    POL_ASSIGN_OR_RETURN(subject.facts,
                         kernel::ReadProgramFacts(record.path()));
    if (record.capabilities().empty()) return LintAbsence(subject);
    POL_ASSIGN_OR_RETURN(Wish wish, WishOf(record));
    POL_ASSIGN_OR_RETURN(subject.sets, kernel::ReadCapabilitySets(*wish.bytes));
    AddUnit(target, record, &subject);
    return LintCapabilities(subject);
  }

  // The unit of the workload whose program the file is.
  void AddUnit(const Bundle& target, const FileRecord& record,
               LintSubject* subject) const {
    for (const bundle::v1::Workload& workload : target.workloads()) {
      const bool own = record.workload().empty()
                           ? workload.exec() == record.path()
                           : workload.name() == record.workload();
      if (!own || workload.systemd_unit().empty()) continue;
      subject->unit = workload.systemd_unit();
      absl::StatusOr<UnitSettings> settings =
          ReadUnit(workload.systemd_unit(), unit_root_);
      if (settings.ok()) subject->settings = *std::move(settings);
      return;
    }
  }

  kernel::FileSystem& files_;
  std::string unit_root_;
};

}  // namespace

Support SupportUnder(const std::string& kernel_command_line) {
  for (absl::string_view word :
       absl::StrSplit(kernel_command_line, absl::ByAnyChar(" \n"))) {
    if (word != "no_file_caps") continue;
    return {false,
            "the kernel was started with no_file_caps: file capabilities are "
            "written, and ignored when a program starts"};
  }
  return {true, ""};
}

std::unique_ptr<Fence> MakeFilecapsFence(kernel::FileSystem& files,
                                         const std::string& unit_root) {
  return std::make_unique<FilecapsFence>(files, unit_root);
}

}  // namespace pol::enforce
