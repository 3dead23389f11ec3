// Lines on standard error for journald: each begins with its priority as
// sd-daemon(3) writes it, unless a terminal is looking.
#ifndef POL_AGENT_SERVICE_LOG_H_
#define POL_AGENT_SERVICE_LOG_H_

#include <string>

namespace pol::service {

enum class Priority { kError = 3, kWarning = 4, kNotice = 5, kInfo = 6 };

// One line, from any thread; what would break it into several is escaped.
void Log(Priority priority, const std::string& text);

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_LOG_H_
