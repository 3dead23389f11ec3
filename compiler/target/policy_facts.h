/* What a compiled SELinux policy declares, fact by fact.
 *
 * In C, because it is linked into one object with libsepol.a, of which only
 * these functions stay visible: the library's data structures are no part of
 * the interface that the shared libsepol of a host keeps stable. */
#ifndef POL_COMPILER_TARGET_POLICY_FACTS_H_
#define POL_COMPILER_TARGET_POLICY_FACTS_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pol_target_policy pol_target_policy;

/* Names are the policy's and live as long as it. */
typedef struct pol_target_sink {
  void* out;
  /* `primary` is another name when this one is an alias. */
  void (*type)(void* out, const char* name, const char* primary);
  void (*attribute)(void* out, const char* name);
  void (*member)(void* out, const char* attribute, const char* type);
  void (*user)(void* out, const char* name);
  void (*role)(void* out, const char* name);
  void (*boolean)(void* out, const char* name);
  /* In the order in which the kernel looks: the first that fits decides. */
  void (*port)(void* out, int protocol, int first, int last, const char* type);
  /* type_transition for class process, under whatever condition. */
  void (*transition)(void* out, const char* source, const char* target,
                     const char* result);
} pol_target_sink;

/* NULL when the file is no policy that this version reads; `why` then says so,
 * cut to `size` bytes. */
pol_target_policy* pol_target_open(const char* path, char* why, size_t size);
void pol_target_close(pol_target_policy* policy);

/* The highest policy version that can be read. */
int pol_target_newest_version(void);

int pol_target_has_ranges(const pol_target_policy* policy);

void pol_target_list(const pol_target_policy* policy,
                     const pol_target_sink* sink);

/* 1 when the policy takes the context; else 0, and `why` says why. */
int pol_target_takes(pol_target_policy* policy, const char* context, char* why,
                     size_t size);

#ifdef __cplusplus
}
#endif

#endif /* POL_COMPILER_TARGET_POLICY_FACTS_H_ */
