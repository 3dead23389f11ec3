// What is changed on a host, object by object, as a person reads it.
#ifndef POL_COMPILER_POLC_CHANGE_TEXT_H_
#define POL_COMPILER_POLC_CHANGE_TEXT_H_

#include <string>
#include <string_view>

#include "agent/apply/report.pb.h"

namespace pol::polc {

// How much of a long list is shown.
enum class Detail {
  kShort,    // the files of a rule as one line
  kVerbose,  // the first of them by name
  kFull,     // all
};

struct TextOptions {
  Detail detail = Detail::kShort;
  bool color = false;
};

// At most this many objects of one list are named below Detail::kFull.
inline constexpr int kMaxListed = 20;

// " (web.pol:12)", or nothing.
std::string InParentheses(const std::string& origin);

// "+", "~" or "-", in its colour.
std::string Mark(char mark, const TextOptions& options);

// One fence: its name, whether it holds on this host, what it changes, its
// warnings. Empty when there is nothing to say. Files that one rule changes in
// the same way are one entry. Names of files are made printable.
std::string FenceText(const apply::v1::FenceReport& fence,
                      const TextOptions& options);

// "3 to add, 12 to change, 1 to remove" or, `done`, "3 added, 12 changed, 1
// removed".
std::string CountsText(const apply::v1::PlanCounts& counts, bool done);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_CHANGE_TEXT_H_
