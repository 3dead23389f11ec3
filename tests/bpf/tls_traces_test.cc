// The TLS parser over conversations that others recorded. The recordings are
// not part of the project: POL_SHARED_DIR, or the folder beside the source.
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/bpf/pcap.h"
#include "tests/bpf/tls_feed.h"
#include "tests/harness/elsewhere.h"

namespace pol::testing {
namespace {

using Json = nlohmann::json;

std::string Traces() { return harness::Elsewhere("conformance/tls"); }

Json ReadJson(const std::string& path) {
  std::ifstream file(path);
  return file ? Json::parse(file) : Json();
}

#define SKIP_WITHOUT_TRACES()                                               \
  if (!std::ifstream(Traces() + "/zeek.json"))                              \
  GTEST_SKIP() << harness::kNotHere << "no recorded traces at " << Traces() \
               << " (set POL_SHARED_DIR); the parser is not "               \
                  "checked against them"

std::string AddressBytes(const std::string& text) {
  std::string bytes(16, '\0');
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  inet_pton(AF_INET, text.c_str(), bytes.data());
  return bytes.substr(0, 4);
}

TEST(TlsTraces, EveryClientHelloIsRead) {
  SKIP_WITHOUT_TRACES();
  Json shapes = ReadJson(Traces() + "/client_hello_shapes.json");
  std::map<std::string, std::map<FlowKey, std::string>> files;
  int read = 0;
  for (const Json& shape : shapes) {
    std::string file = shape["file"];
    // Measured was the second hello of this one, after a HelloRetryRequest.
    if (file == "tls__hrr.pcap") continue;
    if (!files.count(file)) {
      files[file] = ReadTcpStreams(Traces() + "/zeek/" + file);
      if (files[file].empty())
        files[file] = ReadTcpStreams(Traces() + "/suricata/" + file);
    }
    const Json& flow = shape["flow"];
    auto stream =
        files[file].find({AddressBytes(flow[0]), flow[1].get<uint16_t>(),
                          AddressBytes(flow[2]), flow[3].get<uint16_t>()});
    if (stream == files[file].end()) continue;
    auto offset = shape["stream_offset"].get<size_t>();
    if (offset >= stream->second.size()) continue;
    pol_tls tls = ReadTls(std::string_view(stream->second).substr(offset));
    EXPECT_EQ(tls.result, POL_TLS_GOOD) << shape;
    // What was read is the message, with a header for each record.
    EXPECT_EQ(tls.total, shape["client_hello_bytes"].get<uint32_t>() +
                             5 * shape["tls_records"].get<uint32_t>())
        << shape;
    ++read;
  }
  EXPECT_GT(read, 60) << "of " << shapes.size();
}

uint16_t VersionOf(const std::string& name) {
  static const std::map<std::string, uint16_t> kVersions = {{"SSLv3", 0x0300},
                                                            {"TLSv10", 0x0301},
                                                            {"TLSv11", 0x0302},
                                                            {"TLSv12", 0x0303},
                                                            {"TLSv13", 0x0304}};
  auto found = kVersions.find(name);
  return found == kVersions.end() ? 0 : found->second;
}

TEST(TlsTraces, TheServersChoiceIsWhatOthersRead) {
  SKIP_WITHOUT_TRACES();
  // A hello after the protocol's own words: not TLS from the first byte on.
  const std::set<std::string> upgraded = {"21",   "25",   "110",  "143",
                                          "3306", "5222", "5269", "6667"};
  int agreed = 0, refused = 0;
  Json zeek = ReadJson(Traces() + "/zeek.json");
  for (const Json& entry : zeek["entries"]) {
    if (!entry["expected"].contains("ssl.log")) continue;
    std::map<FlowKey, std::string> streams;
    for (const Json& trace : entry["traces"])
      streams.merge(ReadTcpStreams(Traces() + "/" + trace.get<std::string>()));
    for (const Json& row : entry["expected"]["ssl.log"]) {
      if (!row.contains("version")) continue;
      std::string client = AddressBytes(row["id.orig_h"]);
      std::string server = AddressBytes(row["id.resp_h"]);
      std::string port = row["id.resp_p"];
      auto from = static_cast<uint16_t>(
          std::stoul(row["id.orig_p"].get<std::string>()));
      auto to = static_cast<uint16_t>(std::stoul(port));
      auto stream = streams.find({server, to, client, from});
      if (stream == streams.end()) continue;  // DTLS and QUIC
      pol_tls tls = ReadTls(stream->second, true);
      // Globus speaks FTP first on its control port.
      if (upgraded.count(port) || port == "2811") {
        EXPECT_EQ(tls.result, POL_REASON_PLAINTEXT) << row;
        ++refused;
      } else {
        EXPECT_EQ(tls.result, POL_TLS_GOOD) << row;
        EXPECT_EQ(tls.version, VersionOf(row["version"])) << row;
        ++agreed;
      }
    }
  }
  EXPECT_GT(agreed, 10);
  EXPECT_GT(refused, 5);
}

}  // namespace
}  // namespace pol::testing
