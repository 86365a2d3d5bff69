/* version.h: which versions of a request type there are, which one new requests get, and what runs on each. */
#ifndef STORE_VERSION_H
#define STORE_VERSION_H

#include "db/db.h"

/** A request type with the version that new requests get. */
struct type_version_row {
    struct str request_type;
    int64_t definition_id;
    int64_t version;
    instant_us since_at; /**< in force since */
    bool active;         /**< on the start page */
    int64_t running;     /**< instances on any version */
};
/** All types in the order of the start page, at most 500. */
enum err version_types(struct db *db, struct arena *arena, struct db_rows *out) MUST_USE;
/** One of them; `running` stays 0. Locks its row with `lock`. ERR_NOT_FOUND. */
enum err version_in_force(struct db *db, struct arena *arena, struct str request_type,
                          bool lock, struct type_version_row *out) MUST_USE;

struct version_row {
    int64_t definition_id;
    int64_t version;
    struct str sha256; /**< 32 bytes over the source files */
    instant_us published_at;
    int64_t running; /**< instances */
    int64_t waiting; /**< drafts, and requests that are not released yet */
};
/** Newest first, at most 500. */
enum err version_list(struct db *db, struct arena *arena, struct str request_type,
                      struct db_rows *out) MUST_USE;
/** ERR_NOT_FOUND. */
enum err version_find(struct db *db, struct arena *arena, struct str request_type,
                      int64_t version, int64_t *id_out) MUST_USE;
/** Offer a type on the start page, or no longer. */
enum err version_set_active(struct db *db, struct str request_type, bool active) MUST_USE;

extern const struct sql *const store_version_statements[];

#endif
