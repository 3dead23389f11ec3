// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Reads the beginning of one direction of a stream: what precedes TLS in
// PostgreSQL, then the ClientHello (RFC 8446 4.1.2, RFC 5246 7.4.1.2) or the
// ServerHello.
//
// A machine that takes the stream in pieces of any size and keeps no bytes: a
// hello may be spread over any number of segments and records. Bytes that only
// have to be passed over are skipped in one step, the rest comes one at a time:
//
//   while (bytes left and result is NEED_MORE)
//     n = pol_tls_skippable(t) ? pol_tls_skip(t, n) : pol_tls_byte(t, byte)
//
// Compiled into the programs and, for tests and fuzzing, for user space. What
// it does not know it refuses.
#ifndef POL_BPF_LIB_TLS_H_
#define POL_BPF_LIB_TLS_H_

#include "bpf/abi.h"

#ifdef __bpf__
#define POL_TLS_INLINE static inline __attribute__((always_inline))
#else
#define POL_TLS_INLINE static inline
#endif

enum {
  POL_TLS_NEED_MORE = 0,
  POL_TLS_GOOD =
      255,  // the hello is complete; any other value is an enum pol_reason

  POL_TLS_RECORD_CCS = 20,
  POL_TLS_RECORD_ALERT = 21,
  POL_TLS_RECORD_HANDSHAKE = 22,
  POL_TLS_RECORD_MAX = 16384,
  POL_TLS_CLIENT_HELLO = 1,
  POL_TLS_SERVER_HELLO = 2,
  POL_TLS_SUPPORTED_VERSIONS = 43,

  POL_TLS_1_0 = 0x0301,
  POL_TLS_1_2 = 0x0303,
  POL_TLS_1_3 = 0x0304,

  POL_PG_MAX_REQUESTS = 3,
};

// Where in the stream the next byte stands.
enum pol_tls_phase {
  POL_TLS_START = 0,     // preamble or record
  POL_TLS_PREAMBLE = 1,  // inside a PostgreSQL request
  POL_TLS_RECORDS = 2,
};

// What the bytes collected next mean.
enum pol_tls_field {
  POL_TLS_F_HEADER = 0,  // handshake type and length
  POL_TLS_F_VERSION,
  POL_TLS_F_RANDOM,  // of a server: one byte each time
  POL_TLS_F_SESSION,
  POL_TLS_F_SUITES,
  POL_TLS_F_COMPRESSION,
  POL_TLS_F_EXTENSIONS,
  POL_TLS_F_EXTENSION,
  POL_TLS_F_VERSIONS,
  POL_TLS_F_OFFER,   // one entry of the client's supported_versions
  POL_TLS_F_CHOICE,  // the server's supported_versions
};

// How a HelloRetryRequest is told from a ServerHello: by its random.
enum pol_tls_retry {
  POL_TLS_RETRY_AGREES = 1,  // the random of this message so far
  POL_TLS_RETRY_SEEN = 2,    // an earlier message was one
};

struct pol_tls {
  __u32 total;         // bytes seen
  __u32 value;         // of the field being collected
  __u32 message_left;  // of the handshake message's body
  __u32 skip;          // bytes of the message to pass over first
  __u16 record_left;
  __u16 offers_left;  // bytes of the supported_versions list
  __u16 version;      // result: the best offered, or the chosen
  __u8 result;
  __u8 server;  // this is the stream from the server
  __u8 phase;
  __u8 record_type;
  __u8 record_have;  // bytes of the record header collected
  __u8 field;
  __u8 have;
  __u8 need;
  __u8 index;  // byte of the preamble or of the random
  __u8 saw_versions;
  __u8 retry;     // enum pol_tls_retry
  __u8 requests;  // of the client; for the server's stream set by the caller
  __u8 answers;   // of the server
  __u8 accepted;  // the server has said that TLS follows
  __u8 pad[2];
};
POL_ASSERT_SIZE(struct pol_tls, 40);

POL_TLS_INLINE void pol_tls_init(struct pol_tls* t, int server) {
  __builtin_memset(t, 0, sizeof(*t));
  t->server = server ? 1 : 0;
  t->need = 4;
}

