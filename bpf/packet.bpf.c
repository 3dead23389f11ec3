// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Packets of TCP sockets: the decision at the listener, the TLS gate, and the
// judgement of connections that an older policy let in.
//
// A packet can only be dropped here. The event says what the agent must do so
// that the refused end learns of it: answer with a reset, or destroy the
// socket.
#include "bpf/lib/packet.h"

#include "bpf/lib/gate.h"
#include "bpf/lib/peer.h"
#include "bpf/lib/socket.h"

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

enum { POL_DROP = 0, POL_PASS = 1 };

POL_CHECKED int pol_find_peer(struct __sk_buff* skb, struct pol_connection* c,
                              int established) {
  if (!c) return 0;
  // Packets between sockets of one namespace pass over lo, whatever their
  // addresses.
  int found = 0;
  if (skb->ifindex == POL_LOOPBACK_IFINDEX)
    found = POL_PEER_BY_SOCKET(skb, c, established);
  if (!found) pol_peer_by_address(c);
  return 0;
}

// Where in the connection the packet stands: who is here, who is there.
POL_INLINE void pol_set_ends(struct pol_connection* c,
                             const struct pol_packet* p, int incoming) {
  c->family = p->family;
  c->local_port = incoming ? p->target_port : p->source_port;
  c->remote_port = incoming ? p->source_port : p->target_port;
  __builtin_memcpy(c->local, incoming ? p->target : p->source, 16);
  __builtin_memcpy(c->remote, incoming ? p->source : p->target, 16);
}

POL_INLINE void pol_fill_handshake(struct pol_handshake* h,
                                   const struct pol_connection* c) {
  h->word = c->word;
  h->time_ns = bpf_ktime_get_ns();
  h->self = c->self;
  h->peer = c->peer;
  h->rule = c->rule;
  h->tls_rule = c->tls_rule;
  h->audit_rule = c->audit_rule;
  h->tls_minimum = c->tls_minimum;
  h->proof = c->proof;
  h->verdict = c->verdict;
  h->audit_verdict = c->audit_verdict;
  h->reason = c->reason;
}

POL_INLINE void pol_handshake_of(struct pol_handshake_key* key,
                                 const struct pol_connection* c) {
  key->netns_cookie = c->netns_cookie;
  key->local_port = c->local_port;
  key->remote_port = c->remote_port;
  __builtin_memcpy(key->local, c->local, 16);
  __builtin_memcpy(key->remote, c->remote, 16);
}

// Keeps the decision for the child that this packet makes.
POL_CHECKED int pol_note_handshake(const struct pol_connection* c) {
  if (!c) return 0;
  struct pol_handshake_key key = {};
  struct pol_handshake h = {};
  pol_handshake_of(&key, c);
  pol_fill_handshake(&h, c);
  bpf_map_update_elem(&handshakes, &key, &h, BPF_ANY);
  return 0;
}

// Whether data of this handshake were let through so short a time ago that TCP
// may not have seen them yet.
POL_CHECKED int pol_is_unsettled(const struct pol_connection* c) {
  if (!c) return 0;
  struct pol_handshake_key key = {};
  pol_handshake_of(&key, c);
  struct pol_handshake* h = bpf_map_lookup_elem(&handshakes, &key);
  return h && h->has_data && bpf_ktime_get_ns() - h->time_ns < POL_SETTLE_NS;
}

// Judges the data that come with the handshake's last packet. 0, or the reason
// to refuse.
POL_CHECKED int pol_judge_early(struct __sk_buff* skb,
                                const struct pol_connection* c,
                                const struct pol_packet* p) {
  if (!c || !p) return 0;
  if (p->urg) return POL_REASON_TLS_STREAM;
  struct pol_handshake_key key = {};
  pol_handshake_of(&key, c);
  struct pol_handshake* h = bpf_map_lookup_elem(&handshakes, &key);
  if (!h) return POL_REASON_NO_STATE;
  pol_tls_init(&h->tls, 0);
  pol_feed(skb, &h->tls, p->payload, p->payload_length);
  if (h->tls.result == POL_TLS_GOOD && h->tls.version < c->tls_minimum)
    return POL_REASON_TLS_VERSION;
  if (h->tls.result != POL_TLS_GOOD && h->tls.result != POL_TLS_NEED_MORE)
    return h->tls.result;
  h->base = p->sequence;
  h->next = p->sequence + p->payload_length + p->fin;
  h->has_data = 1;
  return 0;
}

