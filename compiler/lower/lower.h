// Model -> RuleSet: what the author wrote becomes numbered identities and flat,
// sorted rules.
//
//   workload "pg" {                      identity 2 spiffe://gov.cn/pg governed
//     identity  = "spiffe://gov.cn/pg"   workload pg -> 2 user postgres
//     user      = "postgres"             address 10.0.0.2 -> 2
//     addresses = ["10.0.0.2"]
//   }
//   policy "db" {                        allow db: 1 -> 2 tcp 5432-5433
//     source = [workload.app]
//     target = [workload.pg]
//     ports  = [5433, 5432]
//   }
//
// Needs: a Model that Analyze() made without an error. Leaves: a RuleSet that
// Verify() accepts.
#ifndef POL_COMPILER_LOWER_LOWER_H_
#define POL_COMPILER_LOWER_LOWER_H_

#include "compiler/diag/sink.h"
#include "compiler/ir/rule_set.h"
#include "compiler/lower/universe.h"
#include "compiler/sema/model.h"
#include "compiler/support/source.h"

namespace pol::lower {

// Numbers the Model's own names and, besides, those of `universe`.
ir::RuleSet Lower(const sema::Model& model, const support::SourceSet& sources,
                  diag::Sink& sink, const Universe& universe = {});

}  // namespace pol::lower

#endif  // POL_COMPILER_LOWER_LOWER_H_