POL_TLS_INLINE void pol_tls_refuse(struct pol_tls* t, __u8 reason) {
  t->result = reason;
}

POL_TLS_INLINE void pol_tls_expect(struct pol_tls* t, __u8 field, __u8 need) {
  t->field = field;
  t->need = need;
  t->have = 0;
  t->value = 0;
}

// Versions are known ones only: this passes over GREASE (RFC 8701), drafts and
// whatever comes.
POL_TLS_INLINE int pol_tls_is_version(__u32 version) {
  return version >= 0x0300 && version <= POL_TLS_1_3;
}

// A byte of SHA-256("HelloRetryRequest"), RFC 8446 4.1.3.
POL_TLS_INLINE __u8 pol_tls_retry_random(__u8 index) {
  __u64 word;
  switch (index >> 3) {
    case 0:
      word = 0xcf21ad74e59a6111ull;
      break;
    case 1:
      word = 0xbe1d8c021e65b891ull;
      break;
    case 2:
      word = 0xc2a211167abb8c5eull;
      break;
    default:
      word = 0x079e09e2c8a8339cull;
      break;
  }
  return (__u8)(word >> (56 - 8 * (index & 7)));
}

// The message is complete.
POL_TLS_INLINE void pol_tls_finish(struct pol_tls* t) {
  int whole =
      t->skip == 0 && t->have == 0 &&
      (t->field == POL_TLS_F_EXTENSION || t->field == POL_TLS_F_EXTENSIONS);
  if (!whole) {
    pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
    return;
  }
  if (t->retry & POL_TLS_RETRY_AGREES) {  // the real ServerHello is to come
    if (t->retry & POL_TLS_RETRY_SEEN) {  // RFC 8446 4.1.4: there is only one
      pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
      return;
    }
    t->retry = POL_TLS_RETRY_SEEN;
    t->version = 0;
    t->saw_versions = 0;
    pol_tls_expect(t, POL_TLS_F_HEADER, 4);
    return;
  }
  t->result = POL_TLS_GOOD;
}

POL_TLS_INLINE void pol_tls_header(struct pol_tls* t, __u32 value) {
  __u32 type = value >> 24;
  __u32 length = value & 0xffffff;
  __u32 wanted = POL_TLS_CLIENT_HELLO;
  if (t->server) wanted = POL_TLS_SERVER_HELLO;
  if (type != wanted) {
    pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
  } else if (length > POL_MAX_HELLO) {
    pol_tls_refuse(t, POL_REASON_TLS_TOO_LONG);
  } else if (length < 38) {  // version, random, session, suite, compression
    pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
  } else {
    t->message_left = length;
    pol_tls_expect(t, POL_TLS_F_VERSION, 2);
  }
}

// Passes over `length` bytes, after which `field` comes.
POL_TLS_INLINE void pol_tls_pass(struct pol_tls* t, __u32 length, __u8 field,
                                 __u8 need) {
  if (length > t->message_left) {
    pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
    return;
  }
  t->skip = length;
  pol_tls_expect(t, field, need);
}

POL_TLS_INLINE void pol_tls_version(struct pol_tls* t, __u32 value) {
  if (value >> 8 != 3) {
    pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
    return;
  }
  // The old field ends at TLS 1.2; 1.3 is only ever in supported_versions.
  if (value > POL_TLS_1_2) value = POL_TLS_1_2;
  t->version = (__u16)value;
  if (t->server) {
    t->index = 0;
    t->retry |= POL_TLS_RETRY_AGREES;
    pol_tls_expect(t, POL_TLS_F_RANDOM, 1);
  } else {
    pol_tls_pass(t, 32, POL_TLS_F_SESSION, 1);
  }
}

POL_TLS_INLINE void pol_tls_random(struct pol_tls* t, __u32 value) {
  if (value != pol_tls_retry_random(t->index))
    t->retry = (__u8)(t->retry & ~POL_TLS_RETRY_AGREES);
  t->index++;
  if (t->index < 32)
    pol_tls_expect(t, POL_TLS_F_RANDOM, 1);
  else
    pol_tls_expect(t, POL_TLS_F_SESSION, 1);
}

