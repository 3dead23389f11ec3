// Where every stage of one run leaves its diagnostics.
#ifndef POL_COMPILER_DIAG_SINK_H_
#define POL_COMPILER_DIAG_SINK_H_

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "compiler/diag/diagnostic.h"

namespace pol::diag {

// Not for use by several threads at once.
class Sink {
 public:
  // A run keeps this many diagnostics; what comes after is counted and dropped,
  // so that a hostile file cannot make a report without end.
  static constexpr size_t kLimit = 10000;

  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  // The reference is good until the next call. `code` outlives the sink.
  Diagnostic& Report(const Code& code, Span span, std::string message);

  // One that was reported in an earlier run, as it was.
  void Add(const Diagnostic& diagnostic);

  bool HasErrors() const { return errors_ > 0; }
  size_t reported() const { return reported_; }
  size_t dropped() const { return reported_ - kept_.size(); }

  // All that was kept, by file, offset and code, the same every time whatever
  // the order in which stages reported; of several with one code, span and
  // message, the first reported.
  std::vector<Diagnostic> Sorted() const;

 private:
  std::deque<Diagnostic> kept_;
  Diagnostic dropped_;  // takes what is said about a dropped one
  size_t reported_ = 0;
  size_t errors_ = 0;
};

}  // namespace pol::diag

#endif  // POL_COMPILER_DIAG_SINK_H_
