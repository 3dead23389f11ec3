#include "agent/service/daemon.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "agent/apply/plan.h"
#include "agent/apply/saved_plan.h"
#include "agent/service/log.h"

namespace pol::service {
namespace {

using support::SystemError;

constexpr uint32_t kDenialBurst = 5;  // equal lines in a window
constexpr int64_t kDenialWindowMs = 60'000;
constexpr int kTickMs = 1000;
// Allowed connections wake nobody; those who observe want to see them soon.
constexpr int kDrainMs = 200;
constexpr int kLockedRetries = 10;

int64_t SteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

absl::Status MakeRunFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
    return SystemError(errno, absl::StrCat("create ", path));
  return absl::OkStatus();
}

std::string Describe(const apply::v1::Outcome& outcome) {
  if (outcome.generation() == 0) return "no policy is in force";
  return absl::StrCat("generation ", outcome.generation(), " is in force (",
                      outcome.digest().substr(0, 12), ")");
}

void LogNotes(const apply::v1::Outcome& outcome) {
  for (const std::string& note : outcome.notes()) Log(Priority::kWarning, note);
}

void TakeOptions(const v1::ApplyOptions& given, apply::ChangeOptions* options) {
  options->policy = given.policy();
  options->confirm_within_seconds = given.confirm_within_seconds();
}

std::string CommandName(const v1::Request& request) {
  const auto* field = request.GetDescriptor()->FindFieldByNumber(
      static_cast<int>(request.command_case()));
  return field->name();
}

template <typename T>
v1::Reply ReplyWith(absl::StatusOr<T> result, T* (v1::Reply::*slot)()) {
  if (!result.ok()) return ErrorReply(result.status());
  v1::Reply reply;
  *(reply.*slot)() = *std::move(result);
  return reply;
}

}  // namespace

// The host as the watcher sees it, with the bundle that was followed last.
class Daemon::Keeper : public DriftKeeper {
 public:
  explicit Keeper(apply::Host& host) : host_(host) {}

  // What is of interest now; nothing when no policy is in force.
  absl::StatusOr<kernel::Interest> Follow() {
    POL_ASSIGN_OR_RETURN(active_, apply::ReadActive(host_.paths));
    if (!active_) return kernel::Interest();
    return apply::InterestOf(host_, active_->bundle.message);
  }
  absl::StatusOr<std::vector<apply::Drift>> Read(
      const apply::Scope& scope) override {
    if (!active_) return std::vector<apply::Drift>();
    return apply::ReadDrift(host_, active_->bundle.message, scope);
  }
  absl::Status RepairFiles(const std::set<std::string>& paths) override {
    return apply::RepairFiles(host_, paths);
  }
  absl::Status RepairRecords() override { return apply::RepairRecords(host_); }

 private:
  apply::Host& host_;
  std::optional<apply::ActiveBundle> active_;
};

Daemon::Daemon(apply::Host host, std::unique_ptr<DecisionSource> decisions)
    : host_(std::move(host)),
      paths_(host_.paths),
      decisions_(std::move(decisions)),
      denials_(kDenialBurst, kDenialWindowMs) {}

absl::StatusOr<std::unique_ptr<Daemon>> Daemon::Start(
    apply::Host host, std::string group,
    std::unique_ptr<DecisionSource> decisions,
    std::unique_ptr<kernel::FileWatch> watch) {
  std::unique_ptr<Daemon> daemon(
      new Daemon(std::move(host), std::move(decisions)));
  POL_ASSIGN_OR_RETURN(daemon->loop_, EventLoop::Make());
  // Before the worker's thread, which takes over what is blocked.
  POL_RETURN_IF_ERROR(daemon->OpenSignals());
  POL_RETURN_IF_ERROR(MakeRunFolder(daemon->paths_.run_dir));
  POL_RETURN_IF_ERROR(daemon->OpenSocket(group));
  daemon->worker_ = std::make_unique<Worker>();
  if (watch != nullptr) {
    daemon->keeper_ = std::make_unique<Keeper>(daemon->host_);
    POL_ASSIGN_OR_RETURN(daemon->watcher_,
                         DriftWatcher::Start(std::move(watch), *daemon->keeper_,
                                             *daemon->worker_));
  }
  Daemon* raw = daemon.get();
  daemon->loop_->Every(kTickMs, [raw] { raw->OnTick(); });
  daemon->loop_->Every(kDrainMs, [raw] { raw->DrainDecisions(); });
  uint64_t watchdog_us = 0;
  if (sd_watchdog_enabled(0, &watchdog_us) > 0) {
    daemon->loop_->Every(static_cast<int>(watchdog_us / 2000) + 1,
                         [raw] { raw->Notify("WATCHDOG=1"); });
  }
  return daemon;
}

