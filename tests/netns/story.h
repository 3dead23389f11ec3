// The main job as a story of six decisions: db-access on a real PostgreSQL
// between two hosts. The demo tells it, a test holds it to what it says.
#ifndef POL_TESTS_NETNS_STORY_H_
#define POL_TESTS_NETNS_STORY_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/harness/postgres.h"
#include "tests/harness/two_hosts.h"
#include "tests/netns/deployment.h"

namespace pol::netns {

// One connection attempt and what decided it.
struct Scene {
  std::string title;  // "psql over TLS as finance-app"
  bool expect_allowed = false;
  std::string expect_line;  // "db-access.pol:6": what the decision must name

  bool allowed = false;  // psql got its answer
  std::string answer;    // what psql printed
  std::string decision;  // the line of `polc observe`
};

class Story {
 public:
  // `tell` gets each thing that is done, before it is done.
  static absl::StatusOr<std::unique_ptr<Story>> Prepare(
      std::function<void(const std::string&)> tell);

  // Plays all scenes in order; the vector grows by one with each. An error is
  // something that kept a scene from being played, not a wrong outcome.
  absl::Status Play(std::function<void(const Scene&)> show);

  const std::vector<Scene>& scenes() const { return scenes_; }

 private:
  explicit Story(std::function<void(const std::string&)> tell)
      : tell_(std::move(tell)) {}

  absl::Status Apply(const std::string& policy);
  absl::Status Connect(Scene scene, const std::string& group, uint16_t port,
                       const std::string& sslmode);
  absl::Status RemovePolicyAndRollBack();
  absl::StatusOr<std::string> WithoutPolicy() const;

  std::function<void(const std::string&)> tell_;
  std::function<void(const Scene&)> show_;
  std::vector<Scene> scenes_;
  std::unique_ptr<harness::TwoHosts> hosts_;
  std::unique_ptr<Deployment> deployment_;
  std::unique_ptr<harness::Postgres> postgres_;
};

}  // namespace pol::netns

#endif  // POL_TESTS_NETNS_STORY_H_
