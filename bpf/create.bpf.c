// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// socket(2): remembers who made the socket, and refuses governed workloads the
// kinds of sockets that the other programs cannot judge.
#include "bpf/lib/socket.h"

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

POL_INLINE void pol_current_process(struct pol_socket* s) {
  s->uid = (__u32)bpf_get_current_uid_gid();
  s->pid = (__u32)(bpf_get_current_pid_tgid() >> 32);
  bpf_get_current_comm(s->comm, sizeof(s->comm));
}

POL_INLINE void pol_refuse_socket(struct bpf_sock* ctx, __u64 word,
                                  __u64 cgroup, __u32 self, __u8 reason) {
  struct pol_socket s = {};
  pol_current_process(&s);
  struct pol_connection c = {
      .word = word,
      .cgroup = cgroup,
      .uid = s.uid,
      .self = self,
      .role = POL_ROLE_CLIENT,
      .verdict = POL_VERDICT_DENY,
      .reason = reason,
  };
  struct task_struct* task = (struct task_struct*)bpf_get_current_task();
  c.netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
  struct pol_report r = {
      .flow = bpf_get_socket_cookie(ctx),
      .socket_type = (__u16)ctx->type,
      .hook = POL_HOOK_SOCK_CREATE,
  };
  pol_tell(&c, &s, &r);
}

SEC("cgroup/sock_create")
int pol_sock_create(struct bpf_sock* ctx) {
  __u64 word = pol_word();
  if (!word) return 1;
  int raw = ctx->type == POL_SOCK_RAW;
  int mptcp = ctx->protocol == POL_IPPROTO_MPTCP;
  if (raw || mptcp) {
    __u64 cgroup = pol_current_cgroup();
    __u32 self =
        (__u32)pol_bearer(cgroup, (__u32)bpf_get_current_uid_gid(), word);
    if (!pol_identity_flags(self, word)) return 1;
    pol_refuse_socket(ctx, word, cgroup, self,
                      raw ? POL_REASON_RAW_SOCKET : POL_REASON_MPTCP);
    return 0;
  }
  if (ctx->type != POL_SOCK_STREAM || ctx->protocol != POL_IPPROTO_TCP)
    return 1;
  struct pol_socket* s =
      bpf_sk_storage_get(&sockets, ctx, 0, BPF_SK_STORAGE_GET_F_CREATE);
  // Without it the socket's connections are judged by what the kernel says of
  // the socket.
  if (s) pol_current_process(s);
  return 1;
}
