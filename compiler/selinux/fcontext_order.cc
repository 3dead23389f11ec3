#include "compiler/selinux/fcontext_order.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "compiler/selinux/fcontext_records.h"

namespace pol::selinux {
namespace {

// False as well when that is too much to find out.
bool Includes(const FcontextRule& wide, const FcontextRule& narrow) {
  auto path = automata::FindMember({&*narrow.matches}, {&*wide.matches});
  return path.ok() && !*path;
}

class Order {
 public:
  explicit Order(const std::vector<FcontextRule>& rules) : rules_(rules) {
    for (const FcontextRule& rule : rules)
      starts_.push_back(rule.matches.ok() ? rule.matches->Prefix() : "");
  }

  std::vector<size_t> Sort() const {
    std::vector<std::vector<size_t>> behind(rules_.size());
    std::vector<size_t> before(rules_.size());
    for (size_t wide = 0; wide < rules_.size(); ++wide) {
      for (size_t narrow = 0; narrow < rules_.size(); ++narrow) {
        if (wide == narrow || !MustPrecede(wide, narrow)) continue;
        behind[wide].push_back(narrow);
        ++before[narrow];
      }
    }
    std::set<size_t> free;
    for (size_t i = 0; i < rules_.size(); ++i) {
      if (before[i] == 0) free.insert(i);
    }
    std::vector<size_t> sorted;
    while (!free.empty()) {
      size_t next = *free.begin();
      free.erase(free.begin());
      sorted.push_back(next);
      for (size_t narrow : behind[next]) {
        if (--before[narrow] == 0) free.insert(narrow);
      }
    }
    return sorted;
  }

 private:
  bool MustPrecede(size_t wide, size_t narrow) const {
    const FcontextRule& a = rules_[wide];
    const FcontextRule& b = rules_[narrow];
    // A literal is looked for before all expressions in any case.
    if (a.literal || b.literal || !a.matches.ok() || !b.matches.ok() ||
        !AppliesTo(a.kind, b.kind) ||
        starts_[narrow].compare(0, starts_[wide].size(), starts_[wide]) != 0) {
      return false;
    }
    return Includes(a, b) && !Includes(b, a);
  }

  const std::vector<FcontextRule>& rules_;
  std::vector<std::string> starts_;  // of all paths of a rule
};

}  // namespace

std::vector<FcontextRule> WidestFirst(std::vector<FcontextRule> rules) {
  std::sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) {
    auto rank = [](const FcontextRule& rule) {
      return std::tuple(LiteralStem(rule.expression),
                        std::string_view(rule.expression),
                        values::Flag(rule.kind), std::string_view(rule.path));
    };
    return rank(a) < rank(b);
  });
  std::vector<FcontextRule> sorted;
  for (size_t number : Order(rules).Sort())
    sorted.push_back(std::move(rules[number]));
  return sorted;
}

}  // namespace pol::selinux
