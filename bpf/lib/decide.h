// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The decision on one connection, from the tables of one slot.
#ifndef POL_BPF_LIB_DECIDE_H_
#define POL_BPF_LIB_DECIDE_H_

#include "bpf/lib/identity.h"

// One end of a connection as it is judged: what is known goes in, the decision
// comes out.
struct pol_connection {
  __u64 word;
  __u64 cgroup;  // struct cgroup* of the socket here
  __u64 netns_cookie;
  __u32 netns;
  __u32 uid;
  __u32 self;
  __u32 peer;
  __u16 local_port;
  __u16 remote_port;
  __u8 family;  // 4 or 6; v4-mapped addresses count as 4
  __u8 role;
  __u8 proof;
  __u8 pad;
  __u8 local[16];
  __u8 remote[16];

  __u8 verdict;
  __u8 audit_verdict;
  __u8 reason;
  __u8 pad2;
  __u16 tls_minimum;
  __u16 pad3;
  __u32 rule;
  __u32 tls_rule;
  __u32 audit_rule;
};

POL_INLINE __u32 pol_class(__u32 identity, __u64 word, __u32* flags) {
  void* table = POL_TABLE(identities, word);
  struct pol_identity* info = table ? bpf_map_lookup_elem(table, &identity) : 0;
  *flags = info ? info->flags : 0;
  return info ? info->identity_class : 0;
}

POL_INLINE struct pol_cell* pol_find_cell(struct pol_connection* c,
                                          __u32 source_class,
                                          __u32 target_class, __u16 port) {
  __u32 index = port;
  void* ports = POL_TABLE(intervals, c->word);
  __u16* interval = ports ? bpf_map_lookup_elem(ports, &index) : 0;
  void* table = POL_TABLE(cells, c->word);
  if (!interval || !table) return 0;
  struct pol_cell_key key = {
      .source_class = source_class,
      .target_class = target_class,
      .interval = *interval,
      .protocol = POL_IPPROTO_TCP,
  };
  return bpf_map_lookup_elem(table, &key);
}

POL_INLINE __u8 pol_verdict_of(__u8 effect, __u8 otherwise) {
  if (effect == POL_EFFECT_ALLOW) return POL_VERDICT_ALLOW;
  if (effect == POL_EFFECT_DENY) return POL_VERDICT_DENY;
  return otherwise;
}

POL_INLINE __u16 pol_tls_minimum(__u16 profile, __u64 word) {
  __u32 index = profile;
  void* table = POL_TABLE(profiles, word);
  struct pol_tls_profile* p = table ? bpf_map_lookup_elem(table, &index) : 0;
  // A profile that is not there cannot be met.
  if (!p) return 0xffff;
  return p->min_version < POL_TLS_1_0 ? POL_TLS_1_0 : p->min_version;
}

// Judges `c` by word, self, peer, role and the ports.
POL_CHECKED int pol_decide(struct pol_connection* c) {
  if (!c) return 0;
  int client = c->role == POL_ROLE_CLIENT;
  __u32 source = client ? c->self : c->peer;
  __u32 target = client ? c->peer : c->self;
  __u32 source_flags, target_flags;
  __u32 source_class = pol_class(source, c->word, &source_flags);
  __u32 target_class = pol_class(target, c->word, &target_flags);
  struct pol_cell* cell = pol_find_cell(
      c, source_class, target_class, client ? c->remote_port : c->local_port);

  int governed = (source_flags & POL_GOVERNED_EGRESS) ||
                 (target_flags & POL_GOVERNED_INGRESS);
  __u8 otherwise = governed ? POL_VERDICT_DENY : POL_VERDICT_ALLOW;
  __u8 effect = cell ? cell->effect : POL_EFFECT_NONE;
  c->verdict = pol_verdict_of(effect, otherwise);
  c->audit_verdict = POL_VERDICT_NONE;
  c->rule = effect != POL_EFFECT_NONE ? cell->rule : 0;
  c->tls_rule = 0;
  c->audit_rule = 0;
  c->tls_minimum = 0;
  if (effect == POL_EFFECT_ALLOW)
    c->reason = POL_REASON_ALLOWED_BY_RULE;
  else if (effect == POL_EFFECT_DENY)
    c->reason = POL_REASON_DENIED_BY_RULE;
  else if (!governed)
    c->reason = POL_REASON_NOT_GOVERNED;
  else
    c->reason = c->peer == POL_UNKNOWN ? POL_REASON_UNKNOWN_PEER
                                       : POL_REASON_DEFAULT_DENY;
  if (!cell) return 0;
  if (cell->tls_profile && c->verdict == POL_VERDICT_ALLOW) {
    c->tls_minimum = pol_tls_minimum(cell->tls_profile, c->word);
    c->tls_rule = cell->tls_rule;
  }
  __u8 audit = pol_verdict_of(cell->audit_effect, c->verdict);
  if (audit != c->verdict) {
    c->audit_verdict = audit;
    c->audit_rule = cell->audit_rule;
  }
  return 0;
}

#endif  // POL_BPF_LIB_DECIDE_H_
