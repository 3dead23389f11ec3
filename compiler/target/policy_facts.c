#include "compiler/target/policy_facts.h"

#include <errno.h>
#include <sepol/context.h>
#include <sepol/context_record.h>
#include <sepol/debug.h>
#include <sepol/handle.h>
#include <sepol/policydb.h>
#include <sepol/policydb/conditional.h>
#include <sepol/policydb/policydb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pol_target_policy {
  sepol_handle_t* handle;
  sepol_policydb_t* db;
  char said[512];
};

/* Lines of libsepol, the first that fit. */
__attribute__((format(printf, 3, 4))) static void Collect(
    void* out, sepol_handle_t* handle, const char* format, ...) {
  pol_target_policy* policy = out;
  size_t used = strlen(policy->said);
  (void)handle;
  if (used > 0 && used + 3 < sizeof(policy->said)) {
    strcpy(policy->said + used, "; ");
    used += 2;
  }
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(policy->said + used, sizeof(policy->said) - used, format,
            arguments);
  va_end(arguments);
}

static int Read(pol_target_policy* policy, FILE* stream) {
  sepol_policy_file_t* file = NULL;
  if (sepol_policy_file_create(&file) != 0) return -1;
  sepol_policy_file_set_fp(file, stream);
  sepol_policy_file_set_handle(file, policy->handle);
  int read = sepol_policydb_read(policy->db, file);
  sepol_policy_file_free(file);
  return read;
}

pol_target_policy* pol_target_open(const char* path, char* why, size_t size) {
  pol_target_policy* policy = calloc(1, sizeof(*policy));
  FILE* stream = fopen(path, "re");
  if (stream == NULL) {
    snprintf(why, size, "%s", strerror(errno));
    free(policy);
    return NULL;
  }
  if (policy != NULL) policy->handle = sepol_handle_create();
  if (policy == NULL || policy->handle == NULL ||
      sepol_policydb_create(&policy->db) != 0) {
    snprintf(why, size, "no memory");
  } else {
    sepol_msg_set_callback(policy->handle, &Collect, policy);
    if (Read(policy, stream) == 0) {
      fclose(stream);
      return policy;
    }
    snprintf(why, size, "%s",
             policy->said[0] ? policy->said : "it is no SELinux policy");
  }
  fclose(stream);
  pol_target_close(policy);
  return NULL;
}

void pol_target_close(pol_target_policy* policy) {
  if (policy == NULL) return;
  if (policy->db != NULL) sepol_policydb_free(policy->db);
  if (policy->handle != NULL) sepol_handle_destroy(policy->handle);
  free(policy);
}

int pol_target_newest_version(void) { return sepol_policy_kern_vers_max(); }

int pol_target_has_ranges(const pol_target_policy* policy) {
  return policy->db->p.mls != 0;
}

static void ListMembers(const policydb_t* db, uint32_t type,
                        const pol_target_sink* sink) {
  const char* name = db->p_type_val_to_name[type - 1];
  ebitmap_node_t* node;
  unsigned int bit;
  if (db->type_attr_map == NULL) return;
  ebitmap_for_each_positive_bit(&db->type_attr_map[type - 1], node, bit) {
    const char* attribute = db->p_type_val_to_name[bit];
    /* A type is in its own set; not every attribute keeps its name. */
    if (bit + 1 != type && attribute != NULL)
      sink->member(sink->out, attribute, name);
  }
}

static void ListTypes(const policydb_t* db, const pol_target_sink* sink) {
  hashtab_t table = db->p_types.table;
  for (unsigned int i = 0; i < table->size; ++i) {
    for (hashtab_ptr_t node = table->htable[i]; node != NULL;
         node = node->next) {
      const type_datum_t* type = node->datum;
      if (type->flavor == TYPE_ATTRIB) {
        sink->attribute(sink->out, node->key);
        continue;
      }
      const char* primary = db->p_type_val_to_name[type->s.value - 1];
      sink->type(sink->out, node->key, primary);
      if (strcmp(primary, node->key) == 0) ListMembers(db, type->s.value, sink);
    }
  }
}

static void ListNames(const symtab_t* symbols, void* out,
                      void (*take)(void*, const char*)) {
  for (unsigned int i = 0; i < symbols->table->size; ++i) {
    for (hashtab_ptr_t node = symbols->table->htable[i]; node != NULL;
         node = node->next) {
      take(out, node->key);
    }
  }
}

static void ListPorts(const policydb_t* db, const pol_target_sink* sink) {
  for (const ocontext_t* port = db->ocontexts[OCON_PORT]; port != NULL;
       port = port->next) {
    sink->port(sink->out, port->u.port.protocol, port->u.port.low_port,
               port->u.port.high_port,
               db->p_type_val_to_name[port->context[0].type - 1]);
  }
}

static void ListTransitions(const policydb_t* db, const avtab_t* table,
                            uint32_t process, const pol_target_sink* sink) {
  for (uint32_t i = 0; i < table->nslot; ++i) {
    for (const struct avtab_node* node = table->htable[i]; node != NULL;
         node = node->next) {
      if ((node->key.specified & AVTAB_TRANSITION) == 0 ||
          node->key.target_class != process) {
        continue;
      }
      sink->transition(sink->out,
                       db->p_type_val_to_name[node->key.source_type - 1],
                       db->p_type_val_to_name[node->key.target_type - 1],
                       db->p_type_val_to_name[node->datum.data - 1]);
    }
  }
}

void pol_target_list(const pol_target_policy* policy,
                     const pol_target_sink* sink) {
  const policydb_t* db = &policy->db->p;
  ListTypes(db, sink);
  ListNames(&db->p_users, sink->out, sink->user);
  ListNames(&db->p_roles, sink->out, sink->role);
  ListNames(&db->p_bools, sink->out, sink->boolean);
  ListPorts(db, sink);
  char process[] = "process";
  const class_datum_t* class = hashtab_search(db->p_classes.table, process);
  if (class == NULL) return;
  ListTransitions(db, &db->te_avtab, class->s.value, sink);
  ListTransitions(db, &db->te_cond_avtab, class->s.value, sink);
}

int pol_target_takes(pol_target_policy* policy, const char* context, char* why,
                     size_t size) {
  sepol_context_t* parsed = NULL;
  policy->said[0] = '\0';
  /* libsepol takes "<<none>>" for a context without content. */
  int takes =
      sepol_context_from_string(policy->handle, context, &parsed) == 0 &&
      parsed != NULL &&
      sepol_context_check(policy->handle, policy->db, parsed) == 0;
  sepol_context_free(parsed);
  if (!takes) {
    snprintf(why, size, "%s",
             policy->said[0] ? policy->said : "it is not valid there");
  }
  return takes;
}
