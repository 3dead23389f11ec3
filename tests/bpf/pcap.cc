#include "tests/bpf/pcap.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace pol::testing {
namespace {

enum LinkType : uint32_t {
  kNull = 0,
  kEthernet = 1,
  kRaw = 101,
  kLinuxCooked = 113,
  kLinuxCooked2 = 276,
};

struct Direction {
  std::optional<uint32_t> base;  // sequence number of the first byte
  std::map<int64_t, std::string> pieces;
};

uint16_t Big16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) << 8 |
                               static_cast<uint8_t>(bytes[at + 1]));
}

uint32_t Big32(std::string_view bytes, size_t at) {
  return uint32_t{Big16(bytes, at)} << 16 | Big16(bytes, at + 2);
}

// What is inside the link layer's frame: an IP packet, or nothing.
std::string_view Network(uint32_t link, std::string_view frame) {
  size_t header = 0;
  uint16_t type = 0;
  switch (link) {
    case kNull:
      return frame.size() > 4 ? frame.substr(4) : "";
    case kRaw:
      return frame;
    case kLinuxCooked:
      return frame.size() > 16 ? frame.substr(16) : "";
    case kLinuxCooked2:
      return frame.size() > 20 ? frame.substr(20) : "";
    case kEthernet:
      header = 14;
      break;
    default:
      return "";
  }
  if (frame.size() < header + 4) return "";
  type = Big16(frame, 12);
  while ((type == 0x8100 || type == 0x88a8) && frame.size() >= header + 4) {
    type = Big16(frame, header + 2);
    header += 4;
  }
  return type == 0x0800 || type == 0x86dd ? frame.substr(header) : "";
}

void AddSegment(std::map<FlowKey, Direction>& flows, std::string_view ip) {
  if (ip.size() < 40) return;
  size_t header, end;
  std::string source, target;
  if (static_cast<uint8_t>(ip[0]) >> 4 == 4) {
    if (ip[9] != 6 || (Big16(ip, 6) & 0x1fff)) return;
    header = (static_cast<uint8_t>(ip[0]) & 15) * 4u;
    end = Big16(ip, 2);
    source = ip.substr(12, 4);
    target = ip.substr(16, 4);
  } else {
    if (ip[6] != 6) return;
    header = 40;
    end = header + Big16(ip, 4);
    source = ip.substr(8, 16);
    target = ip.substr(24, 16);
  }
  if (end > ip.size() || end < header + 20) return;
  std::string_view tcp = ip.substr(header, end - header);
  size_t data = (static_cast<uint8_t>(tcp[12]) >> 4) * 4u;
  if (data > tcp.size()) return;
  Direction& flow = flows[{source, Big16(tcp, 0), target, Big16(tcp, 2)}];
  uint32_t sequence = Big32(tcp, 4);
  bool syn = tcp[13] & 2;
  if (syn) flow.base = sequence + 1;
  if (data == tcp.size()) return;
  if (!flow.base) flow.base = sequence;
  auto offset = static_cast<int32_t>(sequence + (syn ? 1 : 0) - *flow.base);
  flow.pieces.emplace(offset, tcp.substr(data));
}

std::string Join(const Direction& flow) {
  std::string stream;
  for (const auto& [offset, bytes] : flow.pieces) {
    auto size = static_cast<int64_t>(stream.size());
    if (offset > size) break;
    if (offset + static_cast<int64_t>(bytes.size()) > size)
      stream += bytes.substr(static_cast<size_t>(size - offset));
  }
  return stream;
}

}  // namespace

std::map<FlowKey, std::string> ReadTcpStreams(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string all((std::istreambuf_iterator<char>(file)), {});
  std::map<FlowKey, std::string> streams;
  if (all.size() < 24) return streams;
  auto u32 = [&all](size_t at) {
    uint32_t value;
    std::memcpy(&value, all.data() + at, 4);
    return value;
  };
  uint32_t magic = u32(0);
  bool swapped = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
  if (!swapped && magic != 0xa1b2c3d4 && magic != 0xa1b23c4d) return streams;
  auto word = [&](size_t at) {
    return swapped ? __builtin_bswap32(u32(at)) : u32(at);
  };
  uint32_t link = word(20) & 0xffff;
  std::map<FlowKey, Direction> flows;
  for (size_t at = 24; at + 16 <= all.size();) {
    size_t size = word(at + 8);
    at += 16;
    if (at + size > all.size()) break;
    AddSegment(flows, Network(link, std::string_view(all).substr(at, size)));
    at += size;
  }
  for (const auto& [key, flow] : flows) streams[key] = Join(flow);
  return streams;
}

}  // namespace pol::testing
