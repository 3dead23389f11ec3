// The tables of one policy as the kernel takes them, and their way into a slot.
#ifndef POL_AGENT_KERNEL_NETWORK_TABLES_H_
#define POL_AGENT_KERNEL_NETWORK_TABLES_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/abi.h"
#include "compiler/support/status.h"

namespace pol::kernel {

class Programs;

// Named as in bpf/abi.h; keys and values are the structures given there.
enum class Table {
  kCells,
  kExact4,
  kExact6,
  kEdges,
  kSelectors,
  kPrefix4,
  kPrefix6,
  kIntervals,   // 65536 values, by port
  kIdentities,  // by index
  kProfiles,    // by index
};
inline constexpr size_t kTableCount = 10;

std::string_view TableName(Table table);
uint32_t TableLimit(Table table);  // of entries; of bpf/abi.h

// Entries in the order in which they were added. An array's values have no
// keys.
struct TableImage {
  std::string keys;
  std::string values;
  uint32_t count = 0;

  template <typename Key, typename Value>
  void Add(const Key& key, const Value& value) {
    keys.append(reinterpret_cast<const char*>(&key), sizeof(key));
    Append(value);
  }
  template <typename Value>
  void Append(const Value& value) {
    values.append(reinterpret_cast<const char*>(&value), sizeof(value));
    ++count;
  }
};

struct TableImages {
  std::array<TableImage, kTableCount> tables;

  TableImage& operator[](Table table) {
    return tables[static_cast<size_t>(table)];
  }
  const TableImage& operator[](Table table) const {
    return tables[static_cast<size_t>(table)];
  }
};

// Bytes of keys and values, without what the kernel needs to keep them.
uint64_t TableBytes(Table table, const TableImage& image);

// kInvalidArgument, naming the table, when one has more entries than its limit.
absl::Status CheckFit(const TableImages& images);

// Builds fresh maps and puts all of them into `slot`, which must not be in
// force.
absl::Status WriteTables(const Programs& programs, uint32_t slot,
                         const TableImages& images);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_NETWORK_TABLES_H_
