// A connection to a store of libsemanage, and owners of its things.
#ifndef POL_AGENT_KERNEL_FILES_SEMANAGE_CONNECTION_H_
#define POL_AGENT_KERNEL_FILES_SEMANAGE_CONNECTION_H_

#include <memory>
#include <mutex>
#include <string>

// The headers of libsemanage are for C alone.
extern "C" {
#include <semanage/semanage.h>
}

#include "compiler/support/status.h"

namespace pol::kernel {

struct SemanageFree {
  void operator()(semanage_fcontext_key_t* k) const {
    semanage_fcontext_key_free(k);
  }
  void operator()(semanage_fcontext_t* f) const { semanage_fcontext_free(f); }
  void operator()(semanage_bool_key_t* k) const { semanage_bool_key_free(k); }
  void operator()(semanage_bool_t* b) const { semanage_bool_free(b); }
  void operator()(semanage_port_key_t* k) const { semanage_port_key_free(k); }
  void operator()(semanage_port_t* p) const { semanage_port_free(p); }
  void operator()(semanage_context_t* c) const { semanage_context_free(c); }
};
template <typename T>
using Semanage = std::unique_ptr<T, SemanageFree>;

// What libsemanage says is kept, not printed. One at a time: libsemanage keeps
// its root in a global.
class SemanageConnection {
 public:
  SemanageConnection();
  SemanageConnection(const SemanageConnection&) = delete;
  SemanageConnection& operator=(const SemanageConnection&) = delete;
  ~SemanageConnection();

  // To the store of `policy` below `root`.
  absl::Status Open(const std::string& root, std::string policy);

  semanage_handle_t* get() const { return handle_; }

  // `what` failed, for the reasons that libsemanage gave.
  absl::Status Error(const std::string& what) const;

 private:
  __attribute__((format(printf, 3, 4))) static void Collect(
      void* out, semanage_handle_t* handle, const char* format, ...);

  std::lock_guard<std::mutex> lock_;
  std::string said_;
  semanage_handle_t* handle_ = nullptr;
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_SEMANAGE_CONNECTION_H_
