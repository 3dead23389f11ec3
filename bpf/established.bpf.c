// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sockops: a handshake is complete. The child of a listener gets its identity,
// its peer and the decision; where TLS is asked for, the gate is set up in both
// directions before a byte of data has passed.
#include "bpf/lib/gate.h"
#include "bpf/lib/packet.h"
#include "bpf/lib/peer.h"
#include "bpf/lib/socket.h"

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

POL_INLINE void pol_read_ends(struct bpf_sock_ops* ctx,
                              struct pol_connection* c) {
  c->local_port = (__u16)ctx->local_port;
  c->remote_port = (__u16)bpf_ntohl(ctx->remote_port);  // in the upper half
  if (ctx->family == POL_AF_INET) {
    __u32 local = ctx->local_ip4, remote = ctx->remote_ip4;
    c->family = 4;
    __builtin_memcpy(c->local, &local, 4);
    __builtin_memcpy(c->remote, &remote, 4);
    return;
  }
  // Volatile: only loads of 32 bits are allowed, and the compiler would merge
  // them.
  volatile __u32* l = ctx->local_ip6;
  volatile __u32* r = ctx->remote_ip6;
  __u32 local[4] = {l[0], l[1], l[2], l[3]};
  __u32 remote[4] = {r[0], r[1], r[2], r[3]};
  c->family = 6;
  __builtin_memcpy(c->local, local, 16);
  __builtin_memcpy(c->remote, remote, 16);
  if (pol_is_mapped(c->remote)) {
    c->family = 4;
    pol_unmap(c->local);
    pol_unmap(c->remote);
  }
}

// Takes what the handshake's last packet was told at the listener. 0 if there
// is nothing, or it was told by another policy.
POL_INLINE struct pol_handshake* pol_take_handshake(
    struct pol_connection* c, struct pol_handshake_key* key) {
  key->netns_cookie = c->netns_cookie;
  key->local_port = c->local_port;
  key->remote_port = c->remote_port;
  __builtin_memcpy(key->local, c->local, 16);
  __builtin_memcpy(key->remote, c->remote, 16);
  struct pol_handshake* h = bpf_map_lookup_elem(&handshakes, key);
  if (!h || h->word != c->word) return 0;
  c->self = h->self;
  c->peer = h->peer;
  c->rule = h->rule;
  c->tls_rule = h->tls_rule;
  c->audit_rule = h->audit_rule;
  c->tls_minimum = h->tls_minimum;
  c->proof = h->proof;
  c->verdict = h->verdict;
  c->audit_verdict = h->audit_verdict;
  c->reason = h->reason;
  return h;
}

// A refusal that no agent acts upon must not leave the socket hanging:
// pol_give_up() is called when data are sent again (RTO), and while the gate is
// up whenever a packet is built, because what never left is not a
// retransmission.
POL_INLINE void pol_call_back(struct bpf_sock_ops* ctx, int flags) {
  bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags | flags);
}

// Sets the gate up: nothing judged yet but the data of the handshake's last
// packet.
POL_INLINE int pol_open_gate(struct bpf_sock_ops* ctx, struct bpf_sock* sk,
                             __u8 role, const struct pol_handshake* h) {
  struct pol_gate* g =
      bpf_sk_storage_get(&gates, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!g) return -1;
  int client = role == POL_ROLE_CLIENT;
  g->first = 0;
  g->count = 1;
  g->asked = 0;
  g->arrived_ns = 0;
  g->in[0].next = ctx->rcv_nxt;
  pol_tls_init(&g->in[0].tls, client);
  g->out.next = ctx->snd_nxt;
  pol_tls_init(&g->out.tls, !client);
  if (h && h->has_data && h->base == ctx->rcv_nxt) {
    g->in[1].next = h->next;
    g->in[1].tls = h->tls;
    g->asked = h->tls.requests;
    g->count = 2;
    g->arrived_ns = h->time_ns;
  }
  pol_call_back(ctx,
                BPF_SOCK_OPS_RTO_CB_FLAG | BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG);
  return 0;
}

