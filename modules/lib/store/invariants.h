/* invariants.h: questions whose answer must be "none": each row is a contradiction in the data. */
#ifndef STORE_INVARIANTS_H
#define STORE_INVARIANTS_H

#include "db/db.h"

/** One rule. */
struct invariant {
    const char *rule; /**< what must hold, in words */
    const struct sql *sql;
};
/** All rules; ends with a NULL rule. */
extern const struct invariant INVARIANTS[];

struct violation {
    struct str what; /**< reference or id of the row that breaks the rule */
};
/** At most 100 struct violation; request_id 0 = of all requests. */
enum err invariant_check(struct db *db, struct arena *arena,
                         const struct invariant *invariant, int64_t request_id,
                         struct db_rows *out) MUST_USE;

/** What the engine's state says must agree with the rows made from its effects. */
struct instance_tokens {
    int64_t id;
    struct str request; /**< reference */
    struct str state;   /**< JSON of process/state */
    bool ended;
    /** tokens of open sub-tickets, unfinished services and timers, and subscriptions, joined by '\n',
     *  sorted; absent = none */
    struct str open;
};
/** Keyset: instances after `after_id`, at most 200. */
enum err invariant_instances(struct db *db, struct arena *arena, int64_t after_id,
                             struct db_rows *out) MUST_USE;

struct stored_document {
    int64_t id;
    struct str public_id;
    struct str sha256; /**< 32 bytes */
    int64_t size_bytes;
};
/** Keyset: accepted documents after `after_id`, at most 500; request_id 0 = of all requests. */
enum err invariant_documents(struct db *db, struct arena *arena, int64_t request_id,
                             int64_t after_id, struct db_rows *out) MUST_USE;

extern const struct sql *const store_invariants_statements[];

#endif
