#include "agent/kernel/network/features.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <array>
#include <cerrno>
#include <memory>
#include <set>

#include "agent/kernel/network/programs.h"
#include "bpf/network.skel.h"

namespace pol::kernel {
namespace {

struct Helper {
  bpf_prog_type program;
  bpf_func_id id;
  const char* name;
};

// Those that older kernels lack. What the programs call besides is older than
// the types of programs that they are.
constexpr std::array<Helper, 5> kHelpers = {{
    {BPF_PROG_TYPE_CGROUP_SKB, BPF_FUNC_loop, "bpf_loop"},
    {BPF_PROG_TYPE_CGROUP_SKB, BPF_FUNC_skc_to_tcp_sock, "bpf_skc_to_tcp_sock"},
    {BPF_PROG_TYPE_CGROUP_SKB, BPF_FUNC_sk_storage_get, "bpf_sk_storage_get"},
    {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_FUNC_ringbuf_reserve,
     "bpf_ringbuf_reserve"},
    {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_FUNC_sk_lookup_tcp,
     "bpf_sk_lookup_tcp"},
}};

struct Destroy {
  void operator()(pol_network* skeleton) const {
    pol_network__destroy(skeleton);
  }
};

std::set<bpf_map_type> MapTypes(const bpf_object* object) {
  std::set<bpf_map_type> types;
  bpf_map* map;
  bpf_object__for_each_map(map, object) {
    types.insert(bpf_map__type(map));
    if (bpf_map* inner = bpf_map__inner_map(map))
      types.insert(bpf_map__type(inner));
  }
  return types;
}

std::set<bpf_prog_type> ProgramTypes(const bpf_object* object) {
  std::set<bpf_prog_type> types;
  bpf_program* program;
  bpf_object__for_each_program(program, object) {
    types.insert(bpf_program__type(program));
  }
  return types;
}

}  // namespace

absl::StatusOr<std::vector<Feature>> ProbeFeatures() {
  POL_RETURN_IF_ERROR(ProbePrivilege());
  std::unique_ptr<pol_network, Destroy> skeleton(pol_network__open());
  if (skeleton == nullptr)
    return support::SystemError(errno, "open the network programs");
  std::vector<Feature> features;
  for (bpf_prog_type type : ProgramTypes(skeleton->obj)) {
    // libbpf 1.1 knows this type by what the verifier says of a wrong program,
    // which newer kernels say otherwise.
    if (type == BPF_PROG_TYPE_TRACING) continue;
    features.push_back({"program type", libbpf_bpf_prog_type_str(type),
                        libbpf_probe_bpf_prog_type(type, nullptr) == 1});
  }
  for (bpf_map_type type : MapTypes(skeleton->obj)) {
    features.push_back({"map type", libbpf_bpf_map_type_str(type),
                        libbpf_probe_bpf_map_type(type, nullptr) == 1});
  }
  for (const Helper& helper : kHelpers) {
    features.push_back(
        {"helper", helper.name,
         libbpf_probe_bpf_helper(helper.program, helper.id, nullptr) == 1});
  }
  return features;
}

}  // namespace pol::kernel
