// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Takes in the TCP sockets of one network namespace that were there before the
// programs.
#include "bpf/lib/socket.h"

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

SEC("iter/tcp")
int pol_seed(struct bpf_iter__tcp* ctx) {
  struct sock_common* common = ctx->sk_common;
  __u64 word = pol_word();
  if (!common || !word) return 0;
  struct tcp_sock* tp = bpf_skc_to_tcp_sock(common);
  if (!tp) return 0;
  struct pol_connection c = {.word = word};
  pol_read_socket(&c, tp);
  if (!(pol_bearer(c.cgroup, c.uid, word) >> 32)) return 0;
  if (bpf_sk_storage_get(&sockets, tp, 0, 0)) return 0;
  struct pol_socket* s =
      bpf_sk_storage_get(&sockets, tp, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!s) return 0;
  s->uid = c.uid;
  s->seeded = 1;
  if (common->skc_state != BPF_TCP_LISTEN)
    s->role = pol_was_accepted(tp) ? POL_ROLE_SERVER : POL_ROLE_CLIENT;
  return 0;
}
