#include "compiler/driver/explain_path.h"

#include <gtest/gtest.h>

#include <utility>

namespace pol::driver {
namespace {

using values::FileKind;

constexpr char kText[] = R"(fcontext {
  path    = `/srv/app(/.*)?`
  context = "system_u:object_r:httpd_sys_content_t:s0"
}
file "/srv/app/bin/api" {
  selinux      = "system_u:object_r:httpd_exec_t:s0"
  capabilities = ["cap_net_bind_service"]
}
selinux {
  equivalence "/opt/app" { equal_to = "/srv/app" }
}
)";

absl::StatusOr<std::string> Ask(const char* path, FileKind kind) {
  support::SourceSet sources;
  sources.Add("a.pol", kText);
  absl::StatusOr<Compilation> compilation = Compile(std::move(sources));
  if (!compilation.ok() || !compilation->result) {
    return absl::UnknownError("not compiled");
  }
  return ExplainPath(*compilation->result, path, kind);
}

TEST(ExplainPathTest, AFileBlockBeatsTheTreeAroundIt) {
  EXPECT_EQ(*Ask("/srv/app/bin/api", FileKind::kFile),
            "/srv/app/bin/api (file)\n"
            "  label: system_u:object_r:httpd_exec_t:s0, file "
            "/srv/app/bin/api (a.pol:5)\n"
            "  capabilities: cap_net_bind_service=ep (a.pol:5)\n");
}

TEST(ExplainPathTest, ATreeSaysWhichExpressionMatched) {
  EXPECT_EQ(*Ask("/srv/app/index.html", FileKind::kFile),
            "/srv/app/index.html (file)\n"
            "  label: system_u:object_r:httpd_sys_content_t:s0, fcontext "
            "/srv/app(/.*)? (a.pol:2)\n");
}

TEST(ExplainPathTest, AnEquivalenceIsNamed) {
  EXPECT_EQ(*Ask("/opt/app/index.html", FileKind::kFile),
            "/opt/app/index.html (file)\n"
            "  labelled as below /srv/app, equivalence /opt/app (a.pol:10)\n"
            "  label: system_u:object_r:httpd_sys_content_t:s0, fcontext "
            "/srv/app(/.*)? (a.pol:2)\n");
}

TEST(ExplainPathTest, WhatNothingSpeaksOfIsNotFound) {
  EXPECT_EQ(Ask("/etc/passwd", FileKind::kFile).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace pol::driver
