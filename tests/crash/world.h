// A small host that changes between two policies: 50 file-context rules over
// 200 files, 20 files with capabilities, a network policy; the tiny SELinux
// policy; everything in folders of its own. What it holds can be described
// exactly, and put back.
#ifndef POL_TESTS_CRASH_WORLD_H_
#define POL_TESTS_CRASH_WORLD_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/apply/host.h"
#include "compiler/bundle/bundle.pb.h"
#include "compiler/support/status.h"
#include "tests/harness/scratch_mount.h"
#include "tests/harness/two_hosts.h"

namespace pol::crash {

// Everything that counts, by name: attributes of files, files of the policy
// store and of the installed policy, of the state folder, what is pinned, which
// tables are in force. Times and numbers that were only tried are left out.
using Description = std::map<std::string, std::string>;

// The first differences of two, one a line.
std::string Differences(const Description& want, const Description& have);

class World {
 public:
  // kUnavailable says what is missing here. On a tmpfs: nothing here tells a
  // process that was killed from a machine that lost its power, and fsync is
  // then for free.
  static absl::StatusOr<std::unique_ptr<World>> Create();
  // Says what could not be taken down.
  absl::Status Close() { return hosts_->Close(); }

  // What polc is called with, for `arguments`.
  std::vector<std::string> Polc(std::vector<std::string> arguments) const;

  // Files of bundles: the two, and one of a network policy alone.
  std::string first() const { return folder_ + "/first.polb"; }
  std::string second() const { return folder_ + "/second.polb"; }
  std::string network() const { return folder_ + "/network.polb"; }

  apply::Host& host() { return host_; }

  absl::StatusOr<Description> Describe();

  // Keeps what the host holds now, in `folder_`/`name`, and puts it back.
  absl::Status Save(const std::string& name);
  absl::Status Restore(const std::string& name);

 private:
  World() = default;
  absl::Status MakeFiles();
  absl::Status WriteBundle(const std::string& path,
                           const bundle::v1::Bundle& bundle) const;
  absl::Status RestoreNetwork();
  absl::Status DescribeNetwork(Description* description);
  std::vector<std::string> Files() const;

  using Attributes = std::map<std::string, std::map<std::string, std::string>>;
  absl::StatusOr<Attributes> ReadAttributes() const;
  absl::Status WriteAttributes(const Attributes& wanted) const;

  std::unique_ptr<harness::ScratchMount> scratch_;
  std::unique_ptr<harness::TwoHosts> hosts_;
  std::string folder_;
  apply::Host host_;
  std::map<std::string, Attributes> saved_;
};

}  // namespace pol::crash

#endif  // POL_TESTS_CRASH_WORLD_H_
