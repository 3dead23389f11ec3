#include "compiler/sema/check_conflicts.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/support/paths.h"

namespace pol::sema {
namespace {

using diag::Cat;

struct Claim {
  IdentityRef identity;
  Span span;
};

class ConflictCheck {
 public:
  ConflictCheck(const Model& model, diag::Sink& sink)
      : model_(model), sink_(sink) {}

  void Run() {
    Selectors();
    Addresses();
    Files();
    Fcontexts();
    Selinux();
    Equivalences();
    Labels();
  }

 private:
  const std::string& Text(IdentityRef identity) const {
    return model_.identities[identity].id.text();
  }

  // Two workloads choose the same processes when all their selectors are the
  // same.
  void Selectors() {
    std::map<std::tuple<std::string, std::string, std::string>, Claim> claims;
    for (const Workload& workload : model_.workloads) {
      const auto [first, is_first] =
          claims.emplace(std::make_tuple(workload.systemd_unit.value_or(""),
                                         workload.cgroup.value_or(""),
                                         workload.user.value_or("")),
                         Claim{workload.identity, workload.span});
      if (is_first || first->second.identity == workload.identity) continue;
      sink_
          .Report(kSelectorConflict, workload.span,
                  Cat("workload `", workload.name, "` gives its processes ",
                      Text(workload.identity)))
          .Also(first->second.span,
                Cat("the same processes are ", Text(first->second.identity),
                    " by this"));
    }
  }

  void Addresses() {
    std::map<values::Cidr, Claim> claims;
    auto claim = [&](const std::vector<values::Cidr>& addresses,
                     IdentityRef identity, Span span) {
      for (const values::Cidr& address : addresses) {
        const auto [first, is_first] =
            claims.emplace(address, Claim{identity, span});
        if (is_first || first->second.identity == identity) continue;
        Span later = span;
        Span earlier = first->second.span;
        IdentityRef later_is = identity;
        IdentityRef earlier_is = first->second.identity;
        if (later < earlier) {
          std::swap(later, earlier);
          std::swap(later_is, earlier_is);
        }
        sink_
            .Report(kAddressConflict, later,
                    Cat(address.ToString(), " cannot be ", Text(later_is)))
            .Also(earlier, Cat("it is ", Text(earlier_is), " by this"));
      }
    };
    for (const Workload& workload : model_.workloads) {
      claim(workload.addresses, workload.identity, workload.span);
    }
    for (const Endpoint& endpoint : model_.endpoints) {
      claim(endpoint.addresses, endpoint.identity, endpoint.span);
    }
  }

  void Files() {
    std::map<std::string_view, Span> seen;
    for (const File& file : model_.files) {
      const auto [first, is_first] = seen.emplace(file.path, file.span);
      if (is_first) continue;
      sink_
          .Report(kFileConflict, file.span,
                  Cat("`", file.path, "` has two `file` blocks"))
          .Also(first->second, "the first one")
          .Help("say all about a file in one block");
    }
  }

  void Fcontexts() {
    std::map<std::pair<std::string_view, values::FileKind>, Span> seen;
    for (const Fcontext& fcontext : model_.fcontexts) {
      const auto [first, is_first] = seen.emplace(
          std::make_pair(std::string_view(fcontext.path), fcontext.kind),
          fcontext.span);
      if (is_first) continue;
      sink_
          .Report(kFcontextConflict, fcontext.span,
                  Cat("`", fcontext.path,
                      "` is given a context twice for the same kind of file"))
          .Also(first->second, "given here first");
    }
  }

  // What SELinux is told twice.
  void Selinux() {
    std::map<std::string_view, Span> seen;
    for (const SelinuxBoolean& boolean : model_.booleans) {
      const auto [first, is_first] = seen.emplace(boolean.name, boolean.span);
      if (is_first) continue;
      sink_
          .Report(kSelinuxConflict, boolean.span,
                  Cat("boolean `", boolean.name, "` is set twice"))
          .Also(first->second, "set here first");
    }
    std::vector<const SelinuxPort*> ports;
    for (const SelinuxPort& port : model_.selinux_ports) ports.push_back(&port);
    std::stable_sort(ports.begin(), ports.end(), [](auto* a, auto* b) {
      return std::tie(a->protocol, a->ports) < std::tie(b->protocol, b->ports);
    });
    for (size_t i = 1; i < ports.size(); ++i) {
      const SelinuxPort& before = *ports[i - 1];
      const SelinuxPort& port = *ports[i];
      if (before.protocol != port.protocol ||
          before.ports.last < port.ports.first) {
        continue;
      }
      sink_
          .Report(kSelinuxConflict, std::max(before.span, port.span),
                  Cat("ports ", port.ports.ToString(), " overlap with ",
                      before.ports.ToString(), ", which are ", before.type))
          .Also(std::min(before.span, port.span), "the others");
    }
  }

