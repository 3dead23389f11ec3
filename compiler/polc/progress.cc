#include "compiler/polc/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pol::polc {
namespace {

constexpr std::chrono::seconds kQuiet(1);
constexpr std::chrono::milliseconds kBetween(200);

class ProgressFileSystem : public kernel::FileSystem {
 public:
  ProgressFileSystem(std::unique_ptr<kernel::FileSystem> files,
                     Progress& progress)
      : files_(std::move(files)), progress_(progress) {}

  absl::StatusOr<std::unique_ptr<kernel::OpenFile>> Open(
      const std::string& path) override {
    return files_->Open(path);
  }

  absl::Status Walk(const std::string& prefix, const Visitor& visit) override {
    if (!progress_.active()) return files_->Walk(prefix, visit);
    uint64_t count = 0;
    POL_RETURN_IF_ERROR(files_->Walk(
        prefix, [&](const std::string&, const kernel::FileInfo&) { ++count; }));
    progress_.Expect(count);
    return files_->Walk(
        prefix, [&](const std::string& path, const kernel::FileInfo& info) {
          visit(path, info);
          progress_.Examined();
        });
  }

 private:
  std::unique_ptr<kernel::FileSystem> files_;
  Progress& progress_;
};

}  // namespace

Progress::Progress()
    : terminal_(isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      drawn_(start_) {}

Progress::~Progress() {
  if (visible_) std::fputs("\r\033[K", stderr);
}

void Progress::Examined() {
  ++examined_;
  if (!terminal_) return;
  const Clock::time_point now = Clock::now();
  if (now - start_ < kQuiet || now - drawn_ < kBetween) return;
  drawn_ = now;
  visible_ = true;
  std::fprintf(stderr, "\r\033[K%s",
               Line(examined_, expected_, now - start_).c_str());
  std::fflush(stderr);
}

std::string Progress::Line(uint64_t examined, uint64_t expected,
                           Clock::duration elapsed) {
  const double seconds =
      std::max(1e-3, std::chrono::duration<double>(elapsed).count());
  const double rate = static_cast<double>(examined) / seconds;
  std::string line =
      absl::StrCat(examined, " of ", std::max(examined, expected), " files, ",
                   static_cast<uint64_t>(rate), " a second");
  if (expected > examined && rate > 0) {
    absl::StrAppend(
        &line, ", ",
        static_cast<uint64_t>(static_cast<double>(expected - examined) / rate) +
            1,
        " s left");
  }
  return line;
}

std::unique_ptr<kernel::FileSystem> WithProgress(
    std::unique_ptr<kernel::FileSystem> files, Progress& progress) {
  return std::make_unique<ProgressFileSystem>(std::move(files), progress);
}

}  // namespace pol::polc