POL_TLS_INLINE void pol_tls_extension(struct pol_tls* t, __u32 value) {
  __u32 type = value >> 16;
  __u32 length = value & 0xffff;
  if (type != POL_TLS_SUPPORTED_VERSIONS) {
    pol_tls_pass(t, length, POL_TLS_F_EXTENSION, 4);
  } else if (t->saw_versions || length > t->message_left ||
             (t->server ? length != 2 : length < 3)) {
    pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
  } else {
    t->saw_versions = 1;
    t->version = 0;
    t->offers_left = (__u16)length;
    if (t->server)
      pol_tls_expect(t, POL_TLS_F_CHOICE, 2);
    else
      pol_tls_expect(t, POL_TLS_F_VERSIONS, 1);
  }
}

POL_TLS_INLINE void pol_tls_offer(struct pol_tls* t, __u32 value) {
  if (pol_tls_is_version(value) && value > t->version)
    t->version = (__u16)value;
  t->offers_left -= 2;
  if (t->offers_left)
    pol_tls_expect(t, POL_TLS_F_OFFER, 2);
  else
    pol_tls_expect(t, POL_TLS_F_EXTENSION, 4);
}

// A field of the handshake message is complete.
POL_TLS_INLINE void pol_tls_collected(struct pol_tls* t) {
  __u32 value = t->value;
  switch (t->field) {
    case POL_TLS_F_HEADER:
      pol_tls_header(t, value);
      return;
    case POL_TLS_F_VERSION:
      pol_tls_version(t, value);
      break;
    case POL_TLS_F_RANDOM:
      pol_tls_random(t, value);
      break;
    case POL_TLS_F_SESSION:
      if (value > 32)
        pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
      else if (t->server)  // then the suite and the compression method
        pol_tls_pass(t, value + 3, POL_TLS_F_EXTENSIONS, 2);
      else
        pol_tls_pass(t, value, POL_TLS_F_SUITES, 2);
      break;
    case POL_TLS_F_SUITES:
      if (value < 2 || (value & 1))
        pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
      else
        pol_tls_pass(t, value, POL_TLS_F_COMPRESSION, 1);
      break;
    case POL_TLS_F_COMPRESSION:
      if (value < 1)
        pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
      else
        pol_tls_pass(t, value, POL_TLS_F_EXTENSIONS, 2);
      break;
    case POL_TLS_F_EXTENSIONS:
      if (value != t->message_left)
        pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
      else
        pol_tls_expect(t, POL_TLS_F_EXTENSION, 4);
      break;
    case POL_TLS_F_EXTENSION:
      pol_tls_extension(t, value);
      break;
    case POL_TLS_F_VERSIONS:
      if ((value & 1) || value + 1 != t->offers_left)
        pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
      else {
        t->offers_left--;
        pol_tls_expect(t, POL_TLS_F_OFFER, 2);
      }
      break;
    case POL_TLS_F_OFFER:
      pol_tls_offer(t, value);
      break;
    case POL_TLS_F_CHOICE:
      t->version = pol_tls_is_version(value) ? (__u16)value : 0;
      pol_tls_expect(t, POL_TLS_F_EXTENSION, 4);
      break;
    default:
      pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
  }
  if (t->result == POL_TLS_NEED_MORE && t->message_left == 0) pol_tls_finish(t);
}

// One byte of a record's header.
POL_TLS_INLINE void pol_tls_record_byte(struct pol_tls* t, __u8 byte) {
  switch (t->record_have++) {
    case 0:
      t->record_type = byte;
      if (byte == POL_TLS_RECORD_HANDSHAKE) return;
      // A server may refuse with an alert, and sends a dummy change_cipher_spec
      // after a HelloRetryRequest (RFC 8446 D.4); neither may cut a message in
      // two.
      if (t->server && t->field == POL_TLS_F_HEADER && t->have == 0 &&
          (byte == POL_TLS_RECORD_ALERT ||
           (byte == POL_TLS_RECORD_CCS && (t->retry & POL_TLS_RETRY_SEEN))))
        return;
      pol_tls_refuse(t, t->field == POL_TLS_F_HEADER && t->have == 0
                            ? POL_REASON_PLAINTEXT
                            : POL_REASON_TLS_MALFORMED);
      return;
    case 1:
      if (byte != 3) pol_tls_refuse(t, POL_REASON_PLAINTEXT);
      return;
    case 2:
      return;
    case 3:
      t->record_left = (__u16)(byte << 8);
      return;
    default:
      t->record_left = (__u16)(t->record_left | byte);
      t->record_have = 0;
      if (t->record_left == 0 || t->record_left > POL_TLS_RECORD_MAX)
        pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
  }
}