POL_INLINE int pol_refuse_at_listener(struct __sk_buff* skb,
                                      struct pol_connection* c,
                                      const struct pol_packet* p,
                                      const struct pol_socket* s,
                                      __u32 acknowledged) {
  // RFC 9293 3.10.7.1: the reset takes its number from the packet's
  // acknowledgement.
  struct pol_report r = {
      .flow = bpf_get_socket_cookie(skb),
      .interface = skb->ifindex,
      .tcp_sequence = acknowledged,
      .tcp_acknowledge = p->sequence + p->syn + p->fin + p->payload_length,
      .hook = POL_HOOK_INGRESS,
      .remedy = POL_REMEDY_RESET,
  };
  c->verdict = POL_VERDICT_DENY;
  pol_tell(c, s, &r);
  POL_COUNT(packets);
  return POL_DROP;
}

// A packet that meets a listener: a SYN, or the handshake's last packet.
POL_INLINE int pol_at_listener(struct __sk_buff* skb, struct bpf_sock* sk,
                               __u64 word) {
  struct tcp_sock* tp = bpf_skc_to_tcp_sock(sk);
  if (!tp) return POL_PASS;
  struct pol_connection c = {.word = word, .role = POL_ROLE_SERVER};
  pol_read_socket(&c, tp);
  struct pol_socket* s = bpf_sk_storage_get(&sockets, sk, 0, 0);
  if (s) c.uid = s->uid;
  c.self = (__u32)pol_bearer(c.cgroup, c.uid, word);
  struct pol_packet p = {};
  if (pol_read_packet(skb, &p)) {
    if (!(pol_identity_flags(c.self, word) & POL_GOVERNED_INGRESS))
      return POL_PASS;
    c.reason = POL_REASON_MALFORMED;
    return pol_refuse_at_listener(skb, &c, &p, s, 0);
  }
  int syn = p.syn && !p.ack;
  if (p.rst || (!syn && !p.ack)) return POL_PASS;

  pol_set_ends(&c, &p, 1);
  pol_find_peer(skb, &c, 1);
  pol_decide(&c);
  if (c.verdict == POL_VERDICT_DENY)
    return pol_refuse_at_listener(skb, &c, &p, s, p.acknowledged);
  if (syn) {
    // TCP Fast Open: the client repeats a SYN that is not answered without its
    // data.
    if (!c.tls_minimum || !p.payload_length) return POL_PASS;
    POL_COUNT(held);
    return POL_DROP;
  }
  int data = c.tls_minimum && (p.payload_length || p.fin);
  if (data && pol_is_unsettled(&c)) {
    POL_COUNT(held);
    return POL_DROP;
  }
  pol_note_handshake(&c);
  int reason = data ? pol_judge_early(skb, &c, &p) : 0;
  if (!reason) return POL_PASS;
  c.reason = (__u8)reason;
  c.rule = c.tls_rule;
  return pol_refuse_at_listener(skb, &c, &p, s, p.acknowledged);
}

// State for a socket that has none: one that the kernel made for itself, or a
// connection that was there before us, which is taken in only while the agent
// seeds.
POL_INLINE struct pol_socket* pol_adopt(struct bpf_sock* sk,
                                        struct tcp_sock* tp,
                                        const struct pol_connection* c) {
  struct pol_socket* s =
      bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!s) return 0;
  s->uid = c->uid;
  if (sk->state == BPF_TCP_SYN_SENT) {
    s->role = POL_ROLE_CLIENT;
    return s;
  }
  struct pol_control* control = pol_control();
  s->role = pol_was_accepted(tp) ? POL_ROLE_SERVER : POL_ROLE_CLIENT;
  s->seeded = control && (control->flags & POL_CONTROL_SEEDING) ? 1 : 0;
  return s;
}

