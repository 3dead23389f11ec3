#include "compiler/polc/interruption.h"

#include <cstddef>
#include <iterator>

namespace pol::polc {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t happened = 0;

void Remember(int) { happened = 1; }

}  // namespace

Interruption::Interruption() {
  static_assert(std::size(kSignals) == sizeof(former_) / sizeof(*former_));
  happened = 0;
  struct sigaction action = {};
  action.sa_handler = Remember;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &action, &former_[i]);
}

Interruption::~Interruption() {
  for (size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &former_[i], nullptr);
}

bool Interruption::Happened() { return happened != 0; }

}  // namespace pol::polc
