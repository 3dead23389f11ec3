// TCP streams out of a capture file (pcap, both byte orders): enough to read
// the beginnings of the conversations in test traces.
#ifndef POL_TESTS_BPF_PCAP_H_
#define POL_TESTS_BPF_PCAP_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace pol::testing {

// Source address (4 or 16 bytes), port; target address, port.
using FlowKey = std::tuple<std::string, uint16_t, std::string, uint16_t>;

// Each direction's bytes as far as they are there without a gap; where
// segments overlap, what came first. Empty for a file that is not a pcap.
std::map<FlowKey, std::string> ReadTcpStreams(const std::string& path);

}  // namespace pol::testing

#endif  // POL_TESTS_BPF_PCAP_H_