// Whether TLS, as the policy in force asks for it, can still be had.
POL_INLINE void pol_judge_tls(struct pol_connection* c,
                              const struct pol_socket* s, int connecting) {
  if (!c->tls_minimum || c->verdict != POL_VERDICT_ALLOW) return;
  __u8 reason = POL_REASON_NONE;
  if (s->tls == POL_TLS_PASSED) {
    if (s->tls_version < c->tls_minimum) reason = POL_REASON_TLS_VERSION;
  } else if (s->tls == POL_TLS_NONE && !connecting && !s->seeded) {
    reason = POL_REASON_TLS_UNKNOWN;
  }
  if (!reason) return;
  c->verdict = POL_VERDICT_DENY;
  c->reason = reason;
  c->rule = c->tls_rule;
}

// Judges the connection of `s` by the policy in force.
POL_CHECKED int pol_judge_again(struct __sk_buff* skb, struct pol_connection* c,
                                struct pol_socket* s, int connecting) {
  if (!c || !s) return 0;
  c->self = (__u32)pol_bearer(c->cgroup, c->uid, c->word);
  c->role = s->role == POL_ROLE_NONE ? POL_ROLE_CLIENT : s->role;
  pol_find_peer(skb, c, !connecting);
  pol_decide(c);
  int adopted = s->word == 0 && !connecting;
  if (adopted && !s->seeded && pol_identity_flags(c->self, c->word) &&
      s->tls == POL_TLS_NONE) {
    c->verdict = POL_VERDICT_DENY;
    c->reason = POL_REASON_NO_STATE;
  }
  pol_judge_tls(c, s, connecting);
  pol_keep_decision(s, c);
  if (s->tls == POL_TLS_PENDING && !c->tls_minimum) s->tls = POL_TLS_NONE;
  return 0;
}

POL_INLINE int pol_refuse_socket(struct __sk_buff* skb,
                                 struct pol_connection* c, struct pol_socket* s,
                                 __u8 hook) {
  struct pol_report r = {
      .flow = bpf_get_socket_cookie(skb),
      .hook = hook,
      .remedy = POL_REMEDY_KILL,
  };
  c->verdict = POL_VERDICT_DENY;
  if (pol_report_is_due(s)) pol_tell(c, s, &r);
  POL_COUNT(packets);
  return POL_DROP;
}

// Both hellos are judged and taken: what the gate kept is released.
POL_INLINE void pol_leave_gate(struct __sk_buff* skb, struct bpf_sock* sk,
                               struct pol_connection* c, struct pol_socket* s,
                               __u8 hook) {
  struct pol_report r = {.flow = bpf_get_socket_cookie(skb), .hook = hook};
  s->tls = POL_TLS_PASSED;
  bpf_sk_storage_delete(&gates, sk);
  pol_tell(c, s, &r);
}

POL_INLINE int pol_at_gate(struct __sk_buff* skb, struct bpf_sock* sk,
                           struct tcp_sock* tp, struct pol_connection* c,
                           struct pol_socket* s, const struct pol_packet* p,
                           int incoming) {
  __u8 hook = incoming ? POL_HOOK_INGRESS : POL_HOOK_EGRESS;
  struct pol_gate* g = bpf_sk_storage_get(&gates, sk, 0, 0);
  if (!g) {
    c->reason = POL_REASON_TLS_UNKNOWN;
    c->rule = c->tls_rule;
    return pol_refuse_socket(skb, c, s, hook);
  }
  struct pol_segment segment = {
      .sequence = p->sequence,
      .payload = p->payload,
      .length = p->payload_length,
      .minimum = s->tls_minimum,
      .fin = p->fin,
      .urg = p->urg,
      .from_server = (s->role == POL_ROLE_CLIENT) == incoming,
  };
  int verdict;
  if (incoming) {
    segment.accepted = BPF_CORE_READ(tp, rcv_nxt);
    segment.backlog = (__u32)BPF_CORE_READ((struct sock*)tp, sk_backlog.len);
    verdict = pol_gate_in(skb, g, &segment);
  } else {
    verdict = pol_gate_out(skb, g, &segment);
  }
  if (verdict == POL_GATE_HOLD) {
    POL_COUNT(held);
    return POL_DROP;
  }
  // The server's choice is the connection's version; until then, the client's
  // best offer.
  if (segment.version && (segment.from_server || !s->server_done))
    s->tls_version = segment.version;
  if (verdict != POL_GATE_PASS) {
    // What leaves is what the workload sent. What arrived may have been damaged
    // on the way, so that the next copy is looked at afresh.
    if (!incoming) s->tls = POL_TLS_REFUSED;
    c->reason = (__u8)verdict;
    c->rule = c->tls_rule;
    if (!incoming) s->reason = c->reason;
    return pol_refuse_socket(skb, c, s, hook);
  }
  if (!segment.done) return POL_PASS;
  if (segment.from_server)
    s->server_done = 1;
  else
    s->client_done = 1;
  if (!s->server_done || !s->client_done) return POL_PASS;
  if (s->tls_version < s->tls_minimum) {  // the policy changed meanwhile
    s->tls = POL_TLS_REFUSED;
    s->reason = c->reason = POL_REASON_TLS_VERSION;
    c->rule = c->tls_rule;
    return pol_refuse_socket(skb, c, s, hook);
  }
  pol_leave_gate(skb, sk, c, s, hook);
  return POL_PASS;
}

