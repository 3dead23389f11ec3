#include "tests/bench/policy_text.h"

#include "absl/strings/str_cat.h"

namespace pol::bench {

std::string PolicyText(size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) {
    absl::StrAppend(
        &text, "# Application ", i, " reads and writes its own database.\n",
        "policy \"db-access-", i, "\" {\n",
        "  source_identity = \"spiffe://gov.cn/ns/app-", i, "\"\n",
        "  target_identity = \"spiffe://gov.cn/ns/postgres-", i % 100, "\"\n",
        "  port = ", 1024 + i % 40000, "\n", "  protocol = \"tcp\"\n",
        "  tls_required = true\n", "}\n\n");
  }
  return text;
}

}  // namespace pol::bench
