// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// From a socket to the connection that is judged, and back.
#ifndef POL_BPF_LIB_SOCKET_H_
#define POL_BPF_LIB_SOCKET_H_

#include "bpf/lib/event.h"

enum { POL_REPORT_AGAIN_NS = 100 * 1000 * 1000 };

// What the kernel knows of a socket: where it lives and who made it.
POL_INLINE void pol_read_socket(struct pol_connection* c, struct tcp_sock* tp) {
  struct sock* sk = (struct sock*)tp;
  c->cgroup = (__u64)BPF_CORE_READ(sk, sk_cgrp_data.cgroup);
  struct net* net = BPF_CORE_READ(sk, __sk_common.skc_net.net);
  c->netns = BPF_CORE_READ(net, ns.inum);
  c->netns_cookie = BPF_CORE_READ(net, net_cookie);
  c->uid = BPF_CORE_READ(sk, sk_uid.val);
}

// Whether the socket was made by accept(2): such a one inherits the length of
// its listener's queue. Only asked for connections that were there before us.
POL_INLINE int pol_was_accepted(struct tcp_sock* tp) {
  return BPF_CORE_READ((struct sock*)tp, sk_max_ack_backlog) != 0;
}

POL_INLINE void pol_keep_decision(struct pol_socket* s,
                                  const struct pol_connection* c) {
  s->self = c->self;
  s->peer = c->peer;
  s->rule = c->rule;
  s->tls_rule = c->tls_rule;
  s->audit_rule = c->audit_rule;
  s->tls_minimum = c->tls_minimum;
  s->role = c->role;
  s->proof = c->proof;
  s->verdict = c->verdict;
  s->audit_verdict = c->audit_verdict;
  s->reason = c->reason;
  s->word = c->word;
}

POL_INLINE void pol_recall_decision(struct pol_connection* c,
                                    const struct pol_socket* s) {
  c->word = s->word;
  c->uid = s->uid;
  c->self = s->self;
  c->peer = s->peer;
  c->rule = s->rule;
  c->tls_rule = s->tls_rule;
  c->audit_rule = s->audit_rule;
  c->tls_minimum = s->tls_minimum;
  c->role = s->role;
  c->proof = s->proof;
  c->verdict = s->verdict;
  c->audit_verdict = s->audit_verdict;
  c->reason = s->reason;
}

// The state of a connection that is about to be made on a socket that may have
// had another.
POL_INLINE void pol_forget_connection(struct pol_socket* s) {
  s->word = 0;
  s->reported = 0;
  s->tls_version = 0;
  s->tls = POL_TLS_NONE;
  s->seeded = 0;
  s->client_done = 0;
  s->server_done = 0;
}

// A refusal that stands: said again when enough time has passed since it was
// last said, in case nobody listened.
POL_INLINE int pol_report_is_due(struct pol_socket* s) {
  __u64 now = bpf_ktime_get_ns();
  if (s->reported && now - s->reported < POL_REPORT_AGAIN_NS) return 0;
  s->reported = now;
  return 1;
}

#endif  // POL_BPF_LIB_SOCKET_H_