// PostgreSQL, "SSL Session Encryption": 00000008 04d2162f asks for TLS,
// 00000008 04d21630 for GSSAPI.
POL_TLS_INLINE void pol_tls_preamble_byte(struct pol_tls* t, __u8 byte) {
  __u64 want = 0x0000000804d21600ull;
  __u8 index = t->index & 7;
  if (index < 7 ? byte != (__u8)(want >> (56 - 8 * index))
                : byte != 0x2f && byte != 0x30) {
    pol_tls_refuse(t, POL_REASON_PLAINTEXT);
    return;
  }
  t->index++;
  if (index < 7) return;
  t->index = 0;
  t->phase = POL_TLS_START;
  if (++t->requests > POL_PG_MAX_REQUESTS)
    pol_tls_refuse(t, POL_REASON_PLAINTEXT);
}

// The first byte of the stream, or the one after a preamble.
POL_TLS_INLINE void pol_tls_start_byte(struct pol_tls* t, __u8 byte) {
  if (!t->server) {
    if (byte == 0 && t->requests < POL_PG_MAX_REQUESTS) {
      t->phase = POL_TLS_PREAMBLE;
      t->index = 1;
      return;
    }
  } else if (!t->accepted && t->answers < t->requests) {
    t->answers++;
    if (byte == 'S')
      t->accepted = 1;
    else if (byte == 'G')
      pol_tls_refuse(t, POL_REASON_GSS_ENCRYPTION);
    else if (byte != 'N')
      pol_tls_refuse(t, POL_REASON_PLAINTEXT);
    return;
  }
  t->phase = POL_TLS_RECORDS;
  pol_tls_record_byte(t, byte);
}

// How many of the next bytes have no meaning here.
POL_TLS_INLINE __u32 pol_tls_skippable(const struct pol_tls* t) {
  __u32 record = t->record_left;
  if (t->phase != POL_TLS_RECORDS || t->record_have) return 0;
  if (t->record_type != POL_TLS_RECORD_HANDSHAKE) return record;
  return t->skip < record ? t->skip : record;
}

// Passes over `length` bytes, at most pol_tls_skippable().
POL_TLS_INLINE void pol_tls_skip(struct pol_tls* t, __u32 length) {
  t->total += length;
  t->record_left = (__u16)(t->record_left - length);
  if (t->record_type == POL_TLS_RECORD_HANDSHAKE) {
    t->skip -= length;
    t->message_left -= length;
    if (t->message_left == 0) pol_tls_finish(t);
  }
  if (t->total > POL_MAX_STREAM && t->result == POL_TLS_NEED_MORE)
    pol_tls_refuse(t, POL_REASON_TLS_TOO_LONG);
}

POL_TLS_INLINE void pol_tls_byte(struct pol_tls* t, __u8 byte) {
  if (++t->total > POL_MAX_STREAM) {
    pol_tls_refuse(t, POL_REASON_TLS_TOO_LONG);
  } else if (t->phase == POL_TLS_START) {
    pol_tls_start_byte(t, byte);
  } else if (t->phase == POL_TLS_PREAMBLE) {
    pol_tls_preamble_byte(t, byte);
  } else if (t->record_have || t->record_left == 0) {
    pol_tls_record_byte(t, byte);
  } else {
    t->record_left--;
    if (t->field != POL_TLS_F_HEADER) {
      if (t->message_left == 0) {
        pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
        return;
      }
      t->message_left--;
    }
    t->value = t->value << 8 | byte;
    if (++t->have >= t->need) {
      pol_tls_collected(t);
    } else if (t->field != POL_TLS_F_HEADER && t->message_left == 0) {
      pol_tls_refuse(t, POL_REASON_TLS_MALFORMED);
    }
  }
}

#endif  // POL_BPF_LIB_TLS_H_
