#include "compiler/filecaps/check_capabilities.h"

#include <string>

#include "absl/strings/str_join.h"
#include "compiler/diag/cat.h"
#include "compiler/filecaps/diagnostics.h"

namespace pol::filecaps {
namespace {

using diag::Cat;
using Kind = values::CapabilityLint::Kind;

void Report(const ir::File& file, const values::CapabilityLint& lint,
            diag::Sink& sink) {
  const std::string names = absl::StrJoin(lint.names, ", ");
  auto report = [&](const diag::Code& code, const char* what) -> auto& {
    return sink.Report(code, file.origin.span,
                       Cat("`", file.path, "`: ", names, " ", what));
  };
  const bool one = lint.names.size() == 1;
  switch (lint.kind) {
    case Kind::kUnknown:
      report(kUnknownCapability, one ? "is no capability of any kernel"
                                     : "are no capabilities of any kernel")
          .Note("a kernel leaves out what it does not know, without a word");
      return;
    case Kind::kEffectiveOnly:
      report(kEffectiveOnly, one ? "is effective and not permitted"
                                 : "are effective and not permitted")
          .Note("the file then gives nothing for it")
          .Help("write `=ep`");
      return;
    case Kind::kInheritableOnly:
      report(kInheritableOnly, one ? "is inheritable and not permitted"
                                   : "are inheritable and not permitted")
          .Note(
              "only a process that has it in its own inheritable set gains it "
              "from the file")
          .Help("write `=ep`");
      return;
    case Kind::kNotEffective:
      report(kNotEffective, one ? "is permitted and not effective"
                                : "are permitted and not effective")
          .Note("the program has to raise it itself, with cap_set_proc(3)");
      return;
  }
}

}  // namespace

void CheckCapabilities(const ir::RuleSet& rules, diag::Sink& sink) {
  for (const ir::File& file : rules.files) {
    if (!file.capabilities) continue;
    for (const values::CapabilityLint& lint : values::Lint(*file.capabilities))
      Report(file, lint, sink);
  }
}

}  // namespace pol::filecaps
