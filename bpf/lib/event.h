// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Says what was decided. A denial always finds the ring buffer before an
// allowance does: the latter is left out while the buffer is half full. What is
// left out is counted.
#ifndef POL_BPF_LIB_EVENT_H_
#define POL_BPF_LIB_EVENT_H_

#include "bpf/lib/decide.h"

// What an event says beside the connection and the socket.
struct pol_report {
  __u64 flow;
  __u32 interface;
  __u32 tcp_sequence;
  __u32 tcp_acknowledge;
  __u16 socket_type;
  __u8 hook;
  __u8 remedy;
};

POL_INLINE struct pol_stats* pol_stats(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&stats, &zero);
}

POL_INLINE __u64 pol_next_sequence(void) {
  __u32 zero = 0;
  __u64* sequence = bpf_map_lookup_elem(&event_sequence, &zero);
  return sequence ? __sync_fetch_and_add(sequence, 1) + 1 : 0;
}

// Programs of one CPU may interrupt each other: the counters are added to
// atomically.
#define POL_COUNT(field)                                         \
  do {                                                           \
    struct pol_stats* pol_stats_ = pol_stats();                  \
    if (pol_stats_) __sync_fetch_and_add(&pol_stats_->field, 1); \
  } while (0)

POL_INLINE void pol_fill_connection(struct pol_event* e,
                                    const struct pol_connection* c) {
  int client = c->role == POL_ROLE_CLIENT;
  e->rule = c->rule;
  e->tls_rule = c->tls_rule;
  e->audit_rule = c->audit_rule;
  e->source = client ? c->self : c->peer;
  e->target = client ? c->peer : c->self;
  e->netns = c->netns;
  e->uid = c->uid;
  e->source_port = client ? c->local_port : c->remote_port;
  e->target_port = client ? c->remote_port : c->local_port;
  __builtin_memcpy(e->source_address, client ? c->local : c->remote, 16);
  __builtin_memcpy(e->target_address, client ? c->remote : c->local, 16);
  e->family = c->family;
  e->protocol = POL_IPPROTO_TCP;
  e->verdict = c->verdict;
  e->audit_verdict = c->audit_verdict;
  e->reason = c->reason;
  e->role = c->role;
  e->proof = c->proof;
  struct cgroup* cgroup = (struct cgroup*)c->cgroup;
  e->cgroup = cgroup ? BPF_CORE_READ(cgroup, kn, id) : 0;
  __u32 slot = (__u32)(c->word & 1);
  struct pol_slot* info = bpf_map_lookup_elem(&slots, &slot);
  e->generation = info ? info->generation : 0;
}

// `s` may be null: then the process is not known.
POL_CHECKED int pol_tell(const struct pol_connection* c,
                         const struct pol_socket* s,
                         const struct pol_report* r) {
  if (!c || !r) return 0;
  __u64 sequence = pol_next_sequence();
  int denied = c->verdict == POL_VERDICT_DENY;
  if (denied)
    POL_COUNT(denied);
  else
    POL_COUNT(allowed);
  struct pol_event* e = 0;
  if (denied ||
      bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) < POL_EVENT_BYTES / 2)
    e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e) {
    if (denied)
      POL_COUNT(lost_denials);
    else
      POL_COUNT(lost_allows);
    return 0;
  }
  __builtin_memset(e, 0, sizeof(*e));
  e->sequence = sequence;
  e->time_ns = bpf_ktime_get_ns();
  pol_fill_connection(e, c);
  e->flow = r->flow;
  e->interface = r->interface;
  e->tcp_sequence = r->tcp_sequence;
  e->tcp_acknowledge = r->tcp_acknowledge;
  e->socket_type = r->socket_type;
  e->hook = r->hook;
  e->remedy = r->remedy;
  if (s) {
    e->pid = s->pid;
    e->tls_version = s->tls_version;
    e->seeded = s->seeded;
    __builtin_memcpy(e->comm, s->comm, sizeof(e->comm));
  }
  // Forced: by itself the kernel wakes the reader only when it has read
  // everything, and what was left for it without waking counts as unread.
  bpf_ringbuf_submit(e, denied ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
  return 0;
}

#endif  // POL_BPF_LIB_EVENT_H_
