// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// connect(2): a connection that the policy does not allow fails with EPERM.
//
// Both who made the socket and who connects it must be allowed to: neither
// passing a socket to another process nor moving a process to another cgroup
// changes what may be reached.
#include "bpf/lib/packet.h"
#include "bpf/lib/peer.h"
#include "bpf/lib/socket.h"

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

POL_INLINE int pol_is_loopback(const struct pol_connection* c) {
  if (c->family == 4) return c->remote[0] == 127;
  const __u32* word = (const __u32*)c->remote;
  return word[0] == 0 && word[1] == 0 && word[2] == 0 &&
         word[3] == bpf_htonl(1);
}

POL_INLINE void pol_stricter(struct pol_connection* c, __u16 minimum,
                             __u32 rule) {
  if (minimum <= c->tls_minimum) return;
  c->tls_minimum = minimum;
  c->tls_rule = rule;
}

// Judges `c` by who made the socket, then, where that is somebody else, by who
// connects it. Returns whether they are the same.
POL_CHECKED int pol_judge_both(struct pol_connection* c, __u32 current_uid,
                               __u64 current_cgroup) {
  if (!c) return 0;
  __u32 current = (__u32)pol_bearer(current_cgroup, current_uid, c->word);
  c->self = c->cgroup ? (__u32)pol_bearer(c->cgroup, c->uid, c->word) : current;
  pol_decide(c);
  if (current == c->self || c->verdict == POL_VERDICT_DENY)
    return current == c->self;
  __u32 maker = c->self;
  __u16 minimum = c->tls_minimum;
  __u32 tls_rule = c->tls_rule;
  c->self = current;
  pol_decide(c);
  if (c->verdict == POL_VERDICT_ALLOW) {
    c->self = maker;
    pol_stricter(c, minimum, tls_rule);
  }
  return 0;
}

POL_INLINE struct pol_socket* pol_connecting(struct bpf_sock_addr* ctx,
                                             struct pol_connection* c) {
  struct bpf_sock* sk = ctx->sk;
  if (!sk) return 0;
  struct tcp_sock* tp = bpf_skc_to_tcp_sock(sk);
  if (!tp) return 0;
  pol_read_socket(c, tp);
  struct pol_socket* s = bpf_sk_storage_get(&sockets, sk, 0, 0);
  if (!s) {  // not made in the managed cgroup, or before we came
    s = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (s) s->uid = c->uid;
  }
  if (s) c->uid = s->uid;
  return s;
}

// 1 to let the connection be tried, 0 for EPERM. The remote end is set in `c`.
POL_INLINE int pol_connect(struct bpf_sock_addr* ctx, struct pol_connection* c,
                           __u64 word) {
  c->word = word;
  c->role = POL_ROLE_CLIENT;
  struct pol_socket* s = pol_connecting(ctx, c);
  __u32 uid = (__u32)bpf_get_current_uid_gid();
  __u64 cgroup = pol_current_cgroup();
  int found = POL_PEER_BY_SOCKET(ctx, c, 0);
  int loopback = pol_is_loopback(c);
  if (!loopback || !found) pol_peer_by_address(c);
  int same = pol_judge_both(c, uid, cgroup);

  // A listener here has the port, and perhaps the address too: which interface
  // the SYN leaves by will tell. What is then forbidden is refused there.
  int defer = c->verdict == POL_VERDICT_DENY && !loopback && same && s && found;
  if (s) {
    pol_forget_connection(s);
    bpf_sk_storage_delete(&gates, ctx->sk);
    pol_keep_decision(s, c);
    s->connecting = bpf_get_socket_cookie(ctx);
    if (defer) s->word = 0;
  }
  if (defer) return 1;
  if (c->verdict != POL_VERDICT_DENY && s) return 1;
  if (c->verdict != POL_VERDICT_DENY) {
    // Nothing to keep the decision in (MPTCP, or no memory): fine for who is
    // not governed.
    if (!pol_identity_flags(c->self, word)) return 1;
    c->verdict = POL_VERDICT_DENY;
    c->reason = POL_REASON_NO_STATE;
  }
  if (!c->cgroup) c->cgroup = cgroup;
  struct pol_report r = {
      .flow = bpf_get_socket_cookie(ctx),
      .hook = POL_HOOK_CONNECT,
  };
  pol_tell(c, s, &r);
  return 0;
}

POL_INLINE int pol_is_stream(struct bpf_sock_addr* ctx) {
  return ctx->type == POL_SOCK_STREAM && (ctx->protocol == POL_IPPROTO_TCP ||
                                          ctx->protocol == POL_IPPROTO_MPTCP);
}

SEC("cgroup/connect4")
int pol_connect4(struct bpf_sock_addr* ctx) {
  __u64 word = pol_word();
  if (!word || !pol_is_stream(ctx)) return 1;
  struct pol_connection c = {.family = 4};
  __u32 address = ctx->user_ip4;
  __builtin_memcpy(c.remote, &address, 4);
  c.remote_port = bpf_ntohs((__u16)ctx->user_port);
  return pol_connect(ctx, &c, word);
}

SEC("cgroup/connect6")
int pol_connect6(struct bpf_sock_addr* ctx) {
  __u64 word = pol_word();
  if (!word || !pol_is_stream(ctx)) return 1;
  struct pol_connection c = {.family = 6};
  __u32 address[4] = {ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2],
                      ctx->user_ip6[3]};
  __builtin_memcpy(c.remote, address, 16);
  c.remote_port = bpf_ntohs((__u16)ctx->user_port);
  if (pol_is_mapped(c.remote)) {
    c.family = 4;
    pol_unmap(c.remote);
  }
  return pol_connect(ctx, &c, word);
}
