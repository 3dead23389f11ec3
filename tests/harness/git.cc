#include "tests/harness/git.h"

#include "tests/harness/process.h"

namespace pol::harness {

absl::Status Git(const std::string& folder,
                 const std::vector<std::string>& words) {
  Command command;
  command.argv = {"git",
                  "-C",
                  folder,
                  "-c",
                  "user.name=A",
                  "-c",
                  "user.email=a@example.org"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  return RunOk(command).status();
}

}  // namespace pol::harness
