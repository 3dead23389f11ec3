// RuleSet -> the tables that the kernel decides by.
//
// Identities that every rule treats alike share a class, ports that every rule
// treats alike share an interval; a cell says what holds between two classes on
// an interval. A thousand workloads of a known class add no cell.
//
//   allow db:                 classes    unknown 0, app 1, batch 1, pg 2
//     app,batch -> pg         intervals  0-5431, 5432, 5433-65535
//     tcp 5432                cell       1 -> 2 tcp interval 1: allow by db
//
// The tables agree with ir::Decide() on every connection; a pair without a cell
// falls to the default.
#ifndef POL_COMPILER_NETWORK_TABLES_H_
#define POL_COMPILER_NETWORK_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/decide.h"
#include "compiler/ir/rule_set.h"

namespace pol::network {

using ClassNumber = uint32_t;
using IntervalNumber = uint32_t;

struct Cell {
  ClassNumber source = 0;
  ClassNumber target = 0;
  values::Protocol protocol = values::Protocol::kTcp;
  IntervalNumber interval = 0;
  ir::Decision enforced;  // kLeftAlone: no rule matches, the default decides
  ir::Decision audited;   // with the audited rules counted too
};

struct Tables {
  std::vector<ClassNumber>
      class_of;  // of the named identities; class_of[0] is 0
  ClassNumber class_count = 0;
  std::vector<uint32_t> interval_starts;  // ascending, the first is 0
  std::vector<Cell> cells;  // by source, target, protocol, interval
};

Tables BuildTables(const ir::RuleSet& rules);

std::string Dump(const ir::RuleSet& rules, const Tables& tables);

}  // namespace pol::network

#endif  // POL_COMPILER_NETWORK_TABLES_H_
