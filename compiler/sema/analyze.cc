#include "compiler/sema/analyze.h"

#include <deque>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/eval/budget.h"
#include "compiler/sema/check_conflicts.h"
#include "compiler/sema/constants.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/names.h"
#include "compiler/sema/peers.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/schema.h"
#include "compiler/sema/scope.h"

namespace pol::sema {
namespace {

using syntax::Block;

// Names are shared between files and may be used before they are declared, so
// the kinds of block go one after the other: what bears an identity after the
// identities, what refers to a bearer after those.
struct Kind {
  std::string_view type;
  void (*read)(const Block&, Context&);
};
constexpr Kind kKinds[] = {{"language", ReadLanguage},
                           {"variable", ReadVariable},
                           {"locals", ReadLocals},
                           {"output", ReadOutput},
                           {"module", ReadModule},
                           {"function", ReadFunction},
                           {"trust_domain", ReadTrustDomain},
                           {"identity", ReadIdentity},
                           {"workload", ReadWorkload},
                           {"endpoint", ReadEndpoint},
                           {"host", ReadEndpoint},
                           {"identity_set", ReadIdentitySet},
                           {"policy", ReadPolicy},
                           {"file", ReadFile},
                           {"fcontext", ReadFcontext},
                           {"selinux", ReadSelinux},
                           {"test", ReadTest},
                           {"invariant", ReadInvariant},
                           {"waiver", ReadWaiver}};

class Analysis {
 public:
  Analysis(const ModuleTree& tree, const support::SourceSet& sources,
           diag::Sink& sink)
      : tree_(tree), sink_(sink), names_(tree, sources, sink), peers_(sink) {
    for (InstanceNumber i = 0; i < names_.instances.size(); ++i) {
      scopes_.emplace_back(names_, i);
    }
  }

  Model Run() {
    for (const ModuleSource& source : tree_.sources) {
      for (const syntax::Ast& file : source.files) CheckFile(file, sink_);
    }
    EvaluateConstants(names_, scopes_, budget_);
    NumberSets();
    for (const Kind& kind : kKinds) ReadAll(kind);
    CheckSetCycles(model_, sink_);
    // With errors, what uses a name may have been left out.
    if (!sink_.HasErrors()) {
      peers_.ReportUnused();
      ReportUnused(names_);
    }
    peers_.MoveInto(model_);
    CheckConflicts(model_, sink_);
    return std::move(model_);
  }

 private:
  void ReadAll(const Kind& kind) {
    for (InstanceNumber i = 0; i < names_.instances.size(); ++i) {
      Context context{names_, scopes_[i], peers_, model_, budget_, sink_};
      for (const syntax::Ast& file :
           tree_.sources[names_.instances[i].source].files) {
        for (const Block& block : file.body.blocks) {
          if (block.type != kind.type) continue;
          if (model_.policies.size() >= kRuleLimit) return ReportTooMany(block);
          kind.read(block, context);
        }
      }
    }
  }

  void ReportTooMany(const Block& block) {
    sink_.Report(kTooManyRules, block.header_span,
                 diag::Cat("with all modules there are more than ", kRuleLimit,
                           " policies"));
  }

  // Sets may speak of each other.
  void NumberSets() {
    for (Declaration& declaration : names_.declarations) {
      if (declaration.noun != Noun::kIdentitySet) continue;
      declaration.meaning = static_cast<uint32_t>(model_.identity_sets.size());
      IdentitySet set;
      set.name = declaration.name;
      set.span = declaration.span;
      model_.identity_sets.push_back(std::move(set));
    }
  }

  const ModuleTree& tree_;
  diag::Sink& sink_;
  Names names_;
  std::deque<Scope> scopes_;
  PeerTable peers_;
  eval::Budget budget_;
  Model model_;
};

}  // namespace

Model Analyze(const ModuleTree& tree, const support::SourceSet& sources,
              diag::Sink& sink) {
  return Analysis(tree, sources, sink).Run();
}

}  // namespace pol::sema
