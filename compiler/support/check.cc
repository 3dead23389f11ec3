#include "compiler/support/check.h"

#include <cstdio>
#include <cstdlib>

namespace pol::support {

CheckFailure::CheckFailure(const char* file, int line, const char* condition) {
  stream_ << "internal error, please report: " << file << ":" << line
          << ": check failed: " << condition << " ";
}

CheckFailure::~CheckFailure() {
  std::string message = stream_.str();
  std::fprintf(stderr, "%s\n", message.c_str());
  std::abort();
}

}  // namespace pol::support
