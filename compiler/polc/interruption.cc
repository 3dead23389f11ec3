#include "compiler/polc/interruption.h"

#include <unistd.h>

#include <array>
#include <cstddef>

#include "compiler/polc/terminal.h"

namespace pol::polc {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t happened = 0;

void Remember(int) { happened = 1; }

void Leave(int) {
  constexpr char kText[] =
      "\npolc: interrupted; pold goes on and finishes the change: polc status "
      "shows what came of it\n";
  // Whether or not anybody reads it.
  if (write(STDERR_FILENO, kText, sizeof(kText) - 1) < 0) _exit(kInterrupted);
  _exit(kInterrupted);
}

struct sigaction Action(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  return action;
}

}  // namespace

Interruption::Interruption() {
  happened = 0;
  struct sigaction remember = Action(Remember);
  for (size_t i = 0; i < kSignals.size(); ++i)
    sigaction(kSignals[i], &remember, &former_[i]);
  struct sigaction ignore = Action(SIG_IGN);
  sigaction(SIGPIPE, &ignore, &former_[kSignals.size()]);
}

Interruption::~Interruption() {
  for (size_t i = 0; i < kSignals.size(); ++i)
    sigaction(kSignals[i], &former_[i], nullptr);
  sigaction(SIGPIPE, &former_[kSignals.size()], nullptr);
}

bool Interruption::Happened() { return happened != 0; }

LeavingToPold::LeavingToPold() {
  struct sigaction leave = Action(Leave);
  for (size_t i = 0; i < kSignals.size(); ++i)
    sigaction(kSignals[i], &leave, &former_[i]);
}

LeavingToPold::~LeavingToPold() {
  for (size_t i = 0; i < kSignals.size(); ++i)
    sigaction(kSignals[i], &former_[i], nullptr);
}

}  // namespace pol::polc
