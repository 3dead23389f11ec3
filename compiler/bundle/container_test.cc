#include "compiler/bundle/container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::bundle {
namespace {

using ::testing::HasSubstr;

Bundle Small() {
  Bundle bundle;
  bundle.set_compiler_version("test");
  bundle.add_requirements("tls-version");
  bundle.add_identities();
  v1::Identity* app = bundle.add_identities();
  app->set_spiffe_id("spiffe://gov.cn/app");
  app->set_identity_class(1);
  app->set_governed_egress(true);
  v1::Workload* workload = bundle.add_workloads();
  workload->set_identity(1);
  workload->set_user("app");
  v1::Rule* rule = bundle.add_rules();
  rule->set_name("self");
  rule->set_effect(v1::EFFECT_ALLOW);
  rule->set_mode(v1::MODE_ENFORCE);
  rule->add_sources(1);
  rule->add_targets(1);
  rule->set_protocol(6);
  v1::PortRange* ports = rule->add_ports();
  ports->set_first(80);
  ports->set_last(80);
  v1::NetworkTables* tables = bundle.mutable_network();
  tables->set_class_count(2);
  for (uint32_t start : {0, 80, 81}) tables->add_interval_starts(start);
  v1::Cell* cell = tables->add_cells();
  cell->set_source_class(1);
  cell->set_target_class(1);
  cell->set_protocol(6);
  cell->set_interval(1);
  cell->set_effect(v1::EFFECT_ALLOW);
  cell->set_rule(1);
  return bundle;
}

TEST(ContainerTest, ReadsWhatItWrote) {
  std::string file = *Write(Small());
  absl::StatusOr<Bundle> read = Read(file);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->SerializeAsString(), Small().SerializeAsString());
  EXPECT_EQ(Digest(file).size(), 64u);
  EXPECT_EQ(*Write(Small()), file);
}

