#include "agent/enforce/network/images.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "compiler/support/check.h"

namespace pol::enforce {
namespace {

using bundle::v1::Bundle;
using kernel::Table;
using kernel::TableImage;
using kernel::TableImages;

absl::StatusOr<std::optional<uint32_t>> NoUser(const std::string&) {
  return std::nullopt;
}

TableImages Build(const Bundle& bundle, const UidOf& uid_of = NoUser) {
  absl::StatusOr<TableImages> images = BuildImages(bundle, uid_of);
  POL_CHECK(images.ok()) << images.status();
  return *std::move(images);
}

template <typename T>
T At(const std::string& bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

Bundle WithIdentities(int count) {
  Bundle bundle;
  for (int i = 0; i < count; ++i)
    bundle.add_identities()->set_identity_class(static_cast<uint32_t>(i));
  bundle.mutable_network()->add_interval_starts(0);
  return bundle;
}

TEST(BuildImages, EveryPortHasItsInterval) {
  Bundle bundle = WithIdentities(1);
  bundle.mutable_network()->add_interval_starts(80);
  bundle.mutable_network()->add_interval_starts(81);
  TableImages images = Build(bundle);
  const TableImage& intervals = images[Table::kIntervals];
  ASSERT_EQ(intervals.count, 65536u);
  EXPECT_EQ(At<uint16_t>(intervals.values, 79), 0);
  EXPECT_EQ(At<uint16_t>(intervals.values, 80), 1);
  EXPECT_EQ(At<uint16_t>(intervals.values, 81), 2);
  EXPECT_EQ(At<uint16_t>(intervals.values, 65535), 2);
}

TEST(BuildImages, ACellKeepsAllItSays) {
  Bundle bundle = WithIdentities(3);
  bundle.mutable_network()->add_tls_profiles()->set_min_version(0x0304);
  auto* cell = bundle.mutable_network()->add_cells();
  cell->set_source_class(1);
  cell->set_target_class(2);
  cell->set_protocol(6);
  cell->set_effect(bundle::v1::EFFECT_ALLOW);
  cell->set_rule(9);
  cell->set_tls_profile(1);
  cell->set_tls_rule(8);
  cell->set_audit_effect(bundle::v1::EFFECT_DENY);
  cell->set_audit_rule(7);
  TableImages images = Build(bundle);
  ASSERT_EQ(images[Table::kCells].count, 1u);
  auto key = At<pol_cell_key>(images[Table::kCells].keys, 0);
  auto value = At<pol_cell>(images[Table::kCells].values, 0);
  EXPECT_EQ(key.source_class, 1u);
  EXPECT_EQ(key.target_class, 2u);
  EXPECT_EQ(key.protocol, 6);
  EXPECT_EQ(value.effect, POL_EFFECT_ALLOW);
  EXPECT_EQ(value.rule, 9u);
  EXPECT_EQ(value.tls_profile, 1);
  EXPECT_EQ(value.tls_rule, 8u);
  EXPECT_EQ(value.audit_effect, POL_EFFECT_DENY);
  EXPECT_EQ(value.audit_rule, 7u);
  auto profile = At<pol_tls_profile>(images[Table::kProfiles].values, 1);
  EXPECT_EQ(profile.min_version, 0x0304);
}

TEST(BuildImages, AddressesGoWhereTheyAreLookedUp) {
  Bundle bundle = WithIdentities(2);
  auto add = [&bundle](const std::string& bytes, uint32_t prefix) {
    auto* address = bundle.add_addresses();
    address->set_address(bytes);
    address->set_prefix(prefix);
    address->set_identity(1);
  };
  std::string mapped = std::string(10, '\0') + "\xff\xff";
  add(std::string("\x0a\0\0\1", 4), 32);
  add(std::string("\x0a\0\0\0", 4), 8);
  add(std::string(16, 'x'), 128);
  add("xxxx" + std::string(12, '\0'), 32);
  add(mapped + std::string("\x0a\0\0\2", 4), 128);
  add(mapped + std::string("\x0b\0\0\0", 4), 104);
  TableImages images = Build(bundle);
  EXPECT_EQ(images[Table::kExact4].count, 2u);
  EXPECT_EQ(images[Table::kPrefix4].count, 2u);
  EXPECT_EQ(images[Table::kExact6].count, 1u);
  EXPECT_EQ(images[Table::kPrefix6].count, 1u);
  EXPECT_EQ(At<pol_prefix4>(images[Table::kPrefix4].keys, 1).bits, 8u);
}

TEST(BuildImages, CgroupsAreATreeOfNames) {
  Bundle bundle = WithIdentities(3);
  for (auto [cgroup, identity] :
       {std::pair("/a/b", 1u), std::pair("/a/c", 2u)}) {
    auto* workload = bundle.add_workloads();
    workload->set_cgroup(cgroup);
    workload->set_identity(identity);
  }
  TableImages images = Build(bundle);
  ASSERT_EQ(images[Table::kEdges].count, 3u) << "a is shared";
  auto a = At<pol_edge>(images[Table::kEdges].keys, 0);
  EXPECT_EQ(a.parent, uint32_t{POL_NODE_ROOT});
  EXPECT_STREQ(a.name, "a");
  EXPECT_EQ(At<pol_edge>(images[Table::kEdges].keys, 1).parent,
            At<uint32_t>(images[Table::kEdges].values, 0));
  ASSERT_EQ(images[Table::kSelectors].count, 2u);
  EXPECT_EQ(At<pol_selector>(images[Table::kSelectors].keys, 0).uid,
            uint32_t{POL_ANY_UID});
}

TEST(BuildImages, AUserThatIsNotHereIsLeftOutUntilItIs) {
  Bundle bundle = WithIdentities(2);
  auto* workload = bundle.add_workloads();
  workload->set_user("finance");
  workload->set_identity(1);
  TableImages without = Build(bundle);
  EXPECT_EQ(without[Table::kSelectors].count, 0u);
  TableImages with = Build(
      bundle, [](const std::string&) { return std::optional<uint32_t>(1001); });
  ASSERT_EQ(with[Table::kSelectors].count, 1u);
  auto selector = At<pol_selector>(with[Table::kSelectors].keys, 0);
  EXPECT_EQ(selector.node, uint32_t{POL_NODE_ANY});
  EXPECT_EQ(selector.uid, 1001u);
  EXPECT_NE(DigestOf(without), DigestOf(with));
}

TEST(BuildImages, OneProcessHasOneIdentity) {
  Bundle bundle = WithIdentities(3);
  for (uint32_t identity : {1u, 2u}) {
    auto* workload = bundle.add_workloads();
    workload->set_name(absl::StrCat("w", identity));
    workload->set_systemd_unit("db.service");
    workload->set_identity(identity);
  }
  absl::Status status = BuildImages(bundle, NoUser).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("w2"), absl::string_view::npos) << status;
}

TEST(BuildImages, NamesThatDoNotFitAreRefused) {
  Bundle bundle = WithIdentities(2);
  auto* workload = bundle.add_workloads();
  workload->set_identity(1);
  workload->set_cgroup("/" + std::string(127, 'n'));
  EXPECT_TRUE(BuildImages(bundle, NoUser).ok());
  workload->set_cgroup("/" + std::string(128, 'n'));
  EXPECT_EQ(BuildImages(bundle, NoUser).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(DigestOf, IsOfAllThatTheKernelGets) {
  Bundle bundle = WithIdentities(2);
  auto digest = DigestOf(Build(bundle));
  EXPECT_EQ(digest, DigestOf(Build(bundle)));
  bundle.mutable_identities(1)->set_governed_egress(true);
  EXPECT_NE(digest, DigestOf(Build(bundle)));
  // What the kernel does not need to know.
  bundle.mutable_identities(1)->set_governed_egress(false);
  bundle.mutable_identities(1)->mutable_origin()->set_line(7);
  EXPECT_EQ(digest, DigestOf(Build(bundle)));
}

TEST(ResolveUser, KnowsNamesAndNumbers) {
  EXPECT_EQ(*ResolveUser("root"), std::optional<uint32_t>(0));
  EXPECT_EQ(*ResolveUser("4711"), std::optional<uint32_t>(4711));
  EXPECT_EQ(*ResolveUser("no-such-user-here"), std::nullopt);
}

TEST(CheckFit, EveryTableHasItsLimit) {
  for (size_t i = 0; i < kernel::kTableCount; ++i) {
    auto table = static_cast<Table>(i);
    TableImages images;
    images[table].count = kernel::TableLimit(table);
    EXPECT_TRUE(kernel::CheckFit(images).ok()) << kernel::TableName(table);
    ++images[table].count;
    absl::Status refused = kernel::CheckFit(images);
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
    EXPECT_NE(
        std::string(refused.message())
            .find(absl::StrCat("in the table ",
                               support::ToAbsl(kernel::TableName(table)))),
        std::string::npos)
        << refused;
  }
}

TEST(TableBytes, CountsKeysAndValues) {
  TableImages images = Build(WithIdentities(3));
  EXPECT_EQ(kernel::TableBytes(Table::kIdentities, images[Table::kIdentities]),
            3 * (4 + sizeof(pol_identity)));
  EXPECT_EQ(kernel::TableBytes(Table::kCells, images[Table::kCells]), 0u);
}

}  // namespace
}  // namespace pol::enforce
