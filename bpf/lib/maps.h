// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The maps. Those with two entries hold one inner map for each slot; a new
// policy is written into fresh inner maps of the slot that is not in force.
#ifndef POL_BPF_LIB_MAPS_H_
#define POL_BPF_LIB_MAPS_H_

#include "bpf/abi.h"
#include "bpf/lib/kernel.h"
#include "bpf/lib/tls.h"

// Sizes, not types: clang leaves the types of an inner map out of the type
// information.
#define POL_HASH_OF(name, key_type, value_type) \
  struct name##_inner {                         \
    __uint(type, BPF_MAP_TYPE_HASH);            \
    __uint(max_entries, 1);                     \
    __uint(key_size, sizeof(key_type));         \
    __uint(value_size, sizeof(value_type));     \
  };                                            \
  struct {                                      \
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);   \
    __uint(max_entries, 2);                     \
    __type(key, __u32);                         \
    __array(values, struct name##_inner);       \
  } name __weak SEC(".maps")

#define POL_TRIE_OF(name, key_type)           \
  struct name##_inner {                       \
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);      \
    __uint(max_entries, 1);                   \
    __uint(map_flags, BPF_F_NO_PREALLOC);     \
    __uint(key_size, sizeof(key_type));       \
    __uint(value_size, sizeof(__u32));        \
  };                                          \
  struct {                                    \
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); \
    __uint(max_entries, 2);                   \
    __type(key, __u32);                       \
    __array(values, struct name##_inner);     \
  } name __weak SEC(".maps")

// BPF_F_INNER_MAP: the number of entries may differ from that of the
// declaration.
#define POL_ARRAY_OF(name, value_type)        \
  struct name##_inner {                       \
    __uint(type, BPF_MAP_TYPE_ARRAY);         \
    __uint(max_entries, 1);                   \
    __uint(map_flags, BPF_F_INNER_MAP);       \
    __uint(key_size, sizeof(__u32));          \
    __uint(value_size, sizeof(value_type));   \
  };                                          \
  struct {                                    \
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); \
    __uint(max_entries, 2);                   \
    __type(key, __u32);                       \
    __array(values, struct name##_inner);     \
  } name __weak SEC(".maps")

struct pol_address6 {
  __u8 bytes[16];
};

POL_HASH_OF(cells, struct pol_cell_key, struct pol_cell);
POL_HASH_OF(exact4, __u32, __u32);
POL_HASH_OF(exact6, struct pol_address6, __u32);
POL_HASH_OF(edges, struct pol_edge, __u32);
POL_HASH_OF(selectors, struct pol_selector, __u32);
POL_TRIE_OF(prefix4, struct pol_prefix4);
POL_TRIE_OF(prefix6, struct pol_prefix6);
POL_ARRAY_OF(intervals, __u16);
POL_ARRAY_OF(identities, struct pol_identity);
POL_ARRAY_OF(profiles, struct pol_tls_profile);

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, __u32);
  __type(value, struct pol_control);
} control __weak SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 2);
  __type(key, __u32);
  __type(value, struct pol_slot);
} slots __weak SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct pol_meta);
} meta __weak SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, POL_EVENT_BYTES);
} events __weak SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} event_sequence __weak SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct pol_stats);
} stats __weak SEC(".maps");

// Which identity the processes of a cgroup bear. The word in the key makes what
// an older policy said invisible; cgroup ids are never used twice and cgroups
// cannot be renamed.
struct pol_bearer_key {
  __u64 cgroup_id;
  __u64 word;
  __u32 uid;
  __u32 pad;
};

struct pol_bearer {
  __u32 identity;
  __u32 inside;  // the cgroup lies in the managed tree
};

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 16384);
  __type(key, struct pol_bearer_key);
  __type(value, struct pol_bearer);
} bearers __weak SEC(".maps");

