// Checks of contexts through libsepol, against a compiled policy.
#include <sepol/context.h>
#include <sepol/context_record.h>
#include <sepol/debug.h>
#include <sepol/handle.h>
#include <sepol/policydb.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <memory>

#include "agent/kernel/files/policy_files.h"
#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

using support::SystemError;

struct SepolFree {
  void operator()(sepol_handle_t* h) const { sepol_handle_destroy(h); }
  void operator()(sepol_policydb_t* p) const { sepol_policydb_free(p); }
  void operator()(sepol_policy_file_t* f) const { sepol_policy_file_free(f); }
  void operator()(sepol_context_t* c) const { sepol_context_free(c); }
  void operator()(FILE* f) const { fclose(f); }
};
template <typename T>
using Sepol = std::unique_ptr<T, SepolFree>;

__attribute__((format(printf, 3, 4))) void Collect(void* out, sepol_handle_t*,
                                                   const char* format, ...) {
  std::array<char, 512> line;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line.data(), line.size(), format, arguments);
  va_end(arguments);
  std::string* text = static_cast<std::string*>(out);
  absl::StrAppend(text, text->empty() ? "" : "; ", line.data());
}

// A compiled policy in memory.
class Policy {
 public:
  absl::Status Open(const std::string& path) {
    handle_.reset(sepol_handle_create());
    sepol_policydb_t* db = nullptr;
    sepol_policy_file_t* raw_file = nullptr;
    if (handle_ == nullptr || sepol_policydb_create(&db) != 0 ||
        sepol_policy_file_create(&raw_file) != 0) {
      return absl::ResourceExhaustedError("no memory for the SELinux policy");
    }
    db_.reset(db);
    Sepol<sepol_policy_file_t> file(raw_file);
    sepol_msg_set_callback(handle_.get(), &Collect, &said_);
    Sepol<FILE> stream(fopen(path.c_str(), "re"));
    if (stream == nullptr)
      return SystemError(errno, absl::StrCat("open ", path));
    sepol_policy_file_set_fp(file.get(), stream.get());
    sepol_policy_file_set_handle(file.get(), handle_.get());
    if (sepol_policydb_read(db_.get(), file.get()) != 0) {
      return absl::DataLossError(
          absl::StrCat(path, " is no SELinux policy: ", said_));
    }
    return absl::OkStatus();
  }

  // Why the policy does not know the context; empty when it does.
  std::string Refusal(const std::string& context) {
    said_.clear();
    sepol_context_t* raw = nullptr;
    int parsed =
        sepol_context_from_string(handle_.get(), context.c_str(), &raw);
    Sepol<sepol_context_t> owned(raw);
    if (parsed == 0 && raw != nullptr &&
        sepol_context_check(handle_.get(), db_.get(), raw) == 0) {
      return "";
    }
    return said_.empty() ? "it is not valid in the policy" : said_;
  }

 private:
  std::string said_;
  Sepol<sepol_handle_t> handle_;
  Sepol<sepol_policydb_t> db_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> CheckContextsAgainst(
    const std::string& folder, const std::vector<std::string>& contexts) {
  POL_ASSIGN_OR_RETURN(
      std::string path,
      support::NewestNumbered(folder, "policy.",
                              static_cast<int>(sepol_policy_kern_vers_max())));
  Policy policy;
  POL_RETURN_IF_ERROR(policy.Open(path));
  std::vector<std::string> refusals;
  for (const std::string& context : contexts) {
    // libsepol takes "<<none>>" for a context without content.
    refusals.push_back(context == "<<none>>" ? "" : policy.Refusal(context));
  }
  return refusals;
}

}  // namespace pol::kernel