Daemon::~Daemon() {
  // Its thread gives the worker more to do: that ends first.
  if (watcher_ != nullptr) watcher_->Stop();
  worker_.reset();
  server_.reset();
  if (decisions_fd_ >= 0) loop_->Remove(decisions_fd_);
  if (signals_ >= 0) {
    loop_->Remove(signals_);
    close(signals_);
  }
}

absl::Status Daemon::OpenSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  int error = pthread_sigmask(SIG_BLOCK, &set, nullptr);
  if (error != 0) return SystemError(error, "block signals");
  signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals_ < 0) return SystemError(errno, "signalfd");
  return loop_->Add(signals_, EPOLLIN, [this](uint32_t) { OnSignal(); });
}

absl::Status Daemon::OpenSocket(const std::string& group) {
  ControlServer::Options options;
  options.socket_path = absl::StrCat(paths_.run_dir, "/pold.sock");
  options.group = FindGroup(group);
  if (!options.group) {
    Log(Priority::kNotice,
        absl::StrCat("there is no group `", group,
                     "`: the control socket is for root alone"));
  }
  POL_ASSIGN_OR_RETURN(
      server_, ControlServer::Make(*loop_, std::move(options),
                                   [this](const Peer& peer, v1::Request request,
                                          ControlServer::Answer answer) {
                                     Handle(peer, std::move(request),
                                            std::move(answer));
                                   }));
  return absl::OkStatus();
}

absl::Status Daemon::Run() {
  OpenDecisions();
  worker_->Do([this] {
    Verify();
    loop_->Post([this] { Notify("READY=1"); });
  });
  absl::Status ran = loop_->Run();
  Log(Priority::kInfo, "pold ends; what it put in force stays in force");
  return ran;
}

void Daemon::OnSignal() {
  signalfd_siginfo info;
  if (read(signals_, &info, sizeof(info)) != sizeof(info)) return;
  if (info.ssi_signo != SIGHUP) {
    Notify("STOPPING=1");
    server_->StopListening();
    // Behind what is under way, whose client still gets its answer.
    worker_->Do([this] { loop_->Stop(); });
    return;
  }
  std::string now =
      absl::StrCat(std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::steady_clock::now().time_since_epoch())
                       .count());
  Notify(absl::StrCat("RELOADING=1\nMONOTONIC_USEC=", now));
  worker_->Do([this] {
    Verify();
    loop_->Post([this] { Notify("READY=1"); });
  });
}

void Daemon::OnTick() {
  if (decisions_fd_ < 0) OpenDecisions();
  if (unconfirmed_until_ms_ != 0 && SteadyMs() >= unconfirmed_until_ms_) {
    unconfirmed_until_ms_ = 0;
    worker_->Do([this] { Return(); });
  }
  for (const RepeatFilter::Held& held : denials_.TakeHeld(SteadyMs())) {
    Log(Priority::kWarning,
        absl::StrCat(held.times, " more: ",
                     held.line.empty() ? "other refusals" : held.line));
  }
}

apply::ChangeOptions Daemon::Options() {
  apply::ChangeOptions options;
  options.about_to_switch = [this](uint64_t generation,
                                   const bundle::v1::Bundle& bundle) {
    provenance_.Remember(generation, bundle);
    loop_->Post([this] { OpenDecisions(); });
  };
  return options;
}