TEST(ContainerTest, EveryTruncationIsRefused) {
  std::string file = *Write(Small());
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_EQ(Read(file.substr(0, size)).status().code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
  EXPECT_FALSE(Read(file + "x").ok());
}

TEST(ContainerTest, EveryFlippedBitIsRefused) {
  std::string file = *Write(Small());
  for (size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string damaged = file;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(Read(damaged).ok()) << "bit " << bit;
  }
}

TEST(ContainerTest, NewerFormatAndUnknownRequirementAreNamed) {
  std::string newer = *Write(Small());
  newer[8] = 2;
  EXPECT_THAT(std::string(Read(newer).status().message()),
              HasSubstr("format version 2"));
  Bundle bundle = Small();
  bundle.add_requirements("time-travel");
  EXPECT_EQ(Validate(bundle).code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(Validate(bundle).message()),
              HasSubstr("`time-travel`,"));
  bundle.add_requirement_causes();
  v1::RequirementCause* cause = bundle.add_requirement_causes();
  cause->set_what("policy self");
  cause->mutable_origin()->set_file("a.pol");
  cause->mutable_origin()->set_line(7);
  EXPECT_THAT(std::string(Validate(bundle).message()),
              HasSubstr("`time-travel` (policy self, a.pol:7), which"));
}

struct Contradiction {
  const char* name;
  void (*make)(Bundle&);
  const char* message;
};

class ContradictionTest : public ::testing::TestWithParam<Contradiction> {};

TEST_P(ContradictionTest, IsRefused) {
  Bundle bundle = Small();
  ASSERT_TRUE(Validate(bundle).ok());
  GetParam().make(bundle);
  EXPECT_THAT(std::string(Validate(bundle).message()),
              HasSubstr(GetParam().message));
  EXPECT_EQ(Write(bundle).status().code(), absl::StatusCode::kInternal);
}

INSTANTIATE_TEST_SUITE_P(
    All, ContradictionTest,
    ::testing::Values(
        Contradiction{"NoIdentity", [](Bundle& b) { b.clear_identities(); },
                      "missing"},
        Contradiction{
            "ClassOutOfRange",
            [](Bundle& b) { b.mutable_identities(1)->set_identity_class(2); },
            "identity 1: its class"},
        Contradiction{"GovernedUnknown",
                      [](Bundle& b) {
                        b.mutable_identities(0)->set_governed_ingress(true);
                      },
                      "identity 0"},
        Contradiction{
            "BadSpiffeId",
            [](Bundle& b) { b.mutable_identities(1)->set_spiffe_id("x"); },
            "identity 1"},
        Contradiction{
            "WorkloadOfNobody",
            [](Bundle& b) { b.mutable_workloads(0)->set_identity(7); },
            "workload 0"},
        Contradiction{"WorkloadSelectsNothing",
                      [](Bundle& b) { b.mutable_workloads(0)->clear_user(); },
                      "selects nothing"},
        Contradiction{"AddressSize",
                      [](Bundle& b) { b.add_addresses()->set_address("abc"); },
                      "address 0"},
        Contradiction{"BooleanThatIsNoName",
                      [](Bundle& b) { b.add_booleans()->set_name("a)(b"); },
                      "boolean 0"},
        Contradiction{"PermissiveTwice",
                      [](Bundle& b) {
                        b.add_permissive()->set_type("a_t");
                        b.add_permissive()->set_type("a_t");
                      },
                      "permissive domain 1"},
        Contradiction{"EquivalencePath",
                      [](Bundle& b) {
                        b.add_equivalences()->set_path("/a b");
                        b.mutable_equivalences(0)->set_equal_to("/");
                      },
                      "equivalence 0"},
        Contradiction{"EquivalenceOrder",
                      [](Bundle& b) {
                        for (const char* path : {"/b", "/a"}) {
                          b.add_equivalences()->set_path(path);
                          b.mutable_equivalences()->rbegin()->set_equal_to("/");
                        }
                      },
                      "equivalence 1"},
        Contradiction{"PortsOverlap",
                      [](Bundle& b) {
                        for (uint32_t first : {80, 90}) {
                          v1::PortRecord* port = b.add_selinux_ports();
                          port->set_protocol(6);
                          port->set_type("http_port_t");
                          port->mutable_ports()->set_first(first);
                          port->mutable_ports()->set_last(first + 10);
                        }
                      },
                      "SELinux port 1: it overlaps"},
        Contradiction{"PortsOfIcmp",
                      [](Bundle& b) { b.add_selinux_ports()->set_protocol(1); },
                      "SELinux port 0: its protocol"},
        Contradiction{
            "UnknownEffect",
            [](Bundle& b) { b.mutable_rules(0)->set_effect(v1::Effect(9)); },
            "rule 0: its effect"},
        Contradiction{"SourceOutOfRange",
                      [](Bundle& b) { b.mutable_rules(0)->set_sources(0, 2); },
                      "rule 0: it has a source"},
        Contradiction{"PortZero",
                      [](Bundle& b) {
                        b.mutable_rules(0)->mutable_ports(0)->set_first(0);
                      },
                      "rule 0: its ports"},
        Contradiction{"PortOfIcmp",
                      [](Bundle& b) { b.mutable_rules(0)->set_protocol(1); },
                      "rule 0: its ports are not ranges from 0 to 0"},
        Contradiction{"CellOfIcmpAtAPort",
                      [](Bundle& b) {
                        b.mutable_network()->mutable_cells(0)->set_protocol(1);
                      },
                      "cell 0: its protocol has no ports"},
        Contradiction{"Protocol",
                      [](Bundle& b) { b.mutable_rules(0)->set_protocol(99); },
                      "its protocol is unknown"},
        Contradiction{"TlsVersion",
                      [](Bundle& b) {
                        b.mutable_rules(0)->mutable_tls()->set_min_version(2);
                      },
                      "TLS version"},
        Contradiction{
            "IntervalOrder",
            [](Bundle& b) { b.mutable_network()->set_interval_starts(2, 80); },
            "interval 2"},
        Contradiction{"CellOutOfRange",
                      [](Bundle& b) {
                        b.mutable_network()->mutable_cells(0)->set_interval(3);
                      },
                      "cell 0: its key"},
        Contradiction{"CellTwice",
                      [](Bundle& b) {
                        *b.mutable_network()->add_cells() =
                            b.network().cells(0);
                      },
                      "cell 1: cells are not sorted"},
        Contradiction{"CellWithoutRule",
                      [](Bundle& b) {
                        b.mutable_network()->mutable_cells(0)->set_rule(0);
                      },
                      "do not agree"},
        Contradiction{"RelativeFile",
                      [](Bundle& b) { b.add_files()->set_path("a/b"); },
                      "file 0"},
        Contradiction{"FileOutOfTree",
                      [](Bundle& b) { b.add_files()->set_path("/a/../b"); },
                      "file 0"},
        Contradiction{"RawCapabilities",
                      [](Bundle& b) {
                        v1::FileRecord* file = b.add_files();
                        file->set_path("/a");
                        file->set_manages_capabilities(true);
                        file->set_capabilities("cap_net_raw+ep");
                      },
                      "canonical"},
        Contradiction{"RootidAlone",
                      [](Bundle& b) {
                        v1::FileRecord* file = b.add_files();
                        file->set_path("/a");
                        file->set_manages_capabilities(true);
                        file->set_capabilities_rootid(7);
                      },
                      "root ID"},
        Contradiction{"FcontextWithSpace",
                      [](Bundle& b) { b.add_fcontexts()->set_path("/a b"); },
                      "fcontext 0"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace pol::bundle
