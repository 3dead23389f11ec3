#include "agent/service/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "compiler/support/check.h"

namespace pol::service {
namespace {

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventLoop>> EventLoop::Make() {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return support::SystemError(errno, "epoll_create1");
  int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) {
    int error = errno;
    close(epoll);
    return support::SystemError(error, "eventfd");
  }
  std::unique_ptr<EventLoop> loop(new EventLoop(epoll, wake));
  EventLoop* raw = loop.get();
  POL_RETURN_IF_ERROR(
      loop->Add(wake, EPOLLIN, [raw](uint32_t) { raw->RunPosted(); }));
  return loop;
}

EventLoop::~EventLoop() {
  close(wake_);
  close(epoll_);
}

absl::Status EventLoop::Add(int fd, uint32_t events, Callback callback) {
  epoll_event event = {};
  event.events = events;
  event.data.fd = fd;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0)
    return support::SystemError(errno, "epoll_ctl");
  callbacks_[fd] = std::make_shared<Callback>(std::move(callback));
  return absl::OkStatus();
}

void EventLoop::Modify(int fd, uint32_t events) {
  epoll_event event = {};
  event.events = events;
  event.data.fd = fd;
  POL_CHECK(epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0) << fd;
}

void EventLoop::Remove(int fd) {
  if (callbacks_.erase(fd) != 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

void EventLoop::Every(int period_ms, std::function<void()> callback) {
  timers_.push_back({period_ms, NowMs() + period_ms, std::move(callback)});
}

void EventLoop::Post(std::function<void()> work) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    posted_.push_back(std::move(work));
  }
  uint64_t one = 1;
  // Full only after 2^64 posts that nobody took: then it is readable anyway.
  ssize_t written = write(wake_, &one, sizeof(one));
  static_cast<void>(written);
}

void EventLoop::RunPosted() {
  uint64_t count = 0;
  ssize_t taken = read(wake_, &count, sizeof(count));
  static_cast<void>(taken);
  std::vector<std::function<void()>> work;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    work.swap(posted_);
  }
  for (std::function<void()>& one : work) one();
}

int EventLoop::RunTimers() {
  int64_t next = -1;
  for (size_t i = 0; i < timers_.size(); ++i) {
    int64_t now = NowMs();
    if (timers_[i].due_ms <= now) {
      timers_[i].due_ms = now + timers_[i].period_ms;
      timers_[i].callback();
    }
    int64_t left = std::max<int64_t>(timers_[i].due_ms - NowMs(), 0);
    next = next < 0 ? left : std::min(next, left);
  }
  return static_cast<int>(next);
}

absl::Status EventLoop::Run() {
  while (!stopped_) {
    int patience = RunTimers();
    std::array<epoll_event, 32> events;
    int count = epoll_wait(epoll_, events.data(),
                           static_cast<int>(events.size()), patience);
    if (count < 0 && errno != EINTR)
      return support::SystemError(errno, "epoll_wait");
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      // An earlier callback may have removed it.
      auto found = callbacks_.find(event.data.fd);
      if (found == callbacks_.end()) continue;
      std::shared_ptr<Callback> callback = found->second;
      (*callback)(event.events);
    }
  }
  return absl::OkStatus();
}

void EventLoop::Stop() {
  Post([this] { stopped_ = true; });
}

}  // namespace pol::service
