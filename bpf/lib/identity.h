// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Which identity a process bears: by the path of its cgroup below the managed
// cgroup and by its uid, read from the kernel's own structures at the moment of
// the decision. No list of cgroup ids is kept up by the agent, so a service
// that starts is known before it runs.
#ifndef POL_BPF_LIB_IDENTITY_H_
#define POL_BPF_LIB_IDENTITY_H_

#include "bpf/lib/maps.h"

// `table` of a slot: an inner map, or null while none is loaded.
#define POL_TABLE(table, word)                 \
  ({                                           \
    __u32 pol_slot_ = (__u32)((word)&1);       \
    bpf_map_lookup_elem(&(table), &pol_slot_); \
  })

POL_INLINE struct pol_control* pol_control(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&control, &zero);
}

// The policy in force; 0 for none.
POL_INLINE __u64 pol_word(void) {
  struct pol_control* c = pol_control();
  return c ? *(volatile __u64*)&c->word : 0;
}

// What a callback of bpf_loop() gets: a walk is too large for the stack.
struct pol_walk_context {
  struct pol_walk* walk;
};

POL_INLINE __u32 pol_selected(void* table, __u32 node, __u32 uid) {
  struct pol_selector key = {.node = node, .uid = uid};
  __u32* identity = bpf_map_lookup_elem(table, &key);
  if (!identity) {
    key.uid = POL_ANY_UID;
    identity = bpf_map_lookup_elem(table, &key);
  }
  return identity ? *identity : POL_UNKNOWN;
}

// Takes the identity that workloads at `node` bear, if any bears one: deeper
// ones come later.
POL_INLINE void pol_walk_select(struct pol_walk* walk, __u32 node) {
  void* table = POL_TABLE(selectors, walk->word);
  __u32 identity = table ? pol_selected(table, node, walk->uid) : POL_UNKNOWN;
  if (identity != POL_UNKNOWN) walk->identity = identity;
}

POL_INLINE __u32 pol_walk_edge(struct pol_walk* walk, __u32 parent) {
  void* table = POL_TABLE(edges, walk->word);
  if (!table) return 0;
  walk->edge.parent = parent;
  __u32* node = bpf_map_lookup_elem(table, &walk->edge);
  return node ? *node : 0;
}

// `length` is that of the name with its NUL, at least 1.
POL_INLINE int pol_is_slice(const struct pol_edge* edge, __u32 length) {
  if (length < 7 || length > POL_MAX_COMPONENT + 1) return 0;
  __u32 at = (length - 7) & POL_MAX_COMPONENT;
  if (at > POL_MAX_COMPONENT + 1 - 7) return 0;
  const char* s = edge->name + at;
  return s[0] == '.' && s[1] == 's' && s[2] == 'l' && s[3] == 'i' &&
         s[4] == 'c' && s[5] == 'e';
}

static long pol_walk_step(__u32 index, void* context) {
  struct pol_walk* walk = ((struct pol_walk_context*)context)->walk;
  struct cgroup* cgroup = (struct cgroup*)walk->cgroup;
  struct cgroup* at = 0;
  __u64 place =
      (__u64)__builtin_preserve_access_index(&cgroup->ancestors) + 8ull * index;
  if (bpf_probe_read_kernel(&at, sizeof(at), (void*)place) || !at) return 1;

  struct kernfs_node* kn = BPF_CORE_READ(at, kn);
  if (!walk->inside) {
    if (BPF_CORE_READ(kn, id) == walk->root) {
      walk->inside = 1;
      walk->node = POL_NODE_ROOT;
      walk->slices = 1;
      pol_walk_select(walk, POL_NODE_ROOT);
    }
    return 0;
  }

  // A hash key counts every byte: what is behind the NUL must be zero.
  __builtin_memset(walk->edge.name, 0, sizeof(walk->edge.name));
  const char* name = BPF_CORE_READ(kn, name);
  long length =
      bpf_probe_read_kernel_str(walk->edge.name, sizeof(walk->edge.name), name);
  if (length < 1) return 1;
  char last = 0;
  bpf_probe_read_kernel(&last, 1, name + POL_MAX_COMPONENT);
  if (length > POL_MAX_COMPONENT && last) {
    // Cut short: no policy can name it.
    walk->node = 0;
    walk->slices = 0;
    return 0;
  }
  __u32 unit = walk->slices ? pol_walk_edge(walk, POL_NODE_UNIT) : 0;
  if (unit) pol_walk_select(walk, unit);
  if (walk->node) walk->node = pol_walk_edge(walk, walk->node);
  if (walk->node) pol_walk_select(walk, walk->node);
  if (!pol_is_slice(&walk->edge, (__u32)length)) walk->slices = 0;
  return 0;
}

