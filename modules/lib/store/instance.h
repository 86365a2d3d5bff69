/* instance.h: the process instance of a released request. */
#ifndef STORE_INSTANCE_H
#define STORE_INSTANCE_H

#include "store/ticket.h"

/** `state` is the document of process_state_encode. */
enum err instance_insert(struct db *db, int64_t request_id, int64_t definition_id,
                         struct str state, int64_t *id_out) MUST_USE;

struct instance_lock {
    int64_t id;
    int64_t definition_id;
    struct str state;
    instant_us ended_at;
    int64_t version;
    struct ticket_lock ticket;
    int64_t incidents; /**< that are open */
};
/** Lock it and its ticket, after the request. ERR_NOT_FOUND before the release. */
enum err instance_lock_by_request(struct db *db, struct arena *arena, int64_t request_id,
                                  struct instance_lock *out) MUST_USE;
/** It goes on. */
enum err instance_update(struct db *db, int64_t id, struct str state) MUST_USE;
/** It is over, and its ticket: "done" or "declined". One statement. */
enum err instance_end(struct db *db, int64_t id, struct str state,
                      struct str ticket_state, instant_us at) MUST_USE;

extern const struct sql *const store_instance_statements[];

#endif
