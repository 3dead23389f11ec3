// ./dev demo: db-access enforced on a real PostgreSQL between two namespaces,
// on this machine.

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/netns/story.h"

namespace pol::netns {
namespace {

void Tell(const std::string& what) { std::printf("-- %s\n", what.c_str()); }

}  // namespace
}  // namespace pol::netns

int main() {
  using namespace pol;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  for (auto reason :
       {harness::TwoHosts::WhyNot(), harness::Postgres::WhyNot()}) {
    if (!reason) continue;
    std::fprintf(stderr, "demo: cannot run here: %s\n", reason->c_str());
    return 1;
  }
  auto story = netns::Story::Prepare(netns::Tell);
  if (!story.ok()) {
    std::fprintf(stderr, "demo: %s\n", story.status().ToString().c_str());
    return 1;
  }
  int scene_number = 0;
  int wrong = 0;
  absl::Status played = (*story)->Play([&](const netns::Scene& scene) {
    bool as_expected = scene.allowed == scene.expect_allowed;
    if (!as_expected) ++wrong;
    std::printf("\n%d. %s: %s%s\n     psql: %s\n     pold: %s\n\n",
                ++scene_number, scene.title.c_str(),
                scene.allowed ? "ALLOWED" : "REFUSED",
                as_expected ? "" : " (NOT AS EXPECTED)", scene.answer.c_str(),
                scene.decision.c_str());
  });
  if (!played.ok()) {
    std::fprintf(stderr, "demo: %s\n", std::string(played.message()).c_str());
    return 1;
  }
  std::printf(
      "%d decisions, %d not as expected. The policy: "
      "policies/examples/db-access\n",
      scene_number, wrong);
  return wrong == 0 ? 0 : 1;
}