POL_INLINE void pol_walk_cgroup(struct pol_walk* walk) {
  void* table = POL_TABLE(selectors, walk->word);
  struct pol_selector anywhere = {.node = POL_NODE_ANY, .uid = walk->uid};
  __u32* identity = table ? bpf_map_lookup_elem(table, &anywhere) : 0;
  if (identity) walk->identity = *identity;

  struct cgroup* at = (struct cgroup*)walk->cgroup;
  __u32 level = (__u32)BPF_CORE_READ(at, level);
  if (level > POL_MAX_DEPTH) level = POL_MAX_DEPTH;
  struct pol_walk_context context = {.walk = walk};
  bpf_loop(level + 1, pol_walk_step, &context, 0);
}

// A walk of our own among those under way, zeroed.
POL_INLINE struct pol_walk* pol_walk_begin(__u64* ticket) {
  __u32 zero = 0;
  struct pol_walk* blank = bpf_map_lookup_elem(&walk_blank, &zero);
  __u64* last = bpf_map_lookup_elem(&walk_ticket, &zero);
  if (!blank || !last) return 0;
  *ticket = __sync_fetch_and_add(last, 1);
  if (bpf_map_update_elem(&walks, ticket, blank, BPF_NOEXIST)) return 0;
  return bpf_map_lookup_elem(&walks, ticket);
}

// The identity of whoever runs in the struct cgroup at `cgroup` as `uid`, and
// in the upper half whether that is inside the managed cgroup. A null cgroup is
// nowhere.
POL_CHECKED __u64 pol_bearer(__u64 cgroup, __u32 uid, __u64 word) {
  if (!cgroup) return 0;
  struct cgroup* at = (struct cgroup*)cgroup;
  struct pol_bearer_key key = {.word = word, .uid = uid};
  key.cgroup_id = BPF_CORE_READ(at, kn, id);
  struct pol_bearer* known = bpf_map_lookup_elem(&bearers, &key);
  if (known) return (__u64)known->inside << 32 | known->identity;
  struct pol_bearer found = {};
  struct pol_control* c = pol_control();
  __u64 ticket;
  struct pol_walk* walk = pol_walk_begin(&ticket);
  if (!walk || !c) return 0;
  walk->uid = uid;
  walk->word = word;
  walk->cgroup = cgroup;
  walk->root = c->root_cgroup;
  pol_walk_cgroup(walk);
  found.identity = walk->identity;
  found.inside = walk->inside;
  bpf_map_delete_elem(&walks, &ticket);
  bpf_map_update_elem(&bearers, &key, &found, BPF_ANY);
  return (__u64)found.inside << 32 | found.identity;
}

POL_INLINE __u32 pol_identity_flags(__u32 identity, __u64 word) {
  void* table = POL_TABLE(identities, word);
  struct pol_identity* info = table ? bpf_map_lookup_elem(table, &identity) : 0;
  return info ? info->flags : 0;
}

POL_INLINE __u64 pol_current_cgroup(void) {
  struct task_struct* task = (struct task_struct*)bpf_get_current_task();
  return (__u64)BPF_CORE_READ(task, cgroups, dfl_cgrp);
}

#endif  // POL_BPF_LIB_IDENTITY_H_
