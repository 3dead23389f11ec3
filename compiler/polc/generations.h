// rollback, generations, confirm: the commands that go back on a host, and the
// waiting of an apply that has to be confirmed.
#ifndef POL_COMPILER_POLC_GENERATIONS_H_
#define POL_COMPILER_POLC_GENERATIONS_H_

#include <CLI/CLI.hpp>

#include "compiler/polc/host_flags.h"

namespace pol::polc {

void AddGenerationCommands(CLI::App& app, int& exit_code);

// Prints what a change of the host came to, `what` being "apply" or
// "rollback". kInterrupted when there was an Interruption, and whether the
// change is done or undone.
int ShowOutcome(const HostFlags& flags, const std::string& what,
                const absl::StatusOr<apply::v1::Outcome>& outcome);

// Without pold nobody else returns from a generation that is not confirmed in
// time: waits until it is confirmed, or returns from it, at once when
// interrupted. Says which. Under an Interruption.
int AwaitConfirmation(const HostFlags& flags);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_GENERATIONS_H_
