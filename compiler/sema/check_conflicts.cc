#include "compiler/sema/check_conflicts.h"

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/sema/diagnostics.h"

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

  const Model& model_;
  diag::Sink& sink_;
};

}  // namespace

void CheckConflicts(const Model& model, diag::Sink& sink) {
  ConflictCheck(model, sink).Run();
}

}  // namespace pol::sema
