// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The TLS gate: lets the bytes of a connection through while they read as the
// hellos that the policy asks for.
//
// Only the next byte is ever looked at: a segment must begin where the last one
// that was let through ended. A hello that arrived counts once TCP has taken it
// (rcv_nxt is behind it): a segment with a wrong checksum is seen here too and
// thrown away later. If TCP has taken bytes that were not judged, the
// connection is refused.
#ifndef POL_BPF_LIB_GATE_H_
#define POL_BPF_LIB_GATE_H_

#include "bpf/lib/maps.h"

// What becomes of a segment: let through, dropped without a verdict (the sender
// repeats it), or the connection is refused, with an enum pol_reason.
enum { POL_GATE_PASS = 0, POL_GATE_HOLD = 255 };

// A segment that was let through may still be on its way to TCP on another CPU.
// After this time it has been taken or thrown away.
enum { POL_SETTLE_NS = 50 * 1000 * 1000 };

// A segment at the gate.
struct pol_segment {
  __u32 sequence;
  __u32 payload;   // offset of its data in the packet
  __u32 length;    // of its data
  __u32 accepted;  // rcv_nxt
  __u32 backlog;   // bytes on their way to TCP
  __u16 minimum;   // TLS version
  __u16 version;   // out: read from the hello
  __u8 fin;
  __u8 urg;
  __u8 from_server;
  __u8 done;  // out: this direction's hello is judged and taken
};

POL_INLINE int pol_after(__u32 a, __u32 b) { return (__s32)(a - b) > 0; }

// The machine's steps, checked apart: here the verifier need not follow its
// state.
enum { POL_FED = 0xffffffffu };

// Passes over at most `left` bytes; how many, or POL_FED when nothing more is
// needed.
POL_CHECKED __u32 pol_pass_over(struct pol_tls* t, __u32 left) {
  if (!t || t->result != POL_TLS_NEED_MORE) return POL_FED;
  __u32 skip = pol_tls_skippable(t);
  if (skip > left) skip = left;
  if (skip) pol_tls_skip(t, skip);
  return skip;
}

POL_CHECKED int pol_take_byte(struct pol_tls* t, __u8 byte) {
  if (t) pol_tls_byte(t, byte);
  return 0;
}

struct pol_feeding {
  struct __sk_buff* skb;
  __u32 offset;
  __u32 end;
  struct pol_tls tls;
};

static long pol_feed_step(__u32 index, void* context) {
  struct pol_feeding* f = context;
  if (f->offset >= f->end) return 1;
  __u32 skipped = pol_pass_over(&f->tls, f->end - f->offset);
  if (skipped == POL_FED) return 1;
  if (skipped) {
    f->offset += skipped;
    return 0;
  }
  __u8 byte = 0;
  if (bpf_skb_load_bytes(f->skb, f->offset, &byte, 1)) return 1;
  pol_take_byte(&f->tls, byte);
  f->offset++;
  return 0;
}

// Feeds `length` bytes at `offset` of the packet to `t`, which must still need
// more.
POL_CHECKED int pol_feed(struct __sk_buff* skb, struct pol_tls* t, __u32 offset,
                         __u32 length) {
  if (!t || length > 0x20000) return 0;
  struct pol_feeding f = {.skb = skb, .offset = offset, .end = offset + length};
  f.tls = *t;
  bpf_loop(2 * length + 1, pol_feed_step, &f, 0);
  *t = f.tls;
  // Fewer bytes could be read than the headers say.
  if (t->result == POL_TLS_NEED_MORE && f.offset < f.end)
    pol_tls_refuse(t, POL_REASON_MALFORMED);
  return 0;
}

// 0, or the reason to refuse what `t` has read.
POL_INLINE __u8 pol_hello_verdict(const struct pol_tls* t,
                                  struct pol_segment* s) {
  if (t->result == POL_TLS_NEED_MORE) return 0;
  if (t->result != POL_TLS_GOOD) return t->result;
  s->version = t->version;
  return t->version < s->minimum ? POL_REASON_TLS_VERSION : 0;
}

// Judges the part of `s` from `start` on, continuing at `from`, into `to`.
POL_INLINE __u8 pol_gate_judge(struct __sk_buff* skb, struct pol_gate* g,
                               struct pol_segment* s, __u32 start,
                               const struct pol_tls* from,
                               struct pol_checkpoint* to) {
  // The urgent byte is taken out of the stream that the application reads.
  if (s->urg) return POL_REASON_TLS_STREAM;
  __u32 skipped = start - s->sequence;
  struct pol_tls tls = *from;
  if (tls.result == POL_TLS_NEED_MORE && skipped < s->length) {
    if (s->from_server) tls.requests = (__u8)g->asked;
    pol_feed(skb, &tls, s->payload + skipped, s->length - skipped);
    __u8 reason = pol_hello_verdict(&tls, s);
    if (reason) return reason;
    if (!s->from_server) g->asked = tls.requests;
  }
  to->tls = tls;
  to->next = s->sequence + s->length + s->fin;
  return POL_GATE_PASS;
}

