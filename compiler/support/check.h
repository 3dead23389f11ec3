// What to do when the program itself is wrong: say so and stop.
//
// POL_CHECK(condition) << "what was expected";
//
// A failed check prints the place, the condition and "internal error, please
// report", and aborts. It is never used for what an author wrote (a diagnostic)
// or for what the world did (an absl::Status).
#ifndef POL_COMPILER_SUPPORT_CHECK_H_
#define POL_COMPILER_SUPPORT_CHECK_H_

#include <sstream>

namespace pol::support {

// Collects the message of one failed check; its destructor does not return.
class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition);
  CheckFailure(const CheckFailure&) = delete;
  CheckFailure& operator=(const CheckFailure&) = delete;
  [[noreturn]] ~CheckFailure();

  std::ostream& stream() { return stream_; }

 private:
  std::ostringstream stream_;
};

// Gives both branches of the check's conditional the type void.
struct CheckVoidify {
  void operator&(std::ostream&) const {}
};

}  // namespace pol::support

#define POL_CHECK(condition)                                             \
  (condition)                                                            \
      ? (void)0                                                          \
      : ::pol::support::CheckVoidify() &                                 \
            ::pol::support::CheckFailure(__FILE__, __LINE__, #condition) \
                .stream()

#endif  // POL_COMPILER_SUPPORT_CHECK_H_