// The walk from the top of the hierarchy down to a process's cgroup, and those
// under way.
struct pol_walk {
  struct pol_edge edge;
  __u32 node;  // where the path leads in the tree of edges; 0: nowhere
  __u32 uid;
  __u32 identity;
  __u32 inside;  // at or below the managed cgroup
  __u32 slices;  // all components so far are slices
  __u64 word;
  __u64 cgroup;  // struct cgroup*
  __u64 root;    // id of the managed cgroup
};

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, __u64);
  __type(value, struct pol_walk);
} walks __weak SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct pol_walk);
} walk_blank __weak SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} walk_ticket __weak SEC(".maps");

// What is known of one TCP socket. A child of a listener starts with a copy of
// its listener's.
struct pol_socket {
  __u64 word;        // the policy that judged it; 0: not judged
  __u64 reported;    // when a refusal was last reported
  __u64 connecting;  // cookie of the socket that called connect(2): a copy has
                     // another
  __u32 uid;         // of its maker, with pid and comm
  __u32 pid;
  char comm[16];
  __u32 self;  // identities
  __u32 peer;
  __u32 rule;
  __u32 tls_rule;
  __u32 audit_rule;
  __u16 tls_minimum;  // 0: TLS is not asked for
  __u16 tls_version;  // what was negotiated
  __u8 role;
  __u8 proof;
  __u8 verdict;
  __u8 audit_verdict;
  __u8 reason;
  __u8 tls;  // enum pol_tls_state
  __u8 seeded;
  __u8 client_done;  // the ClientHello passed and was accepted by TCP
  __u8 server_done;  // the same of the ServerHello
  __u8 pad[7];
};
POL_ASSERT_SIZE(struct pol_socket, 88);

enum pol_tls_state {
  POL_TLS_NONE = 0,  // never looked at
  POL_TLS_PENDING = 1,
  POL_TLS_PASSED = 2,
  POL_TLS_REFUSED = 3,
};

struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
  __type(key, int);
  __type(value, struct pol_socket);
} sockets __weak SEC(".maps");

// The TLS gate's state while a connection's hellos are not both judged.
struct pol_checkpoint {
  __u32 next;  // sequence number of the byte that follows
  struct pol_tls tls;
};

enum { POL_CHECKPOINTS = 8 };  // a power of two

struct pol_gate {
  // Bytes that arrive: a ring, oldest first, with a checkpoint after each
  // segment that was let through. TCP may still refuse a segment (checksum,
  // PAWS, memory); then another with the same numbers is judged from the
  // checkpoint before it.
  __u64 arrived_ns;  // when the newest was let through
  __u32 lock;
  __u32 first;
  __u32 count;
  __u32 asked;  // PostgreSQL requests of the client
  struct pol_checkpoint in[POL_CHECKPOINTS];
  // Bytes that leave: they come in order, and what is passed is what is sent.
  struct pol_checkpoint out;
};

struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct pol_gate);
} gates __weak SEC(".maps");

// The decision on a handshake's last packet, which still meets the listener,
// for the child that the packet is about to make.
struct pol_handshake_key {
  __u64 netns_cookie;
  __u8 local[16];
  __u8 remote[16];
  __u16 local_port;
  __u16 remote_port;
  __u32 pad;
};

struct pol_handshake {
  __u64 word;
  __u64 time_ns;
  __u32 self;
  __u32 peer;
  __u32 rule;
  __u32 tls_rule;
  __u32 audit_rule;
  __u16 tls_minimum;
  __u8 proof;
  __u8 verdict;
  __u8 audit_verdict;
  __u8 reason;
  __u8 has_data;
  __u8 pad;
  __u32 base;          // sequence number of the first byte of data
  __u32 next;          // of what follows the data
  struct pol_tls tls;  // after the data
};

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 16384);
  __type(key, struct pol_handshake_key);
  __type(value, struct pol_handshake);
} handshakes __weak SEC(".maps");

#endif  // POL_BPF_LIB_MAPS_H_