// The distance from the oldest checkpoint to the newest one that is not after
// `sequence`, or, with `exact`, to the one at it; POL_CHECKPOINTS if there is
// none.
POL_INLINE __u32 pol_gate_find(const struct pol_gate* g, __u32 sequence,
                               int exact) {
  __u32 found = POL_CHECKPOINTS;
  for (__u32 i = 0; i < POL_CHECKPOINTS; ++i) {
    if (i >= g->count) break;
    __u32 next = g->in[(g->first + i) & (POL_CHECKPOINTS - 1)].next;
    if (exact ? next == sequence : !pol_after(next, sequence)) found = i;
  }
  return found;
}

POL_INLINE __u8 pol_gate_in_locked(struct __sk_buff* skb, struct pol_gate* g,
                                   struct pol_segment* s) {
  __u32 taken = pol_gate_find(g, s->accepted, 0);
  if (taken >= POL_CHECKPOINTS) return POL_REASON_TLS_STREAM;
  g->first += taken;
  g->count -= taken;
  struct pol_checkpoint* oldest = &g->in[g->first & (POL_CHECKPOINTS - 1)];
  __u32 last = g->first + g->count - 1;
  __u32 newest = g->in[last & (POL_CHECKPOINTS - 1)].next;
  if (oldest->tls.result == POL_TLS_GOOD) {
    s->version = oldest->tls.version;
    s->done = 1;
    return POL_GATE_PASS;
  }
  if (pol_after(s->accepted, newest)) return POL_REASON_TLS_STREAM;

  __u32 start = s->sequence;
  __u32 end = start + s->length + s->fin;
  if (end == start || !pol_after(end, s->accepted)) return POL_GATE_PASS;
  // TCP keeps what it has: of a segment that overlaps, only the rest counts.
  if (pol_after(s->accepted, start)) start = s->accepted;
  if (start != newest) {
    __u32 again = pol_gate_find(g, start, 1);
    if (again >= POL_CHECKPOINTS || s->backlog ||
        bpf_ktime_get_ns() - g->arrived_ns < POL_SETTLE_NS)
      return POL_GATE_HOLD;
    g->count = again + 1;
    last = g->first + again;
  }
  if (g->count >= POL_CHECKPOINTS) return POL_GATE_HOLD;
  __u8 verdict =
      pol_gate_judge(skb, g, s, start, &g->in[last & (POL_CHECKPOINTS - 1)].tls,
                     &g->in[(last + 1) & (POL_CHECKPOINTS - 1)]);
  if (verdict != POL_GATE_PASS) return verdict;
  g->count++;
  g->arrived_ns = bpf_ktime_get_ns();
  return POL_GATE_PASS;
}

// A segment that arrived.
POL_CHECKED int pol_gate_in(struct __sk_buff* skb, struct pol_gate* g,
                            struct pol_segment* s) {
  if (!g || !s) return POL_GATE_HOLD;
  // Two CPUs can bring segments of one connection at once.
  if (__sync_val_compare_and_swap(&g->lock, 0, 1)) return POL_GATE_HOLD;
  __u8 verdict = pol_gate_in_locked(skb, g, s);
  __sync_lock_test_and_set(&g->lock, 0);
  return verdict;
}

// A segment that leaves; the socket's lock is held.
POL_CHECKED int pol_gate_out(struct __sk_buff* skb, struct pol_gate* g,
                             struct pol_segment* s) {
  if (!g || !s) return POL_GATE_HOLD;
  if (g->out.tls.result == POL_TLS_GOOD) {
    s->version = g->out.tls.version;
    s->done = 1;
    return POL_GATE_PASS;
  }
  __u32 next = g->out.next;
  __u32 end = s->sequence + s->length + s->fin;
  if (end == s->sequence || !pol_after(end, next)) return POL_GATE_PASS;
  if (pol_after(s->sequence, next)) return POL_REASON_TLS_STREAM;
  __u8 verdict = pol_gate_judge(skb, g, s, next, &g->out.tls, &g->out);
  if (verdict == POL_GATE_PASS && g->out.tls.result == POL_TLS_GOOD) {
    s->version = g->out.tls.version;
    s->done = 1;
  }
  return verdict;
}

#endif  // POL_BPF_LIB_GATE_H_