  // libselinux applies one equivalence to a path, the last line that fits.
  void Equivalences() {
    std::map<std::string_view, Span> seen;
    for (const SelinuxEquivalence& one : model_.selinux_equivalences) {
      const auto [first, is_first] = seen.emplace(one.path, one.span);
      if (is_first) continue;
      sink_
          .Report(kSelinuxConflict, one.span,
                  Cat("`", one.path, "` is made equal to two folders"))
          .Also(first->second, "made equal here first");
    }
    for (const SelinuxEquivalence& one : model_.selinux_equivalences) {
      for (const SelinuxEquivalence& other : model_.selinux_equivalences) {
        if (!support::IsAtOrBelow(one.equal_to, other.path)) continue;
        sink_
            .Report(kEquivalenceChain, one.equal_to_span,
                    Cat("`", one.equal_to, "` is itself made equal to `",
                        other.equal_to, "`"))
            .Also(other.span, "by this")
            .Help(
                "only one equivalence is applied to a path: name the folder "
                "whose rules are meant");
      }
    }
  }

  // Names that are told apart in reports, whatever module declares them.
  void Labels() {
    Unique("workload", model_.workloads);
    Unique("policy", model_.policies);
    Unique("test", model_.connect_tests, /*more=*/true);
    Unique("test", model_.path_tests);
    Unique("invariant", model_.invariants, /*more=*/true);
    Unique("invariant", model_.equivalences);
    Unique("waiver", model_.waivers);
  }

  template <typename List>
  void Unique(std::string_view what, const List& list, bool more = false) {
    for (const auto& entry : list) {
      const auto [first, is_first] = seen_.emplace(entry.name, entry.span);
      if (is_first) continue;
      sink_
          .Report(kDuplicateName, std::max(first->second, entry.span),
                  Cat(what, " `", entry.name, "` is declared twice"))
          .Also(std::min(first->second, entry.span), "first declared here");
    }
    if (!more) seen_.clear();
  }

  const Model& model_;
  diag::Sink& sink_;
  std::map<std::string_view, Span> seen_;
};

}  // namespace

void CheckConflicts(const Model& model, diag::Sink& sink) {
  ConflictCheck(model, sink).Run();
}

namespace {

// Depth first; sets are few, and a path is no longer than there are sets.
class SetCycles {
 public:
  SetCycles(const Model& model, diag::Sink& sink)
      : model_(model), sink_(sink), state_(model.identity_sets.size()) {}

  void Run() {
    for (SetRef set = 0; set < state_.size(); ++set) {
      if (state_[set] == State::kNew) Visit(set);
    }
  }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };

  void Visit(SetRef start) {
    struct Open {
      SetRef set;
      std::vector<SetRef> needs;
      size_t next = 0;
    };
    std::vector<Open> stack;
    auto enter = [&](SetRef set) {
      state_[set] = State::kOpen;
      const IdentitySet& of = model_.identity_sets[set];
      std::vector<SetRef> needs = of.include.sets;
      needs.insert(needs.end(), of.exclude.sets.begin(), of.exclude.sets.end());
      stack.push_back({set, std::move(needs)});
    };
    enter(start);
    while (!stack.empty()) {
      Open& open = stack.back();
      if (open.next == open.needs.size()) {
        state_[open.set] = State::kDone;
        stack.pop_back();
        continue;
      }
      const SetRef need = open.needs[open.next++];
      if (state_[need] == State::kNew) {
        enter(need);
      } else if (state_[need] == State::kOpen) {
        std::string way;
        bool inside = false;
        for (const Open& on_path : stack) {
          inside |= on_path.set == need;
          if (inside) {
            way += Cat(model_.identity_sets[on_path.set].name, " → ");
          }
        }
        const IdentitySet& again = model_.identity_sets[need];
        sink_
            .Report(kCycle, again.span,
                    Cat("identity set `", again.name, "` is defined by itself"))
            .Note(Cat("the way round: ", way, again.name));
      }
    }
  }

  const Model& model_;
  diag::Sink& sink_;
  std::vector<State> state_;
};

}  // namespace

void CheckSetCycles(const Model& model, diag::Sink& sink) {
  SetCycles(model, sink).Run();
}

}  // namespace pol::sema
