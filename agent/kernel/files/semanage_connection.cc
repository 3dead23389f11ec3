#include "agent/kernel/files/semanage_connection.h"

#include <sepol/cil/cil.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <string_view>

#include "compiler/support/view.h"

namespace pol::kernel {
namespace {

std::mutex& SemanageMutex() {
  static std::mutex mutex;
  return mutex;
}

// Where the compiler of policy modules, which knows no handle, puts its say.
thread_local std::string* compiler_says = nullptr;

void CollectFromCompiler(int, const char* message) {
  if (compiler_says == nullptr) return;
  std::string_view line = message;
  while (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  absl::StrAppend(compiler_says, compiler_says->empty() ? "" : "; ",
                  support::ToAbsl(line));
}

}  // namespace

SemanageConnection::SemanageConnection() : lock_(SemanageMutex()) {
  compiler_says = &said_;
  cil_set_log_handler(&CollectFromCompiler);
}

SemanageConnection::~SemanageConnection() {
  compiler_says = nullptr;
  if (handle_ == nullptr) return;
  if (semanage_is_connected(handle_)) semanage_disconnect(handle_);
  semanage_handle_destroy(handle_);
}

absl::Status SemanageConnection::Open(const std::string& root,
                                      std::string policy) {
  if (semanage_set_root(root.c_str()) != 0)
    return absl::ResourceExhaustedError("no memory for libsemanage");
  handle_ = semanage_handle_create();
  if (handle_ == nullptr) return Error("start libsemanage");
  semanage_msg_set_callback(handle_, &Collect, &said_);
  semanage_select_store(handle_, policy.data(), SEMANAGE_CON_DIRECT);
  // File contexts are read by user space only; who changes more says so.
  semanage_set_reload(handle_, 0);
  if (semanage_connect(handle_) < 0) return Error("open the SELinux store");
  return absl::OkStatus();
}

absl::Status SemanageConnection::Error(const std::string& what) const {
  return absl::InternalError(absl::StrCat(
      what, ": ", said_.empty() ? "libsemanage does not say why" : said_));
}

void SemanageConnection::Collect(void* out, semanage_handle_t* handle,
                                 const char* format, ...) {
  if (semanage_msg_get_level(handle) == SEMANAGE_MSG_INFO) return;
  std::array<char, 1024> line;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line.data(), line.size(), format, arguments);
  va_end(arguments);
  std::string* text = static_cast<std::string*>(out);
  absl::StrAppend(text, text->empty() ? "" : "; ", line.data());
}

}  // namespace pol::kernel
