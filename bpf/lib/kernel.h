// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The few fields of kernel structures that the programs read, relocated when
// they are loaded (CO-RE): the build needs no headers and no type information
// of the running kernel.
#ifndef POL_BPF_LIB_KERNEL_H_
#define POL_BPF_LIB_KERNEL_H_

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#define POL_INLINE static __always_inline
// A function that the verifier checks once by itself, whoever calls it. Inlined
// into its callers the same code takes most of the million instructions that
// the verifier follows.
#define POL_CHECKED __weak __attribute__((noinline))

enum {
  POL_AF_INET = 2,
  POL_AF_INET6 = 10,
  POL_SOCK_STREAM = 1,
  POL_SOCK_RAW = 3,
  POL_IPPROTO_TCP = 6,
  POL_IPPROTO_MPTCP = 262,
  POL_SOL_TCP = 6,
  POL_TCP_USER_TIMEOUT = 18,
  POL_LOOPBACK_IFINDEX = 1,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), \
                             apply_to = record)

struct kernfs_node {
  const char* name;
  __u64 id;
};

struct cgroup {
  int level;
  struct kernfs_node* kn;
  struct cgroup* ancestors[];
};

struct css_set {
  struct cgroup* dfl_cgrp;
};

struct ns_common {
  unsigned int inum;
};

struct net {
  struct ns_common ns;
  __u64 net_cookie;
};

struct nsproxy {
  struct net* net_ns;
};

struct task_struct {
  struct css_set* cgroups;
  struct nsproxy* nsproxy;
};

typedef struct {
  struct net* net;
} possible_net_t;

struct sock_common {
  unsigned short skc_family;
  volatile unsigned char skc_state;
  possible_net_t skc_net;
};

struct sock_cgroup_data {
  struct cgroup* cgroup;
};

typedef struct {
  __u32 val;
} kuid_t;

struct sock {
  struct sock_common __sk_common;
  struct {
    int len;
  } sk_backlog;
  kuid_t sk_uid;
  __u32 sk_max_ack_backlog;
  struct sock_cgroup_data sk_cgrp_data;
};

struct inet_sock {
  struct sock sk;
};

struct inet_connection_sock {
  struct inet_sock icsk_inet;
};

struct tcp_sock {
  struct inet_connection_sock inet_conn;
  __u32 rcv_nxt;
};

struct seq_file;

struct bpf_iter_meta {
  struct seq_file* seq;
  __u64 session_id;
  __u64 seq_num;
} __attribute__((aligned(8)));

struct bpf_iter__tcp {
  struct bpf_iter_meta* meta;
  struct sock_common* sk_common;
};

#pragma clang attribute pop

#endif  // POL_BPF_LIB_KERNEL_H_
