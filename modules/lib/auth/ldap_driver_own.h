/* ldap_driver_own.h: what the files of the libldap driver share. */
#ifndef AUTH_LDAP_DRIVER_OWN_H
#define AUTH_LDAP_DRIVER_OWN_H

#include <sys/time.h>

#include <ldap.h>

#include "auth/directory_driver.h"

/* One connection. */
struct link {
    LDAP *ld;
    int64_t deadline_us; /* of the operation in hand */
    bool active_directory;
};

/* What is left of the time, at least 1 ms. */
struct timeval ldap_left_until(int64_t deadline_us);
/* What a result code means. */
enum directory_outcome ldap_outcome_of(int code);

/* ---- ldap_driver_layer.c ---- */

/* Connect the link's socket and put the deadline below whatever is spoken over it. An LDAP result. */
int ldap_layer_connect(struct link *link);

/* ---- ldap_driver_answer.c ---- */

/* Wait for the answer to `id`, and read result, password policy and Active Directory's sub-codes. An
 * LDAP result. `answer_out` may be NULL. */
int ldap_await(struct link *link, int id, int64_t deadline_us,
               struct directory_answer *answer_out);
/* The list of one control: asks for the password policy's answer, not critical. Nothing to free. */
void ldap_policy_request(LDAPControl *controls_out[2]);

/* ---- operations, as in directory_driver.h ---- */

/* directory_driver.h describes them. */
enum directory_outcome ldap_driver_search(void *handle, struct arena *arena,
                                          const struct directory_search *search,
                                          int64_t deadline_us,
                                          struct directory_entries *entries_out);
enum directory_outcome ldap_driver_change(void *handle,
                                          const struct directory_change_of *change,
                                          int64_t deadline_us,
                                          struct directory_answer *answer_out);
void ldap_driver_certificate(void *handle, struct arena *arena,
                             struct directory_certificate *out);

#endif
