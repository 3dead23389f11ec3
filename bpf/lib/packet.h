// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Reads the IP and TCP headers of a packet at a cgroup_skb hook, where the data
// begins with the IP header.
#ifndef POL_BPF_LIB_PACKET_H_
#define POL_BPF_LIB_PACKET_H_

#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>

#include "bpf/lib/decide.h"

struct pol_packet {
  __u32 sequence;
  __u32 acknowledged;  // 0 without ACK
  __u32 payload;       // offset of the first byte of data
  __u32 payload_length;
  __u16 source_port;
  __u16 target_port;
  __u8 family;
  __u8 syn;
  __u8 ack;
  __u8 fin;
  __u8 rst;
  __u8 urg;
  __u8 source[16];
  __u8 target[16];
};

enum { POL_MAX_EXTENSION_HEADERS = 6 };

POL_INLINE int pol_is_mapped(const __u8* address) {
  const __u32* word = (const __u32*)address;
  return word[0] == 0 && word[1] == 0 && word[2] == bpf_htonl(0xffff);
}

// Turns ::ffff:a.b.c.d into a.b.c.d.
POL_INLINE void pol_unmap(__u8* address) {
  __u32* word = (__u32*)address;
  word[0] = word[3];
  word[1] = word[2] = word[3] = 0;
}

POL_INLINE int pol_read_ip4(struct __sk_buff* skb, struct pol_packet* p,
                            __u32* transport, __u32* end) {
  struct iphdr ip;
  if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip))) return -1;
  // A fragment that is not the first has no TCP header; the hook sees whole
  // packets only.
  if (ip.protocol != POL_IPPROTO_TCP || ip.ihl < 5 ||
      (ip.frag_off & bpf_htons(0x3fff)))
    return -1;
  *transport = ip.ihl * 4;
  // A GSO packet may be longer than the field can say; the field is then 0.
  *end = ip.tot_len ? bpf_ntohs(ip.tot_len) : skb->len;
  p->family = 4;
  __builtin_memcpy(p->source, &ip.saddr, 4);
  __builtin_memcpy(p->target, &ip.daddr, 4);
  return 0;
}

POL_INLINE int pol_read_ip6(struct __sk_buff* skb, struct pol_packet* p,
                            __u32* transport, __u32* end) {
  struct ipv6hdr ip;
  if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip))) return -1;
  __u32 offset = sizeof(ip);
  __u8 next = ip.nexthdr;
  for (int i = 0; i < POL_MAX_EXTENSION_HEADERS && next != POL_IPPROTO_TCP;
       ++i) {
    struct {
      __u8 next;
      __u8 length;
    } header;
    if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING &&
        next != IPPROTO_DSTOPTS)
      return -1;
    if (bpf_skb_load_bytes(skb, offset, &header, sizeof(header))) return -1;
    next = header.next;
    offset += (header.length + 1) * 8;
  }
  if (next != POL_IPPROTO_TCP) return -1;
  *transport = offset;
  // Likewise.
  *end = ip.payload_len ? sizeof(ip) + bpf_ntohs(ip.payload_len) : skb->len;
  p->family = 6;
  __builtin_memcpy(p->source, &ip.saddr, 16);
  __builtin_memcpy(p->target, &ip.daddr, 16);
  if (pol_is_mapped(p->source) && pol_is_mapped(p->target)) {
    p->family = 4;
    pol_unmap(p->source);
    pol_unmap(p->target);
  }
  return 0;
}

// 0, or -1 for a packet that is no whole TCP segment.
POL_CHECKED int pol_read_packet(struct __sk_buff* skb, struct pol_packet* p) {
  if (!p) return -1;
  __u8 version = 0;
  __u32 transport = 0, end = 0;
  if (bpf_skb_load_bytes(skb, 0, &version, 1)) return -1;
  int bad = version >> 4 == 4   ? pol_read_ip4(skb, p, &transport, &end)
            : version >> 4 == 6 ? pol_read_ip6(skb, p, &transport, &end)
                                : -1;
  struct tcphdr tcp;
  if (bad || bpf_skb_load_bytes(skb, transport, &tcp, sizeof(tcp))) return -1;
  __u32 header = tcp.doff * 4;
  if (header < sizeof(tcp) || end > skb->len || transport + header > end)
    return -1;
  p->sequence = bpf_ntohl(tcp.seq);
  p->acknowledged = tcp.ack ? bpf_ntohl(tcp.ack_seq) : 0;
  p->payload = transport + header;
  p->payload_length = end - p->payload;
  p->source_port = bpf_ntohs(tcp.source);
  p->target_port = bpf_ntohs(tcp.dest);
  p->syn = tcp.syn;
  p->ack = tcp.ack;
  p->fin = tcp.fin;
  p->rst = tcp.rst;
  p->urg = tcp.urg;
  return 0;
}

#endif  // POL_BPF_LIB_PACKET_H_
