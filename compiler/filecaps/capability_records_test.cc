#include "compiler/filecaps/capability_records.h"

#include <gtest/gtest.h>

namespace pol::filecaps {
namespace {

TEST(CapabilityRecordsTest, NoneAndEmptyDiffer) {
  ir::RuleSet rules;
  rules.files.resize(4);
  rules.files[0].path = "/a";
  rules.files[1].path = "/b";
  rules.files[1].manages_capabilities = true;
  rules.files[2].path = "/c";
  rules.files[2].manages_capabilities = true;
  rules.files[2].capabilities = values::CapabilitySet();
  rules.files[3].path = "/d";
  rules.files[3].manages_capabilities = true;
  rules.files[3].capabilities =
      *values::CapabilitySet::FromNames({"cap_net_raw"});
  EXPECT_EQ(Dump(CapabilityRecords(rules)),
            "/b none\n/c =\n/d cap_net_raw=ep\n");
  rules.files[3].capabilities_rootid = 100000;
  EXPECT_EQ(Dump(CapabilityRecords(rules)),
            "/b none\n/c =\n/d cap_net_raw=ep rootid 100000\n");
}

}  // namespace
}  // namespace pol::filecaps