void Daemon::Verify() {
  absl::StatusOr<apply::v1::Outcome> outcome = apply::Repair(host_, Options());
  for (int i = 0; i < kLockedRetries && absl::IsUnavailable(outcome.status());
       ++i) {
    // A polc that found no pold is at work.
    std::this_thread::sleep_for(std::chrono::seconds(1));
    outcome = apply::Repair(host_, Options());
  }
  LookAtConfirmation();
  FollowActive();
  if (!outcome.ok()) {
    Log(Priority::kError,
        absl::StrCat("the policy in force could not be verified: ",
                     outcome.status().message()));
    return;
  }
  LogNotes(*outcome);
  std::string said = Describe(*outcome);
  if (outcome->drifted() != 0)
    absl::StrAppend(&said, "; ", outcome->drifted(), " differences put right");
  Log(Priority::kNotice, said);
  loop_->Post([this, said] {
    Notify(absl::StrCat("STATUS=", said));
    OpenDecisions();
  });
}

void Daemon::LookAtConfirmation() {
  absl::StatusOr<std::optional<int64_t>> left =
      apply::UnconfirmedForMs(host_.paths);
  int64_t until =
      left.ok() && left->has_value() ? SteadyMs() + **left : int64_t{0};
  loop_->Post([this, until] { unconfirmed_until_ms_ = until; });
}

void Daemon::Return() {
  absl::StatusOr<apply::v1::Outcome> outcome =
      apply::ReturnIfUnconfirmed(host_, Options());
  // When it failed, the next tick tries again.
  LookAtConfirmation();
  if (!outcome.ok()) {
    Log(Priority::kError, std::string(outcome.status().message()));
    return;
  }
  LogNotes(*outcome);
  if (!outcome->changed()) return;
  FollowActive();
  loop_->Post([this, said = Describe(*outcome)] {
    Notify(absl::StrCat("STATUS=", said));
    OpenDecisions();
  });
}

void Daemon::FollowActive() {
  if (watcher_ == nullptr) return;
  absl::StatusOr<kernel::Interest> interest = keeper_->Follow();
  if (interest.ok()) return watcher_->Follow(*std::move(interest));
  Log(Priority::kError,
      absl::StrCat("drift: nothing is watched: ", interest.status().message()));
}

void Daemon::Handle(const Peer& peer, v1::Request request,
                    ControlServer::Answer answer) {
  auto shared = std::make_shared<v1::Request>(std::move(request));
  worker_->Do([this, peer, shared, answer = std::move(answer)] {
    v1::Reply reply = Execute(peer, *shared);
    bool changes = !shared->has_plan() && !shared->has_status() &&
                   !shared->has_generations() && !shared->has_drift();
    if (changes) {
      FollowActive();
      LogNotes(reply.outcome());
      LookAtConfirmation();
      std::string result = "done";
      if (reply.has_error()) result = reply.error().message();
      if (reply.has_outcome()) result = Describe(reply.outcome());
      Log(reply.has_error() ? Priority::kError : Priority::kNotice,
          absl::StrCat(CommandName(*shared), " by uid ", peer.uid, ", process ",
                       peer.pid, ": ", result));
      loop_->Post([this, result, ok = !reply.has_error()] {
        if (ok) Notify(absl::StrCat("STATUS=", result));
        OpenDecisions();
      });
    }
    answer(std::move(reply));
  });
}

