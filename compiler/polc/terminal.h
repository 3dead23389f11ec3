// What polc says and how it ends: data on stdout, diagnostics on stderr, an
// exit code.
#ifndef POL_COMPILER_POLC_TERMINAL_H_
#define POL_COMPILER_POLC_TERMINAL_H_

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/driver/compile.h"
#include "compiler/support/source.h"
#include "compiler/support/status.h"

namespace pol::polc {

// The exit codes of every command.
enum ExitCode : int {
  kOk = 0,
  kError = 1,
  kChanges = 2,        // plan: there are changes; status: the host has drifted
  kTestFailed = 3,     // a test or an invariant
  kStale = 4,          // a saved plan is older than the host
  kInterrupted = 130,  // by a signal, as a shell has it; what it says is so
};

enum class Format { kText, kJson, kSarif };

// Whether colour goes to a file descriptor: to a terminal, unless NO_COLOR
// forbids it.
bool UsesColor(int fd);

// Writes to stdout. A reader that went away ends the program with kError,
// except while a ReaderMayLeave exists.
void PrintData(std::string_view text);

// For work that has to be done whether or not anybody sees it.
class ReaderMayLeave {
 public:
  ReaderMayLeave();
  ReaderMayLeave(const ReaderMayLeave&) = delete;
  ReaderMayLeave& operator=(const ReaderMayLeave&) = delete;
  ~ReaderMayLeave();
};

// "polc: <message>" on stderr; returns kError.
int Fail(const absl::Status& status);

// Draws the diagnostics: text on stderr, JSON and SARIF on stdout. Returns
// kError when one is an error, else kOk. `path` is what was compiled, as it was
// given; SARIF names files by it.
int Report(const driver::Compilation& compilation, Format format,
           const std::string& path = ".");

// Draws diagnostics as text on stderr.
void Show(const std::vector<diag::Diagnostic>& diagnostics,
          const support::SourceSet& sources);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_TERMINAL_H_