// A packet of a socket that has, or asks for, a connection.
POL_INLINE int pol_on_connection(struct __sk_buff* skb, struct bpf_sock* sk,
                                 __u64 word, int incoming) {
  struct pol_socket* s = bpf_sk_storage_get(&sockets, sk, 0, 0);
  if (s && s->word == word && s->verdict == POL_VERDICT_ALLOW &&
      (s->tls == POL_TLS_PASSED ||
       (s->tls == POL_TLS_NONE && (!s->tls_minimum || s->seeded))))
    return POL_PASS;

  struct tcp_sock* tp = bpf_skc_to_tcp_sock(sk);
  if (!tp) return POL_PASS;
  struct pol_connection c = {.word = word};
  pol_read_socket(&c, tp);
  if (!s) s = pol_adopt(sk, tp, &c);
  struct pol_packet p = {};
  int malformed = pol_read_packet(skb, &p);
  pol_set_ends(&c, &p, incoming);
  if (!s) return POL_DROP;  // no memory: the packet comes again
  c.uid = s->uid;

  __u8 hook = incoming ? POL_HOOK_INGRESS : POL_HOOK_EGRESS;
  int connecting = sk->state == BPF_TCP_SYN_SENT;
  if (s->word != word) {
    if (malformed) return POL_DROP;
    pol_judge_again(skb, &c, s, connecting);
  } else {
    pol_recall_decision(&c, s);
  }
  if (p.rst && !malformed) return POL_PASS;
  if (s->verdict == POL_VERDICT_DENY || s->tls == POL_TLS_REFUSED) {
    c.rule = s->tls == POL_TLS_REFUSED ? s->tls_rule : c.rule;
    return pol_refuse_socket(skb, &c, s, hook);
  }
  if (connecting) {
    if (incoming || !s->tls_minimum || !p.payload_length) return POL_PASS;
    POL_COUNT(held);  // TCP Fast Open: the SYN is repeated without the data
    return POL_DROP;
  }
  if (s->tls != POL_TLS_PENDING) return POL_PASS;
  if (malformed) return POL_DROP;
  return pol_at_gate(skb, sk, tp, &c, s, &p, incoming);
}

POL_INLINE int pol_packet(struct __sk_buff* skb, int incoming) {
  __u64 word = pol_word();
  struct bpf_sock* sk = skb->sk;
  if (!word || !sk) return POL_PASS;
  sk = bpf_sk_fullsock(sk);
  if (!sk || sk->protocol != POL_IPPROTO_TCP) return POL_PASS;
  if (sk->state != BPF_TCP_LISTEN)
    return pol_on_connection(skb, sk, word, incoming);
  // A listener sends SYN-ACKs only for SYNs that were let in.
  return incoming ? pol_at_listener(skb, sk, word) : POL_PASS;
}

SEC("cgroup_skb/ingress")
int pol_ingress(struct __sk_buff* skb) { return pol_packet(skb, 1); }

SEC("cgroup_skb/egress")
int pol_egress(struct __sk_buff* skb) { return pol_packet(skb, 0); }