v1::Reply Daemon::Execute(const Peer& peer, const v1::Request& request) {
  apply::ChangeOptions options = Options();
  options.uid = peer.uid;
  switch (request.command_case()) {
    case v1::Request::kPlan: {
      absl::StatusOr<apply::LoadedBundle> bundle =
          apply::LoadBundle(request.plan().file());
      if (!bundle.ok()) return ErrorReply(bundle.status());
      return ReplyWith(apply::MakePlan(host_, *bundle),
                       &v1::Reply::mutable_plan);
    }
    case v1::Request::kApply: {
      absl::StatusOr<apply::LoadedBundle> bundle =
          apply::LoadBundle(request.apply().file());
      if (!bundle.ok()) return ErrorReply(bundle.status());
      TakeOptions(request.apply().options(), &options);
      return ReplyWith(apply::Apply(host_, *bundle, options),
                       &v1::Reply::mutable_outcome);
    }
    case v1::Request::kApplyPlanned: {
      const v1::PlannedBundle& planned = request.apply_planned();
      absl::StatusOr<apply::LoadedBundle> bundle =
          apply::LoadBundle(planned.file());
      if (!bundle.ok()) return ErrorReply(bundle.status());
      TakeOptions(planned.options(), &options);
      options.approve = apply::ApproveOnly(paths_, planned.expected());
      return ReplyWith(apply::Apply(host_, *bundle, options),
                       &v1::Reply::mutable_outcome);
    }
    case v1::Request::kRollback:
      return ReplyWith(
          apply::Rollback(host_,
                          request.rollback().has_generation()
                              ? std::optional(request.rollback().generation())
                              : std::nullopt,
                          options),
          &v1::Reply::mutable_outcome);
    case v1::Request::kConfirm:
      return ReplyWith(apply::Confirm(host_, options),
                       &v1::Reply::mutable_outcome);
    case v1::Request::kGenerations:
      return ReplyWith(apply::ReadGenerations(host_.paths),
                       &v1::Reply::mutable_generations);
    case v1::Request::kStatus:
      return ReplyWith(apply::ReadStatus(host_), &v1::Reply::mutable_status);
    case v1::Request::kRemove: {
      absl::Status removed = apply::RemoveAll(host_);
      if (!removed.ok()) return ErrorReply(removed);
      v1::Reply reply;
      reply.mutable_done();
      return reply;
    }
    case v1::Request::kDrift: {
      v1::Reply reply;
      reply.mutable_drift()->set_reason("pold runs without a watch");
      if (watcher_ != nullptr) *reply.mutable_drift() = watcher_->Report();
      return reply;
    }
    case v1::Request::kObserve:
    case v1::Request::COMMAND_NOT_SET:
      break;
  }
  return ErrorReply(absl::InvalidArgumentError("no such command"));
}

void Daemon::OpenDecisions() {
  if (decisions_ == nullptr) return;
  DrainDecisions();
  if (decisions_fd_ >= 0) loop_->Remove(decisions_fd_);
  decisions_fd_ = -1;
  absl::StatusOr<bool> opened = decisions_->Open();
  if (!opened.ok()) {
    if (denials_.Admit(std::string(opened.status().message()), SteadyMs())) {
      Log(Priority::kError, absl::StrCat("decisions cannot be read: ",
                                         opened.status().message()));
    }
    return;
  }
  if (!*opened) return;
  absl::Status added = loop_->Add(decisions_->fd(), EPOLLIN,
                                  [this](uint32_t) { DrainDecisions(); });
  if (added.ok()) {
    decisions_fd_ = decisions_->fd();
  } else {
    Log(Priority::kError, std::string(added.message()));
  }
}

void Daemon::DrainDecisions() {
  if (decisions_fd_ < 0) return;
  absl::Status drained = decisions_->Drain(
      [this](const Decision& decision) { OnDecision(decision); });
  if (!drained.ok() &&
      denials_.Admit(std::string(drained.message()), SteadyMs())) {
    Log(Priority::kWarning, std::string(drained.message()));
  }
}

void Daemon::OnDecision(const Decision& decision) {
  bool refused = decision.verdict == Verdict::kRefused;
  if (!refused && !server_->HasObservers()) return;
  std::shared_ptr<const bundle::v1::Bundle> bundle =
      BundleOf(decision.generation);
  std::string line = FormatDecision(decision, bundle.get());
  if (server_->HasObservers()) server_->Publish(line);
  if (refused &&
      denials_.Admit(DenialKey(decision, bundle.get()), SteadyMs())) {
    Log(Priority::kWarning, line);
  }
}

std::shared_ptr<const bundle::v1::Bundle> Daemon::BundleOf(
    uint64_t generation) {
  std::shared_ptr<const bundle::v1::Bundle> known =
      provenance_.Find(generation);
  // A generation that came before us, or past us: the disk knows the one in
  // force. Asked once a second at most, whatever the kernel reports.
  if (known != nullptr || SteadyMs() - looked_up_ms_ < kTickMs) return known;
  looked_up_ms_ = SteadyMs();
  absl::StatusOr<std::optional<apply::ActiveBundle>> active =
      apply::ReadActive(paths_);
  if (active.ok() && active->has_value())
    provenance_.Remember((*active)->generation, (*active)->bundle.message);
  return provenance_.Find(generation);
}

void Daemon::Notify(const std::string& state) { sd_notify(0, state.c_str()); }

}  // namespace pol::service
