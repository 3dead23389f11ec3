// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the programs in the kernel and the agent share: limits, table layouts,
// events.
//
// Compiled as BPF C, C and C++20; fixed widths, explicit padding, a size
// assertion for each structure. Integers are in host byte order, addresses in
// network order. POL_ABI_VERSION changes with any layout here; the agent never
// uses maps of another version.
#ifndef POL_BPF_ABI_H_
#define POL_BPF_ABI_H_

#include <linux/types.h>

#ifdef __cplusplus
#define POL_ASSERT_SIZE(type, bytes) \
  static_assert(sizeof(type) == (bytes), #type " has an unexpected size")
#else
#define POL_ASSERT_SIZE(type, bytes) \
  _Static_assert(sizeof(type) == (bytes), #type " has an unexpected size")
#endif

enum {
  POL_ABI_VERSION = 1,

  // Limits that the compiler and the agent keep to.
  POL_MAX_IDENTITIES = 1 << 20,
  POL_MAX_ADDRESSES = 1 << 20,
  POL_MAX_CELLS = 1 << 22,
  POL_MAX_INTERVALS = 1 << 16,
  POL_MAX_TLS_PROFILES = 1 << 16,
  POL_MAX_SELECTORS = 1 << 20,
  POL_MAX_EDGES = 1 << 20,
  POL_MAX_COMPONENT = 127,  // bytes of one component of a cgroup path
  POL_MAX_DEPTH = 32,  // cgroups between the top of the hierarchy and a process

  POL_MAX_HELLO = 16384,  // bytes of one ClientHello or ServerHello message
  // Bytes of the stream before the hello is complete: the hello, the record
  // headers that may cut it up, preambles and a HelloRetryRequest.
  POL_MAX_STREAM = POL_MAX_HELLO + 4096,

  POL_EVENT_BYTES = 1 << 20,  // size of the ring buffer

  POL_UNKNOWN = 0,            // the identity of whoever nothing claims
  POL_ANY_UID = 0xffffffffu,  // in a selector: whatever the uid
  POL_NODE_ANY = 0u,          // in a selector: wherever the process runs
  POL_NODE_ROOT = 1u,         // the managed cgroup itself
  POL_NODE_UNIT =
      0xffffffffu  // as an edge's parent: the name of a unit below slices
};

// ---- Tables: one set for each slot, inner maps of the outer maps of the same
// name. ----

// `cells`: who may reach whom. Absent: the default.
struct pol_cell_key {
  __u32 source_class;
  __u32 target_class;
  __u16 interval;
  __u8 protocol;
  __u8 pad;
};
POL_ASSERT_SIZE(struct pol_cell_key, 12);

enum pol_effect {
  POL_EFFECT_NONE = 0,
  POL_EFFECT_ALLOW = 1,
  POL_EFFECT_DENY = 2
};

struct pol_cell {
  __u8 effect;
  __u8 audit_effect;  // NONE: the same as effect
  __u16 tls_profile;  // 0: TLS is not asked for
  __u32 rule;
  __u32 tls_rule;
  __u32 audit_rule;
};
POL_ASSERT_SIZE(struct pol_cell, 16);

// `profiles`: what a TLS profile demands; index 0 is unused.
struct pol_tls_profile {
  __u16 min_version;
  __u16 pad[3];
};
POL_ASSERT_SIZE(struct pol_tls_profile, 8);

// `identities`: by identity index.
enum { POL_GOVERNED_INGRESS = 1, POL_GOVERNED_EGRESS = 2 };
struct pol_identity {
  __u32 identity_class;
  __u32 flags;
};
POL_ASSERT_SIZE(struct pol_identity, 8);

// `exact4`, `exact6` (__be32 and 16 bytes to __u32 identity) are asked before
// `prefix4`, `prefix6`.
struct pol_prefix4 {
  __u32 bits;
  __u8 address[4];
};
POL_ASSERT_SIZE(struct pol_prefix4, 8);

struct pol_prefix6 {
  __u32 bits;
  __u8 address[16];
};
POL_ASSERT_SIZE(struct pol_prefix6, 20);

// `edges`: the tree of cgroup names. From node `parent` the component `name`
// (padded with NUL) leads to the __u32 node that is the value. With
// POL_NODE_UNIT as parent, `name` is a unit: it matches a cgroup whose
// ancestors below the managed cgroup are all slices, which only the service
// manager can make.
struct pol_edge {
  __u32 parent;
  char name[POL_MAX_COMPONENT + 1];
};
POL_ASSERT_SIZE(struct pol_edge, 132);

// `selectors`: which identity a process at `node` with `uid` bears (a __u32).
// The deepest node wins; at one node a uid wins over POL_ANY_UID;
// {POL_NODE_ANY, uid} comes last.
struct pol_selector {
  __u32 node;
  __u32 uid;
};
POL_ASSERT_SIZE(struct pol_selector, 8);

// ---- Control: maps of one entry. ----

// `control`: word is 0 while no policy is in force; its lowest bit is the slot
// in force, the rest grows by one with each change, so that no word ever comes
// back. One aligned store of `word` changes all decisions.
enum {
  // Connections that have no state predate us: take them in as they are.
  POL_CONTROL_SEEDING = 1
};
struct pol_control {
  __u64 word;
  __u64 last;         // the last word that was not 0
  __u64 root_cgroup;  // id of the managed cgroup
  __u32 flags;
  __u32 pad;
};
POL_ASSERT_SIZE(struct pol_control, 32);

// `slots`: what a slot holds, by slot.
struct pol_slot {
  __u64 generation;
  __u8 digest[32];  // of the tables; the agent compares it
};
POL_ASSERT_SIZE(struct pol_slot, 40);

// `meta`: written last when the programs are pinned.
struct pol_meta {
  __u32 abi_version;
  __u32 pad;
  __u64 root_cgroup;
};
POL_ASSERT_SIZE(struct pol_meta, 16);

// `stats`: per CPU.
struct pol_stats {
  __u64 lost_denials;  // events that found no room
  __u64 lost_allows;
  __u64 denied;  // decisions
  __u64 allowed;
  __u64 packets;  // packets of refused connections that were dropped
  __u64 held;     // segments dropped without a verdict: out of order, raced,
                  // unproven
};
POL_ASSERT_SIZE(struct pol_stats, 48);

// ---- Events. ----

// X(code, text): the reason of a decision; the texts are stable.
#define POL_REASONS(X)                  \
  X(NONE, "none")                       \
  X(ALLOWED_BY_RULE, "allowed-by-rule") \
  X(NOT_GOVERNED, "not-governed")       \
  X(DENIED_BY_RULE, "denied-by-rule")   \
  X(DEFAULT_DENY, "default-deny")       \
  X(UNKNOWN_PEER, "unknown-peer")       \
  X(NO_STATE, "no-state")               \
  X(RAW_SOCKET, "raw-socket")           \
  X(MPTCP, "mptcp")                     \
  X(MALFORMED, "malformed-packet")      \
  X(PLAINTEXT, "plaintext")             \
  X(TLS_VERSION, "tls-version")         \
  X(TLS_MALFORMED, "tls-malformed")     \
  X(TLS_TOO_LONG, "tls-hello-too-long") \
  X(TLS_STREAM, "tls-stream")           \
  X(TLS_UNKNOWN, "tls-unknown")         \
  X(GSS_ENCRYPTION, "gss-encryption")   \
  X(DATA_IN_SYN, "data-in-syn")

enum pol_reason {
#define POL_REASON_ENUM(code, text) POL_REASON_##code,
  POL_REASONS(POL_REASON_ENUM)
#undef POL_REASON_ENUM
      POL_REASON_COUNT
};

enum pol_verdict {
  POL_VERDICT_NONE = 0,
  POL_VERDICT_ALLOW = 1,
  POL_VERDICT_DENY = 2
};

// How the peer's identity is known.
enum pol_proof {
  POL_PROOF_NONE = 0,
  POL_PROOF_SOCKET =
      1,  // the peer's socket is on this host, in this network namespace
  POL_PROOF_ADDRESS = 2,  // its address is one of the policy
};

enum pol_hook {
  POL_HOOK_SOCK_CREATE = 1,
  POL_HOOK_CONNECT = 2,
  POL_HOOK_INGRESS = 3,
  POL_HOOK_EGRESS = 4,
  POL_HOOK_ESTABLISHED = 5,
};

// Which end of the connection the socket is.
enum pol_role { POL_ROLE_NONE = 0, POL_ROLE_CLIENT = 1, POL_ROLE_SERVER = 2 };

// What is left for the agent to do, so that the refused end learns of it at
// once.
enum pol_remedy {
  POL_REMEDY_NONE = 0,  // the caller has its error
  POL_REMEDY_RESET =
      1,                // answer the packet with RST|ACK, from target to source
  POL_REMEDY_KILL = 2,  // destroy the socket
};

struct pol_event {
  __u64 sequence;  // from 1, without gaps over all events, lost ones included
  __u64 time_ns;   // CLOCK_MONOTONIC
  __u64 generation;
  __u64 cgroup;  // of the socket here
  __u64 flow;    // socket cookie
  __u32 rule;
  __u32 tls_rule;
  __u32 audit_rule;
  __u32 source;  // identities
  __u32 target;
  __u32 netns;  // inode number of the socket's network namespace
  __u32 pid;    // of the process that made the socket; 0: unknown
  __u32 uid;
  __u32 interface;        // RESET: where the packet came in
  __u32 tcp_acknowledge;  // RESET: the numbers of the answer
  __u32 tcp_sequence;
  __u16 source_port;
  __u16 target_port;
  __u16 tls_version;        // what was negotiated or offered; 0: nothing yet
  __u16 socket_type;        // of the refused socket(2) call
  __u8 source_address[16];  // IPv4 in the first four bytes
  __u8 target_address[16];
  __u8 family;  // 4 or 6; 0: no addresses
  __u8 protocol;
  __u8 verdict;
  __u8 audit_verdict;  // NONE: no different
  __u8 reason;
  __u8 hook;
  __u8 role;  // of the socket here
  __u8 proof;
  __u8 remedy;
  __u8 seeded;  // the connection predates the programs
  __u8 pad[6];
  char comm[16];
};
POL_ASSERT_SIZE(struct pol_event, 160);

#endif  // POL_BPF_ABI_H_