POL_INLINE void pol_settle(struct bpf_sock_ops* ctx, struct bpf_sock* sk,
                           struct pol_connection* c, struct pol_socket* s,
                           const struct pol_handshake* h) {
  pol_forget_connection(s);
  pol_keep_decision(s, c);
  struct pol_report r = {
      .flow = bpf_get_socket_cookie(ctx),
      .hook = POL_HOOK_ESTABLISHED,
  };
  if (c->verdict == POL_VERDICT_ALLOW && c->tls_minimum) {
    if (pol_open_gate(ctx, sk, c->role, h) == 0) {
      s->tls =
          POL_TLS_PENDING;  // said to be allowed when the gate has passed it
      return;
    }
    c->verdict = POL_VERDICT_DENY;
    c->reason = POL_REASON_NO_STATE;
    pol_keep_decision(s, c);
  }
  if (c->verdict == POL_VERDICT_DENY) {
    r.remedy = POL_REMEDY_KILL;
    pol_report_is_due(s);
  } else if (c->reason == POL_REASON_NOT_GOVERNED && !c->audit_verdict) {
    return;
  }
  pol_tell(c, s, &r);
}

POL_INLINE void pol_passive(struct bpf_sock_ops* ctx, struct bpf_sock* sk,
                            struct pol_connection* c, struct pol_socket* s) {
  struct pol_handshake_key key = {};
  c->role = POL_ROLE_SERVER;
  struct pol_handshake* h = pol_take_handshake(c, &key);
  if (!h) {
    c->self = (__u32)pol_bearer(c->cgroup, c->uid, c->word);
    pol_peer_by_address(c);
    pol_decide(c);
  }
  pol_settle(ctx, sk, c, s, h);
  bpf_map_delete_elem(&handshakes, &key);
}

POL_INLINE void pol_active(struct bpf_sock_ops* ctx, struct bpf_sock* sk,
                           struct pol_connection* c, struct pol_socket* s) {
  if (s->word == c->word) {
    pol_recall_decision(c, s);
  } else {
    c->role = POL_ROLE_CLIENT;
    c->self = (__u32)pol_bearer(c->cgroup, c->uid, c->word);
    pol_peer_by_address(c);
    pol_decide(c);
  }
  pol_settle(ctx, sk, c, s, 0);
}

POL_INLINE void pol_established(struct bpf_sock_ops* ctx, int passive) {
  struct bpf_sock* sk = ctx->sk;
  __u64 word = pol_word();
  if (!sk || !word) return;
  struct tcp_sock* tp = bpf_skc_to_tcp_sock(sk);
  if (!tp) return;
  struct pol_connection c = {.word = word};
  pol_read_socket(&c, tp);
  pol_read_ends(ctx, &c);
  struct pol_socket* s = bpf_sk_storage_get(&sockets, sk, 0, 0);
  if (!s) {
    s = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (!s) return;  // without state it is refused on its next packet
    s->uid = c.uid;
  }
  c.uid = s->uid;
  // A client whose SYN met the SYN of its peer gets the passive call too.
  int called =
      s->role == POL_ROLE_CLIENT && s->connecting == bpf_get_socket_cookie(ctx);
  if (passive && !called)
    pol_passive(ctx, sk, &c, s);
  else
    pol_active(ctx, sk, &c, s);
}

// Ends the socket at its next timer when it is refused.
POL_INLINE void pol_give_up(struct bpf_sock_ops* ctx) {
  struct bpf_sock* sk = ctx->sk;
  if (!sk) return;
  struct pol_socket* s = bpf_sk_storage_get(&sockets, sk, 0, 0);
  if (!s) return;
  if (s->verdict == POL_VERDICT_DENY || s->tls == POL_TLS_REFUSED) {
    int now = 1;  // milliseconds
    bpf_setsockopt(ctx, POL_SOL_TCP, POL_TCP_USER_TIMEOUT, &now, sizeof(now));
  } else if (s->tls != POL_TLS_PENDING) {
    bpf_sock_ops_cb_flags_set(
        ctx, ctx->bpf_sock_ops_cb_flags & ~BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG);
  }
}

SEC("sockops")
int pol_sockops(struct bpf_sock_ops* ctx) {
  switch (ctx->op) {
    case BPF_SOCK_OPS_TCP_CONNECT_CB:
      if (pol_word()) pol_call_back(ctx, BPF_SOCK_OPS_RTO_CB_FLAG);
      break;
    case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
      pol_established(ctx, 0);
      break;
    case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
      pol_established(ctx, 1);
      break;
    case BPF_SOCK_OPS_RTO_CB:
    case BPF_SOCK_OPS_HDR_OPT_LEN_CB:
      pol_give_up(ctx);
      break;
    default:
      break;
  }
  return 1;
}
