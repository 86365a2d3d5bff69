/* definition.h: published definitions, which version new requests get, and the teams they
 * name. */
#ifndef STORE_DEFINITION_H
#define STORE_DEFINITION_H

#include "db/db.h"

struct definition_row {
    int64_t id;
    struct str request_type;
    int64_t version;
    struct str sha256; /**< 32 bytes over the source files */
    int64_t format;
    struct str compiled;
};
/** ERR_NOT_FOUND. */
enum err definition_by_id(struct db *db, struct arena *arena, int64_t definition_id,
                          struct definition_row *out) MUST_USE;
/** Newest version of a type, locked; `compiled` stays absent. ERR_NOT_FOUND for a new
 * type. */
enum err definition_newest(struct db *db, struct arena *arena, struct str request_type,
                           struct definition_row *out) MUST_USE;
enum err definition_newest_lock(struct db *db, struct arena *arena,
                                struct str request_type,
                                struct definition_row *out) MUST_USE;
/** Definitions whose format is not `format`; `compiled` stays absent. At most 1000. */
enum err definition_other_formats(struct db *db, struct arena *arena, int64_t format,
                                  struct db_rows *out) MUST_USE;
/** `row->id` is ignored. */
enum err definition_insert(struct db *db, const struct definition_row *row,
                           instant_us published_at, int64_t *id_out) MUST_USE;
/** Replace the compiled form after a change of format. */
enum err definition_put_compiled(struct db *db, int64_t definition_id, int64_t format,
                                 struct str compiled) MUST_USE;

struct definition_file_row {
    struct str path;
    struct str content;
};
/** Source files in order of their paths, at most 500. */
enum err definition_files(struct db *db, struct arena *arena, int64_t definition_id,
                          struct db_rows *out) MUST_USE;
enum err definition_file_insert(struct db *db, int64_t definition_id, struct str path,
                                struct str content) MUST_USE;

struct request_type_row {
    struct str request_type;
    int64_t definition_id;
};
/** Active types in the order of the start page, at most 200. */
enum err request_type_active(struct db *db, struct arena *arena,
                             struct db_rows *out) MUST_USE;
/** New requests of the type get this definition from now on; a new type goes to the end.
 */
enum err request_type_switch(struct db *db, struct str request_type,
                             int64_t definition_id, instant_us at) MUST_USE;

struct team_row {
    struct str team_key;
    struct str name_en;
    struct str name_de;
    struct str email;
};
/** All teams by key, at most 500. */
enum err team_list(struct db *db, struct arena *arena, struct db_rows *out) MUST_USE;

extern const struct sql *const store_definition_statements[];

#endif
