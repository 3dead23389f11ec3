// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Who is on the other end, strongest proof first: its own socket when it is in
// the same network namespace, else the address. A proof carried by the
// connection itself would be asked here, before the address.
#ifndef POL_BPF_LIB_PEER_H_
#define POL_BPF_LIB_PEER_H_

#include "bpf/lib/decide.h"

POL_INLINE __u32* pol_find4(__u32 address, __u64 word) {
  void* table = POL_TABLE(exact4, word);
  __u32* identity = table ? bpf_map_lookup_elem(table, &address) : 0;
  if (identity) return identity;
  struct pol_prefix4 key = {.bits = 32};
  __builtin_memcpy(key.address, &address, 4);
  table = POL_TABLE(prefix4, word);
  return table ? bpf_map_lookup_elem(table, &key) : 0;
}

POL_INLINE __u32* pol_find6(const __u8* address, __u64 word) {
  struct pol_prefix6 key = {.bits = 128};
  __builtin_memcpy(key.address, address, 16);
  void* table = POL_TABLE(exact6, word);
  __u32* identity = table ? bpf_map_lookup_elem(table, key.address) : 0;
  if (identity) return identity;
  table = POL_TABLE(prefix6, word);
  return table ? bpf_map_lookup_elem(table, &key) : 0;
}

// Sets the peer of `c` by its remote address.
POL_CHECKED int pol_peer_by_address(struct pol_connection* c) {
  if (!c) return 0;
  __u32* identity;
  if (c->family == 4) {
    __u32 address;
    __builtin_memcpy(&address, c->remote, 4);
    identity = pol_find4(address, c->word);
  } else {
    identity = pol_find6(c->remote, c->word);
  }
  c->peer = identity ? *identity : POL_UNKNOWN;
  c->proof = identity ? POL_PROOF_ADDRESS : POL_PROOF_NONE;
  return 0;
}

// The tuple that finds the peer's socket: the remote address is local to it.
POL_INLINE __u32 pol_peer_tuple(const struct pol_connection* c,
                                struct bpf_sock_tuple* tuple) {
  if (c->family == 4) {
    __builtin_memcpy(&tuple->ipv4.saddr, c->local, 4);
    __builtin_memcpy(&tuple->ipv4.daddr, c->remote, 4);
    tuple->ipv4.sport = bpf_htons(c->local_port);
    tuple->ipv4.dport = bpf_htons(c->remote_port);
    return sizeof(tuple->ipv4);
  }
  __builtin_memcpy(tuple->ipv6.saddr, c->local, 16);
  __builtin_memcpy(tuple->ipv6.daddr, c->remote, 16);
  tuple->ipv6.sport = bpf_htons(c->local_port);
  tuple->ipv6.dport = bpf_htons(c->remote_port);
  return sizeof(tuple->ipv6);
}

// Looks for the peer's socket with `ctx` and, when it is one, takes its
// identity. A macro, because the programs that need it have contexts of
// different types. Evaluates to whether it was found. A listener on every
// address is found whether the remote address is one of this host or not; with
// `established`, a listener is not the peer.
#define POL_PEER_BY_SOCKET(ctx, c, established)                     \
  ({                                                                \
    int found_ = 0;                                                 \
    struct bpf_sock_tuple tuple_ = {};                              \
    struct bpf_sock* other_;                                        \
    __u32 length_ = pol_peer_tuple(c, &tuple_);                     \
    if (length_ == sizeof(tuple_.ipv4))                             \
      other_ = bpf_sk_lookup_tcp(ctx, &tuple_, sizeof(tuple_.ipv4), \
                                 BPF_F_CURRENT_NETNS, 0);           \
    else                                                            \
      other_ = bpf_sk_lookup_tcp(ctx, &tuple_, sizeof(tuple_.ipv6), \
                                 BPF_F_CURRENT_NETNS, 0);           \
    if (other_) {                                                   \
      found_ = pol_peer_socket(other_, c, established);             \
      bpf_sk_release(other_);                                       \
    }                                                               \
    found_;                                                         \
  })

POL_INLINE int pol_peer_socket(struct bpf_sock* other, struct pol_connection* c,
                               int established) {
  int listening = other->state == BPF_TCP_LISTEN;
  if (established && listening) return 0;
  struct tcp_sock* tp = bpf_skc_to_tcp_sock(other);
  if (!tp) return 0;
  struct sock* sk = (struct sock*)tp;
  __u32 uid = BPF_CORE_READ(sk, sk_uid.val);
  struct pol_socket* known = bpf_sk_storage_get(&sockets, other, 0, 0);
  if (known) uid = known->uid;
  c->peer = (__u32)pol_bearer((__u64)BPF_CORE_READ(sk, sk_cgrp_data.cgroup),
                              uid, c->word);
  c->proof = POL_PROOF_SOCKET;
  return 1;
}

#endif  // POL_BPF_LIB_PEER_H_
