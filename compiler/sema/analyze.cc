#include "compiler/sema/analyze.h"

#include "compiler/sema/check_conflicts.h"
#include "compiler/sema/identities.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/reader.h"
#include "compiler/sema/schema.h"
#include "compiler/sema/scope.h"

namespace pol::sema {
namespace {

using syntax::Ast;
using syntax::Attribute;
using syntax::Block;

class Analysis {
 public:
  Analysis(absl::Span<const Ast> files, const support::SourceSet& sources,
           diag::Sink& sink)
      : files_(files),
        sink_(sink),
        scope_(sources, sink),
        identities_(sink),
        reader_(scope_, identities_, sink) {}

  Model Run() {
    for (const Ast& file : files_) CheckFile(file, sink_);
    Declare();
    scope_.CheckLocals();
    // Names are shared between files and may be used before they are declared,
    // so the kinds of block go one after the other: what bears an identity
    // after the identities, what refers to a bearer after those.
    ForEach("language",
            [&](const Block& block) { ReadLanguage(block, reader_); });
    ForEach("trust_domain",
            [&](const Block& block) { ReadTrustDomain(block, reader_); });
    ForEach("identity",
            [&](const Block& block) { ReadIdentity(block, reader_); });
    ForEach("workload",
            [&](const Block& block) { ReadWorkload(block, reader_, model_); });
    ForEach("endpoint",
            [&](const Block& block) { ReadEndpoint(block, reader_, model_); });
    ForEach("host",
            [&](const Block& block) { ReadEndpoint(block, reader_, model_); });
    ForEach("policy",
            [&](const Block& block) { ReadPolicy(block, reader_, model_); });
    ForEach("file",
            [&](const Block& block) { ReadFile(block, reader_, model_); });
    ForEach("fcontext",
            [&](const Block& block) { ReadFcontext(block, reader_, model_); });
    // With errors, what uses an identity may have been left out.
    if (!sink_.HasErrors()) identities_.ReportUnused();
    identities_.MoveInto(model_);
    CheckConflicts(model_, sink_);
    return std::move(model_);
  }

 private:
  template <typename Function>
  void ForEach(std::string_view type, Function function) {
    for (const Ast& file : files_) {
      for (const Block& block : file.body.blocks) {
        if (block.type == type) function(block);
      }
    }
  }

  void Declare() {
    auto declare = [&](std::string_view type, Noun noun) {
      ForEach(type, [&](const Block& block) { scope_.Declare(noun, block); });
    };
    declare("identity", Noun::kIdentity);
    declare("workload", Noun::kWorkload);
    declare("endpoint", Noun::kEndpoint);
    declare("host", Noun::kEndpoint);
    declare("policy", Noun::kPolicy);
    ForEach("locals", [&](const Block& block) {
      const BlockRule& rule = *FindRule(FileRules(), "locals");
      const Fields fields = CheckBlock(block, rule, sink_);
      for (const Attribute* attribute : fields.attributes()) {
        scope_.DeclareLocal(*attribute);
      }
    });
  }

  const absl::Span<const Ast> files_;
  diag::Sink& sink_;
  Scope scope_;
  Identities identities_;
  Reader reader_;
  Model model_;
};

}  // namespace

Model Analyze(absl::Span<const Ast> files, const support::SourceSet& sources,
              diag::Sink& sink) {
  return Analysis(files, sources, sink).Run();
}

}  // namespace pol::sema
