// Any bytes at all as a .polb file, and as the message in one: whoever holds a
// bundle that passed the reader may ask it about every identity and port.
//
//   build/fuzz/bin/bundle_fuzz -max_len=8192 CORPUS tests/fuzz/bundle
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/bundle/container.h"
#include "compiler/bundle/origin.h"
#include "compiler/support/check.h"

namespace pol {
namespace {

constexpr std::array<uint16_t, 5> kPorts = {0, 1, 443, 5432, 65535};

void Ask(const bundle::Bundle& bundle) {
  const auto count = static_cast<uint32_t>(bundle.identities_size());
  const uint32_t first = std::min<uint32_t>(count, 6);
  for (uint32_t source = 0; source < first; ++source) {
    for (uint32_t target = 0; target < first; ++target) {
      for (uint16_t port : kPorts) {
        const bundle::Flow flow{source, target, 6, port};
        const auto decision = bundle::Lookup(bundle, flow);
        if (decision.cell == nullptr && decision.governed)
          static_cast<void>(bundle::ExplainDefaultDeny(bundle, flow));
      }
    }
  }
  for (uint32_t i = 0; i <= first; ++i)
    POL_CHECK(!bundle::IdentityName(bundle, i).empty()) << i;
}

void Check(const std::string& file) {
  const auto bundle = bundle::Read(file);
  if (!bundle.ok()) {
    POL_CHECK(!bundle.status().message().empty()) << "a reason";
    return;
  }
  POL_CHECK(bundle::Validate(*bundle).ok()) << "what the reader takes";
  POL_CHECK(bundle::Digest(file).size() == 64) << "digest";
  Ask(*bundle);
}

}  // namespace
}  // namespace pol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  pol::Check(bytes);
  pol::bundle::Bundle bundle;
  if (!bundle.ParseFromString(bytes)) return 0;
  pol::bundle::Validate(bundle).IgnoreError();
  // What cannot be written contradicts itself, and the writer says so.
  const auto file = pol::bundle::Write(bundle);
  if (file.ok()) pol::Check(*file);
  return 0;
}
